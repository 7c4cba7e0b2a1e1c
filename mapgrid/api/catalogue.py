"""The catalogue in force."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented
from mapgrid.api.serializers.catalogue import CatalogueTree
from mapgrid.catalogue.selectors import catalogue_tree


class CatalogueView(ApiView):
    """Categories, conditions and limits, for the report form and the filters."""

    @documented(CatalogueTree, 404, tag="catalogue", summary="The catalogue in force")
    def get(self, request: Request) -> Response:
        return answer(CatalogueTree, catalogue_tree())
