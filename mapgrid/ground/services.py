"""Every write to the base map: whole layers at a time."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.core.bulk import BulkResult, check_lonlat, check_texts, new_rows
from mapgrid.core.copy import copy_columns
from mapgrid.core.errors import InvalidError
from mapgrid.core.geometry import hex_ewkb
from mapgrid.ground.models import Block, Ground, Place, Rail, Street, Water

# Layer → table, its geometry column, the plain columns a source may give, allowed geometry types.
_POLYGONS = ("Polygon", "MultiPolygon")
LAYERS: dict[str, tuple[type[Ground], str, dict[str, Any], tuple[str, ...]]] = {
    "streets": (Street, "line", {"name": "", "rank": Street.Rank.MINOR.value}, ("LineString",)),
    "water": (Water, "area", {"name": "", "kind": "river"}, (*_POLYGONS, "LineString")),
    "rails": (Rail, "line", {"name": ""}, ("LineString",)),
    "blocks": (Block, "area", {"name": "", "kind": "residential"}, _POLYGONS),
    "places": (Place, "point", {"name": "", "kind": ""}, ("Point",)),
}


@transaction.atomic
def ground_import(*, layer: str, frame: gpd.GeoDataFrame, source: str) -> BulkResult:
    """Store features of one layer of the base map; rows already stored are left as they are.

    Parameters
    ----------
    layer : str
        One of ``LAYERS``.
    frame : GeoDataFrame
        EPSG:4326; ``source_id`` makes the import idempotent; other known columns as in ``LAYERS``.
        Multi-part lines are split, their parts' IDs get ``/1``, ``/2`` ….
    source : str
        The name of the source.

    Raises
    ------
    InvalidError
        ``import.layer``, ``import.geometry`` with the types found, ``import.range``,
        ``import.choice``, ``import.long_text``, ``import.duplicate_ids``, ``import.long_ids``.
    """
    if layer not in LAYERS:
        raise InvalidError(
            "import.layer",
            _("Unknown layer “%(layer)s”; known: %(known)s.")
            % {"layer": layer, "known": ", ".join(LAYERS)},
        )
    model, column, plain, types = LAYERS[layer]
    frame = _single_lines(frame) if types == ("LineString",) else frame
    _check_shapes(layer, frame, types)
    source_ids = frame["source_id"].to_numpy(object) if "source_id" in frame else None
    fresh = new_rows(model, source, source_ids, len(frame))
    part = frame.iloc[fresh.rows]
    columns: dict[str, Any] = {
        "id": fresh.new_ids,
        "source": np.full(len(part), source, dtype=object),
        "source_id": fresh.new_source_ids,
        column: hex_ewkb(part.geometry.to_numpy()),
    }
    for name, default in plain.items():
        values = part[name] if name in part else [default] * len(part)
        columns[name] = [default if v is None or v != v else str(v) for v in values]
    columns["name"] = [name[:120] for name in columns["name"]]
    _check_ranks(columns.get("rank", []))
    check_texts(model, columns)
    copy_columns(model, columns)
    return fresh.result()


def _check_shapes(layer: str, frame: gpd.GeoDataFrame, types: tuple[str, ...]) -> None:
    strange = set(frame.geometry.geom_type.dropna()) - set(types)
    blank = (frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    if strange or blank.any():
        strange |= {_("rows without a shape")} if blank.any() else set()
        raise InvalidError(
            "import.geometry",
            _("%(layer)s take %(takes)s; the source has %(strange)s.")
            % {"layer": layer, "takes": ", ".join(types), "strange": ", ".join(sorted(strange))},
        )
    bounds = frame.geometry.bounds.to_numpy(float)
    for column in (0, 2):
        check_lonlat(bounds[:, column], bounds[:, column + 1])


def _check_ranks(ranks: list[str]) -> None:
    strange = sorted(set(ranks) - set(Street.Rank.values))
    if strange:
        raise InvalidError(
            "import.choice",
            _("Unknown %(name)s: %(strange)s. Map them to: %(known)s.")
            % {
                "name": "rank",
                "strange": ", ".join(strange[:5]),
                "known": ", ".join(Street.Rank.values),
            },
        )


def _single_lines(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if not (frame.geometry.geom_type == "MultiLineString").any():
        return frame
    parts = frame.explode(index_parts=True)
    if "source_id" in parts:
        number = parts.index.get_level_values(1)
        many = parts.index.get_level_values(0).duplicated(keep=False)
        suffix = np.where(many, "/" + (number + 1).astype(str), "")
        parts["source_id"] = parts["source_id"].astype(str) + suffix
    return parts.reset_index(drop=True)
