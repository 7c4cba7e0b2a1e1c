"""Columns of a file to fields of a table: rename, join, translate, choose rows, name them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geodata.ingest import Records, RowNote, occurrence_ids
from mapgrid.core.errors import InvalidError
from mapgrid.exchange.models import Target
from mapgrid.exchange.plan import Plan

SOURCE_ID_MAX = 80
_LINES = frozenset({"LineString", "MultiLineString"})
_POLYGONS = frozenset({"Polygon", "MultiPolygon"})
_POINTS = frozenset({"Point"})
TYPES: dict[str, frozenset[str]] = {
    Target.CELLS: _POLYGONS,
    Target.STREETS: _LINES,
    Target.WATER: _POLYGONS | {"LineString"},
    Target.RAILS: _LINES,
    Target.BLOCKS: _POLYGONS,
    Target.PLACES: _POINTS,
    Target.BUILDINGS: _POLYGONS | _POINTS,
    Target.COMPONENTS: _POINTS,
    Target.HAZARDS: _POINTS,
    Target.EVENTS: _POINTS,
}
# Only a case may be stored without a place: somebody reported it, and somebody has to look.
_WITHOUT_PLACE = frozenset({Target.EVENTS.value})


@dataclass(frozen=True)
class Mapped:
    """Rows ready for a bulk service.

    Attributes
    ----------
    frame : GeoDataFrame
        Fields of the target, ``source_id``, ``raw_x``, ``raw_y``, and the columns to keep, sorted
        by ``source_id`` so that the order of the file leaves no trace.
    refused : list of RowNote
        Rows that the target cannot hold.
    repeated : tuple of str
        Keys that the source uses more than once.
    skipped : int
        Rows that ``where`` left out.
    """

    frame: gpd.GeoDataFrame
    refused: list[RowNote]
    repeated: tuple[str, ...]
    skipped: int


def mapped(records: Records, plan: Plan) -> Mapped:
    """Turn the records of a file into rows of the plan's target.

    Raises
    ------
    InvalidError
        ``import.column`` for a column that the file lacks, ``import.values`` for texts that no
        mapping covers, ``import.where`` for a condition that cannot be read.
    """
    source = _with_absent_tags(records, plan)
    ids, repeated = _identities(source, plan)
    frame = gpd.GeoDataFrame({"source_id": ids}, geometry=source.geometry.array, crs=4326)
    frame["raw_x"], frame["raw_y"] = records.raw_x, records.raw_y
    for name, value in plan.constants.items():
        frame[name] = pd.Series([value] * len(frame), dtype=object)
    for name, column in plan.fields.items():
        frame[name] = _joined(source, column, plan)
    for name in plan.keep:
        frame[f"kept:{name}"] = _plain(_column(source, name), whole=False)
    wanted = _wanted(source, plan.where)
    refused = _unfit(frame, records.rows, wanted, plan.target)
    taken = wanted & ~np.isin(records.rows, [note.row for note in refused])
    frame = _translated(frame.loc[taken], plan.values)
    order = frame["source_id"].sort_values(kind="stable").index
    return Mapped(
        frame=frame.loc[order].reset_index(drop=True),
        refused=refused,
        repeated=repeated,
        skipped=int((~wanted).sum()),
    )


def _with_absent_tags(records: Records, plan: Plan) -> gpd.GeoDataFrame:
    """Give an OpenStreetMap layer the tags that none of its rows happens to carry."""
    if "osm_pbf" not in records.report.format:
        return records.frame
    asked = {name for column in plan.fields.values() for name in column.split("+")}
    absent = sorted(asked - set(records.frame.columns))
    blank = pd.Series([None] * len(records.frame), dtype=object)
    return records.frame.assign(**dict.fromkeys(absent, blank))


def _identities(source: gpd.GeoDataFrame, plan: Plan) -> tuple[list[str], tuple[str, ...]]:
    table: pd.DataFrame = source
    key = list(plan.key)
    if not key and "osm_id" in source:
        key = ["osm_id"]
    if not key:
        table = source.assign(_content=_digests(source))
        key = ["_content"]
    for name in (*key, *plan.order_by):
        _column(table, name)
    found = occurrence_ids(table, key, plan.order_by)
    ids = [str(value) for value in found.ids]
    if any(len(value) > SOURCE_ID_MAX for value in ids):
        raise InvalidError(
            "import.id_length",
            _("A row's name may have %(most)d characters; choose a shorter key.")
            % {"most": SOURCE_ID_MAX},
        )
    return ids, found.repeated


def _digests(source: gpd.GeoDataFrame) -> list[str]:
    """Name rows by their content where nothing else does: the same row is the same next time."""
    shapes = shapely.to_wkb(source.geometry.to_numpy())
    names = sorted(name for name in source.columns if name != source.geometry.name)
    table = source[names].astype(str).to_numpy() if names else np.empty((len(source), 0))
    return [
        hashlib.blake2b(shape + "\x1f".join(row).encode(), digest_size=10).hexdigest()
        for shape, row in zip(shapes, table, strict=True)
    ]


def _column(source: pd.DataFrame, name: str) -> pd.Series:
    if name not in source.columns:
        listed = ", ".join(str(column) for column in list(source.columns)[:40])
        raise InvalidError(
            "import.column",
            _("There is no column “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": listed},
        )
    return source[name]


def _joined(source: gpd.GeoDataFrame, column: str, plan: Plan) -> pd.Series:
    if column in source.columns:
        return _plain(source[column], column in plan.whole)
    parts = [_plain(_column(source, name), name in plan.whole) for name in column.split("+")]
    rows = zip(*parts, strict=True)
    return pd.Series([" ".join(str(v) for v in row if v) for row in rows], index=source.index)


def _plain(values: pd.Series, whole: bool) -> pd.Series:
    """Return the values with blanks as None; ``61.0`` as ``61`` where it is a whole number."""
    if np.issubdtype(values.to_numpy().dtype, np.datetime64):
        return values
    text = [_value(value) for value in values]
    if whole:
        text = [value[:-2] if value and str(value).endswith(".0") else value for value in text]
    return pd.Series(text, index=values.index, dtype=object)


def _value(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, str):
        return value.strip() or None
    return value.item() if isinstance(value, np.generic) else value


def _wanted(source: gpd.GeoDataFrame, where: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = np.ones(len(source), dtype=bool)
    for text in where:
        name, sign, value = text.partition("!=") if "!=" in text else text.partition("=")
        absent = not sign and name.startswith("!")
        if not name.strip("! "):
            raise InvalidError(
                "import.where",
                _("“%(text)s” is no condition; write column=value, column!=value or column.")
                % {"text": text},
            )
        column = _plain(_column(source, name.lstrip("!").strip()), whole=True)
        filled = column.notna().to_numpy()
        if not sign:
            wanted &= ~filled if absent else filled
            continue
        hit = column.astype(str).isin([part.strip() for part in value.split("|")]).to_numpy()
        wanted &= ~hit if sign == "!=" else hit & filled
    return wanted


def _unfit(
    frame: gpd.GeoDataFrame,
    rows: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    target: str,
) -> list[RowNote]:
    """Name the rows whose geometry the target cannot hold."""
    empty = (frame.geometry.is_empty | frame.geometry.isna()).to_numpy()
    kinds = frame.geometry.geom_type.to_numpy()
    fits = np.isin(kinds.astype(str), list(TYPES[target]))
    notes = []
    for at in np.flatnonzero(wanted & ~(fits & ~empty)):
        if empty[at] and target in _WITHOUT_PLACE:
            continue
        code = "no_geometry" if empty[at] else "geometry_type"
        takes = ", ".join(sorted(TYPES[target]))
        reason = "It has no geometry." if empty[at] else f"{kinds[at]}; {target} take {takes}."
        notes.append(RowNote(int(rows[at]), code, reason))
    return notes


def _translated(
    frame: gpd.GeoDataFrame, values: Mapping[str, Mapping[str, Any]]
) -> gpd.GeoDataFrame:
    result = frame.copy()
    for name, table in values.items():
        texts = ["" if value is None else str(value) for value in frame[name]]
        strange = sorted({text for text in texts if text not in table}) if "*" not in table else []
        if strange:
            raise InvalidError(
                "import.values",
                _("No mapping for %(field)s: %(strange)s. Map each text, or the rest with “*”.")
                % {"field": name, "strange": ", ".join(repr(text) for text in strange[:10])},
                data={"field": name, "values": strange[:200]},
            )
        rest = table.get("*")
        result[name] = pd.Series(
            [table.get(text, rest) for text in texts], index=frame.index, dtype=object
        )
    return result
