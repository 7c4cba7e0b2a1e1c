"""Vector tiles, cut to the reader and asked again by version."""

from __future__ import annotations

from ipaddress import ip_address

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import URLPattern, path
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from mapgrid.api.base import ApiView, documented
from mapgrid.api.filters import FILTER_PARAMS
from mapgrid.api.params import params_of
from mapgrid.api.scoping import need
from mapgrid.core.tiles import TileAddress, TileQuestion, tile_plan, to_the_minute
from mapgrid.events.tiles import probe_question

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
TILE = OpenApiResponse(OpenApiTypes.BINARY, description="A Mapbox Vector Tile, extent 4096.")


def unchanged(request: HttpRequest | Request, version: str) -> bool:
    """Return whether the browser already has this version."""
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return any(etag.removeprefix("W/") == quote_etag(version) for etag in known)


def revalidated(response: HttpResponse, version: str) -> HttpResponse:
    """Let this browser alone keep the answer, and ask before it uses it again."""
    response["ETag"] = quote_etag(version)
    response["Cache-Control"] = "private, no-cache"
    return response


class TileView(ApiView):
    """One tile of one group of layers."""

    @documented(TILE, 400, 403, 404, tag="tiles", summary="A vector tile", params=FILTER_PARAMS)
    def get(self, request: Request, group: str, z: int, x: int, y: int) -> HttpResponse:
        need(self.scope, "event.read")
        question = TileQuestion(
            address=TileAddress(z, x, y),
            scope=self.scope,
            now=to_the_minute(self.now),
            params=params_of(request),
            language=get_language() or "",
        )
        plan = tile_plan(group, question)
        version = plan.version()
        if unchanged(request, version):
            return revalidated(HttpResponseNotModified(), version)
        body = plan.body(version)
        response = HttpResponse(body, content_type=CONTENT_TYPE, status=200 if body else 204)
        return revalidated(response, version)


def probe(request: HttpRequest) -> HttpResponse:
    """Answer this machine alone: a tile of event counts made just now says that all is served."""
    if not _from_this_machine(request):
        raise Http404
    question = probe_question()
    body = tile_plan("events", question).render() if question else b""
    response = HttpResponse(body, content_type=CONTENT_TYPE, status=200 if body else 204)
    response["Cache-Control"] = "no-store"
    return response


def _from_this_machine(request: HttpRequest) -> bool:
    # A proxy on this machine speaks for others, and says so in one of these.
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


urlpatterns: list[URLPattern] = [
    path("tiles/probe.mvt", probe, name="api-tile-probe"),
    path("tiles/<str:group>/<int:z>/<int:x>/<int:y>.mvt", TileView.as_view(), name="api-tile"),
]
