"""Components, hazard points and buildings: read, add, edit, move, retire, and their past.

Three tables, one set of views: what differs between them stands in a ``Kind``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, body_of, documented
from mapgrid.api.rows.assets import building_detail, component_detail, hazard_detail, history_rows
from mapgrid.api.scoping import need
from mapgrid.api.serializers import assets as shapes
from mapgrid.api.serializers.common import Versioned
from mapgrid.assets.querysets import components_for, hazards_for
from mapgrid.assets.selectors import history_of, row_for
from mapgrid.assets.services import COMPONENTS, HAZARDS, asset_add, asset_change, asset_retire
from mapgrid.catalogue.selectors import category_by_key
from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.core.scope import Scope
from mapgrid.register.querysets import buildings_for
from mapgrid.register.services import building_add, building_change, building_retire

Shape = type[serializers.Serializer[Any]]
_LOCATION = ("lon", "lat", "datum")
_LINKS = ("supervising", "owning", "maintaining")


@dataclass(frozen=True)
class Kind:
    """One editable table as the API serves it."""

    name: str
    title: str
    ability: str
    rows: Callable[[Scope], QuerySet[Any]]
    detail: Callable[..., dict[str, Any]]
    shape: Shape
    new: Shape
    edit: Shape
    add: Callable[..., Any]
    change: Callable[..., Any]
    retire: Callable[..., Any]


def _component_rows(scope: Scope) -> QuerySet[Any]:
    return components_for(scope).select_related(
        "category", "edition", "supervising", "owning", "maintaining"
    )


def _hazard_rows(scope: Scope) -> QuerySet[Any]:
    return hazards_for(scope).select_related("edition")


def _building_rows(scope: Scope) -> QuerySet[Any]:
    return buildings_for(scope).select_related("edition")


def _bind(service: Callable[..., Any], kind: Any) -> Callable[..., Any]:
    def bound(**arguments: Any) -> Any:
        return service(kind=kind, **arguments)

    return bound


KINDS: tuple[Kind, ...] = (
    Kind(
        "component",
        "component",
        "asset.edit",
        _component_rows,
        component_detail,
        shapes.ComponentDetail,
        shapes.ComponentNew,
        shapes.ComponentEdit,
        _bind(asset_add, COMPONENTS),
        _bind(asset_change, COMPONENTS),
        _bind(asset_retire, COMPONENTS),
    ),
    Kind(
        "hazard",
        "hazard point",
        "asset.edit",
        _hazard_rows,
        hazard_detail,
        shapes.HazardDetail,
        shapes.HazardNew,
        shapes.HazardEdit,
        _bind(asset_add, HAZARDS),
        _bind(asset_change, HAZARDS),
        _bind(asset_retire, HAZARDS),
    ),
    Kind(
        "building",
        "building",
        "building.edit",
        _building_rows,
        building_detail,
        shapes.BuildingDetail,
        shapes.BuildingNew,
        shapes.BuildingEdit,
        building_add,
        building_change,
        building_retire,
    ),
)


class AssetView(ApiView):
    """What the views of one table share."""

    kind: Kind

    def one(self, pk: int, status: int = 200) -> Response:
        """Answer with the panel of one row of the scope."""
        row = row_for(self.kind.rows(self.scope), pk)
        editable = self.scope.can(self.kind.ability) and self.scope.covers(row.scope_path)
        return answer(self.kind.shape, self.kind.detail(row, editable=editable), status)


def _values(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that a form names."""
    values = {name: value for name, value in fields.items() if name not in (*_LOCATION, "version")}
    for name in _LINKS:
        if name in values:
            values[f"{name}_id"] = values.pop(name)
    if "category" in values:
        values["category_id"] = _category_id(values.pop("category"))
    return values


def _category_id(key: str) -> int:
    try:
        return category_by_key(key).pk
    except NotFoundError as error:
        raise InvalidError(error.code, error.message, fields={"category": error.message}) from error


