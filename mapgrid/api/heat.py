"""Heat: tiles of values, one scale for all of them, and the value at one place."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented, figure, text
from mapgrid.api.filters import FILTER_PARAMS
from mapgrid.api.params import lonlat, params_of
from mapgrid.api.scoping import need
from mapgrid.api.tiles import revalidated, unchanged
from mapgrid.core.tiles import TileAddress, to_the_minute
from mapgrid.heat.asked import BANDWIDTHS_M, HeatAsked
from mapgrid.heat.selectors import (
    HeatQuestion,
    HeatSurface,
    heat_legend,
    heat_question,
    heat_surface,
    heat_tile,
    heat_value,
)

VALUES = OpenApiResponse(
    OpenApiTypes.BINARY,
    description="65 x 65 little-endian float32, rows from the north: events per km² and period.",
)
PARAMS = [
    *FILTER_PARAMS,
    text("bandwidth_m", "Reach of one event in metres.", enum=[str(m) for m in BANDWIDTHS_M]),
]


class Legend(serializers.Serializer[dict[str, object]]):
    """The one scale of all tiles of a question."""

    unit = serializers.CharField()
    unit_label = serializers.CharField()
    bandwidth_m = serializers.IntegerField()
    period_days = serializers.IntegerField()
    stops = serializers.ListField(child=serializers.FloatField())
    max = serializers.FloatField(help_text="The ramp's end: the last stop.")
    highest = serializers.FloatField(help_text="The highest value in the reader's area.")


class Value(serializers.Serializer[dict[str, object]]):
    """The density at one place."""

    value_per_km2 = serializers.FloatField()


class HeatView(ApiView):
    """What the three endpoints share: the question, cut to the reader."""

    def asked(self, request: Request) -> HeatAsked:
        """Read the filter."""
        need(self.scope, "event.read")
        return HeatAsked.parse(params_of(request), self.now)

    def question(self, asked: HeatAsked) -> HeatQuestion:
        """Cut the events."""
        return heat_question(self.scope, asked, to_the_minute(self.now))

    def surface(self, asked: HeatAsked) -> HeatSurface:
        """Load the events, or find them in memory."""
        question = self.question(asked)
        return heat_surface(question, question.version())


class HeatTileView(HeatView):
    """The values of one tile."""

    @documented(VALUES, 400, 403, tag="heat", summary="Density at a tile's corners", params=PARAMS)
    def get(self, request: Request, z: int, x: int, y: int) -> HttpResponse:
        address = TileAddress(z, x, y)
        question = self.question(self.asked(request))
        version = question.version()
        if unchanged(request, version):
            return revalidated(HttpResponseNotModified(), version)
        values = heat_tile(heat_surface(question, version), address)
        body = values.astype("<f4").tobytes()
        response = HttpResponse(body, content_type="application/octet-stream")
        response["X-Heat-Max"] = f"{values.max():.6g}"
        return revalidated(response, version)


class HeatLegendView(HeatView):
    """The scale that all tiles of a question share."""

    @documented(Legend, 400, 403, tag="heat", summary="The scale of the heat", params=PARAMS)
    def get(self, request: Request) -> Response:
        asked = self.asked(request)
        legend = heat_legend(self.surface(asked))
        return answer(
            Legend,
            {
                "unit": "events/km²",
                "unit_label": _("events per km²"),
                "bandwidth_m": asked.bandwidth_m,
                "period_days": asked.period_days,
                "stops": list(legend.stops),
                "max": legend.maximum,
                "highest": legend.highest,
            },
        )


class HeatValueView(HeatView):
    """The density at one place."""

    @documented(
        Value,
        400,
        403,
        tag="heat",
        summary="Density at a place",
        params=[
            *PARAMS,
            figure("lon", "Longitude.", required=True),
            figure("lat", "Latitude.", required=True),
        ],
    )
    def get(self, request: Request) -> Response:
        lon, lat = lonlat(params_of(request))
        surface = self.surface(self.asked(request))
        return answer(Value, {"value_per_km2": heat_value(surface, lon, lat)})


urlpatterns: list[URLPattern] = [
    path("heat/legend", HeatLegendView.as_view(), name="api-heat-legend"),
    path("heat/value", HeatValueView.as_view(), name="api-heat-value"),
    path("heat/<int:z>/<int:x>/<int:y>", HeatTileView.as_view(), name="api-heat-tile"),
]
