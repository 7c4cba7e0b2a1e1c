"""The one search box."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented, text
from mapgrid.api.params import params_of
from mapgrid.api.serializers.common import SearchAnswer
from mapgrid.core.search import Hit, search_all


class SearchView(ApiView):
    """Grids, places, buildings, events and streets by what somebody typed."""

    @documented(
        SearchAnswer,
        400,
        tag="search",
        summary="Search everything",
        params=[text("q", "A code, a name, a number or an address.")],
    )
    def get(self, request: Request) -> Response:
        groups = search_all(self.scope, params_of(request).get("q", ""))
        rows = [
            {"kind": p.kind, "label": str(p.label), "results": [_hit(hit) for hit in hits]}
            for p, hits in groups
        ]
        return answer(SearchAnswer, {"groups": rows})


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "label": hit.label,
        "sub": hit.sub,
        "point": None if hit.point_lonlat is None else list(hit.point_lonlat),
        "bbox": None if hit.bbox_lonlat is None else list(hit.bbox_lonlat),
        "url_state": hit.url_state,
    }