def _location(fields: dict[str, Any]) -> dict[str, Any]:
    """Return where an edit moves a row to, or nothing; half a position is refused."""
    if ("lon" in fields) != ("lat" in fields):
        raise InvalidError("point.half", _("Give longitude and latitude together."))
    if "lon" not in fields:
        return {}
    datum = {"datum": fields["datum"]} if "datum" in fields else {}
    return {"lonlat": (fields["lon"], fields["lat"]), **datum}


def _list_view(kind: Kind, tag: str) -> type[AssetView]:
    class ListView(AssetView):
        """Added at a point; its grid is found and explained."""

        @documented(
            kind.shape,
            400,
            403,
            request=kind.new,
            made=True,
            tag=tag,
            summary=f"Add a {kind.title}",
        )
        def post(self, request: Request) -> Response:
            need(self.scope, kind.ability)
            fields = body_of(kind.new, request.data)
            place = {name: fields.pop(name) for name in _LOCATION}
            drawn = {"footprint": fields.pop("footprint")} if "footprint" in fields else {}
            row = kind.add(scope=self.scope, values=_values(fields), **place, **drawn)
            return self.one(row.pk, 201)

    return ListView


def _one_view(kind: Kind, tag: str) -> type[AssetView]:
    class OneView(AssetView):
        """Read, edited and moved; an edit names the version it was made on."""

        @documented(kind.shape, 404, tag=tag, summary=f"One {kind.title}")
        def get(self, request: Request, pk: int) -> Response:
            return self.one(pk)

        @documented(
            kind.shape,
            400,
            403,
            404,
            409,
            request=kind.edit,
            tag=tag,
            summary=f"Edit a {kind.title}",
        )
        def patch(self, request: Request, pk: int) -> Response:
            need(self.scope, kind.ability)
            fields = body_of(kind.edit, request.data, partial=True)
            version, values, location = _version(fields), _values(fields), _location(fields)
            kind.change(scope=self.scope, pk=pk, version=version, values=values, **location)
            return self.one(pk)

    return OneView


def _retire_view(kind: Kind, tag: str) -> type[AssetView]:
    class RetireView(AssetView):
        """Taken off the map; its row and its past stay."""

        @documented(
            kind.shape, 400, 403, 404, 409, request=Versioned, tag=tag,
            summary=f"Retire a {kind.title}",
        )  # fmt: skip
        def post(self, request: Request, pk: int) -> Response:
            need(self.scope, kind.ability)
            kind.retire(scope=self.scope, pk=pk, **body_of(Versioned, request.data))
            return self.one(pk)

    return RetireView


def _past_view(kind: Kind, tag: str) -> type[AssetView]:
    class PastView(AssetView):
        """Its recorded changes, as far as they happened in the reader's area."""

        @documented(shapes.History, 404, tag=tag, summary=f"The past of a {kind.title}")
        def get(self, request: Request, pk: int) -> Response:
            row = row_for(kind.rows(self.scope), pk)
            rows = history_rows(row, history_of(self.scope, row))
            return answer(shapes.History, {"results": rows})

    return PastView


def views_of(kind: Kind) -> dict[str, Any]:
    """Make the four views of one table, each documented with its own shapes."""
    makers = {"list": _list_view, "one": _one_view, "retire": _retire_view, "history": _past_view}
    views: dict[str, Any] = {}
    for name, make in makers.items():
        view = make(kind, f"{kind.name}s")
        view.kind = kind
        view.__name__ = view.__qualname__ = f"{kind.name.title()}{name.title()}View"
        views[name] = view
    return views


def _version(fields: dict[str, Any]) -> int:
    if "version" not in fields:
        message = _("Say which version the edit was made on.")
        raise InvalidError("row.version", message, fields={"version": message})
    return int(fields["version"])


VIEWS = {kind.name: views_of(kind) for kind in KINDS}
