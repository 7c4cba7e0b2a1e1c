"""What a reporter sees before sending: the grid and why, who answers, what is near."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented, figure, text
from mapgrid.api.params import lonlat, params_of
from mapgrid.api.rows.common import named, people_rows, why_row
from mapgrid.api.rows.events import component_brief, likely_row, near_rows, nearest_row
from mapgrid.api.serializers.events import PlaceAnswer
from mapgrid.catalogue.models import Category
from mapgrid.catalogue.selectors import category_by_key
from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.core.models import Datum
from mapgrid.events.models import Event
from mapgrid.events.nearby import likely_conditions, nearest_component, open_events_near
from mapgrid.events.selectors import names_for
from mapgrid.grids.locating import assign_one
from mapgrid.grids.people import people_on


class PlaceView(ApiView):
    """A place, before anything is stored there."""

    @documented(
        PlaceAnswer,
        400,
        tag="events",
        summary="What lies at a place",
        params=[
            figure("lon", "Longitude in the datum.", required=True),
            figure("lat", "Latitude in the datum.", required=True),
            text("datum", "wgs84 by default.", enum=Datum.values),
            text("category", "Such as component:0102; without it nothing near is named."),
        ],
    )
    def get(self, request: Request) -> Response:
        params = params_of(request)
        lon, lat = lonlat(params)
        category = _category(params.get("category", ""))
        return answer(PlaceAnswer, self._place(lon, lat, category))

    def _place(self, lon: float, lat: float, category: Category | None) -> dict[str, Any]:
        # Never saved: the shape of an assignment that only looks.
        spot = Event(**assign_one(lon, lat, at=self.now).row(0, self.now))
        events = open_events_near(self.scope, lon, lat, category, self.now)
        component = nearest_component(self.scope, lon, lat, category)
        names = names_for([spot, *events])
        return {
            "why": why_row(spot),
            "grid": named(names.get((spot.edition_id or 0, spot.grid_id or 0))),
            "nearest": nearest_row(spot, names),
            "people": people_rows(people_on(self.scope, spot.scope_path)),
            "component": component_brief(component, component.distance_m if component else None),
            "events": near_rows(events, names, self.now),
            "likely": [likely_row(c) for c in likely_conditions(self.scope, lon, lat, self.now)],
        }


def _category(key: str) -> Category | None:
    if not key:
        return None
    try:
        return category_by_key(key)
    except NotFoundError as error:
        raise InvalidError("param.category", error.message) from error
