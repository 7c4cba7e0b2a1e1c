"""Bulk writes of buildings."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.core.bulk import BulkResult, new_rows
from mapgrid.core.copy import copy_columns
from mapgrid.core.errors import InvalidError
from mapgrid.core.geometry import hex_ewkb
from mapgrid.core.models import Datum
from mapgrid.grids.bulk import pinned_columns
from mapgrid.register.models import Building

TEXTS = {"name": 80, "address": 160, "compound": 80}
# Column → what stands where nobody counted, and the most that the table holds.
NUMBERS: dict[str, tuple[int | None, int]] = {
    "floors": (None, 32_767),
    "entrances": (None, 32_767),
    "households": (0, 2_147_483_647),
}


@transaction.atomic
def buildings_import(
    *,
    frame: gpd.GeoDataFrame,
    source: str,
    datum: str = Datum.WGS84.value,
    source_srid: int = 4326,
) -> BulkResult:
    """Store many buildings, each by its footprint or its point, in its grid.

    Parameters
    ----------
    frame : GeoDataFrame
        EPSG:4326 polygons or points; ``source_id`` and any of name, address, compound, kind,
        floors, entrances, households.

    Raises
    ------
    InvalidError
        ``import.geometry``, ``import.kind``, ``import.range``, ``import.number``,
        ``import.duplicate_ids``, ``import.long_ids``.
    """
    types = set(frame.geometry.geom_type.dropna())
    if not types <= {"Polygon", "MultiPolygon", "Point"}:
        raise InvalidError(
            "import.geometry",
            _("%(layer)s take %(takes)s; the source has %(strange)s.")
            % {
                "layer": "buildings",
                "takes": "Polygon, Point",
                "strange": ", ".join(sorted(types)),
            },
        )
    source_ids = frame["source_id"].to_numpy(object) if "source_id" in frame else None
    fresh = new_rows(Building, source, source_ids, len(frame))
    part = frame.iloc[fresh.rows]
    shapes: Any = part.geometry.to_numpy()
    shapes = np.where(shapely.is_empty(shapes), None, shapes)
    middle = shapely.point_on_surface(shapes)
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    footprints = np.where(is_point, None, shapes)
    columns: dict[str, Any] = {
        "id": fresh.new_ids,
        "source": [source] * len(part),
        "source_id": fresh.new_source_ids,
        "kind": _kinds(part),
        "state": [Building.State.STANDING.value] * len(part),
        "footprint": hex_ewkb(footprints),
        **{name: _texts(part, name, most) for name, most in TEXTS.items()},
        **{name: _numbers(part, name) for name in NUMBERS},
        **pinned_columns(
            shapely.get_x(middle), shapely.get_y(middle), datum=datum, source_srid=source_srid
        ),
    }
    copy_columns(Building, columns)
    return fresh.result()


def _kinds(part: gpd.GeoDataFrame) -> list[str]:
    if "kind" not in part:
        return [Building.Kind.OTHER.value] * len(part)
    kinds = [str(kind) for kind in part["kind"]]
    strange = sorted(set(kinds) - set(Building.Kind.values))
    if strange:
        raise InvalidError(
            "import.kind",
            _("Unknown kinds: %(strange)s. Map them to: %(known)s.")
            % {"strange": ", ".join(strange[:5]), "known": ", ".join(Building.Kind.values)},
        )
    return kinds


def _texts(part: gpd.GeoDataFrame, name: str, most: int) -> list[str]:
    if name not in part:
        return [""] * len(part)
    return ["" if v is None or v != v else str(v)[:most] for v in part[name]]


def _numbers(part: gpd.GeoDataFrame, name: str) -> list[int | None]:
    default, most = NUMBERS[name]
    if name not in part:
        return [default] * len(part)
    values = pd.to_numeric(part[name], errors="coerce")
    wrong = (values.isna() & part[name].notna()) | (values > most)
    if wrong.any():
        raise InvalidError(
            "import.number",
            _("%(count)d values of “%(name)s” are no number up to %(most)d, such as “%(value)s”.")
            % {
                "count": int(wrong.sum()),
                "name": name,
                "most": most,
                "value": str(part[name][wrong].iloc[0])[:40],
            },
        )
    return [default if v != v else max(0, int(v)) for v in values]
