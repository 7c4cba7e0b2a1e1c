"""OpenStreetMap extracts: layers as GDAL cuts them, and themes as a city needs them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from .failures import failure
from .limits import MEBIBYTE, Limits
from .osm_pbf import TaggedWay, tagged_ways
from .rawtable import RawTable
from .report import ReadReport, Remark, RowNote
from .vector import read_gdal

LAYERS = ("points", "lines", "multilinestrings", "multipolygons", "other_relations")
MAX_TAG_COLUMNS = 200
_LISTED = 10
_CENSUS_MAX_BYTES = 24 * MEBIBYTE  # counted in pure Python: some seconds; larger is left out
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_TRACKS = ("rail", "tram", "subway", "light_rail", "narrow_gauge", "monorail")
Tag = Callable[[str], "pd.Series[Any]"]
Keep = Callable[[Tag], "pd.Series[bool]"]


def _has(key: str) -> Keep:
    return lambda tag: tag(key).notna()


def _is(key: str, *values: str) -> Keep:
    return lambda tag: tag(key).isin(values)


def _either(one: Keep, other: Keep) -> Keep:
    return lambda tag: one(tag) | other(tag)


@dataclass(frozen=True)
class Theme:
    """One kind of thing: which rows of which layers, and which tag its ways are counted by."""

    key: str
    parts: dict[str, Keep]
    outlines_as_lines: bool = False


THEMES: dict[str, Theme] = {
    "buildings": Theme("building", {"multipolygons": _has("building")}),
    "highways": Theme(
        "highway",
        {"lines": _has("highway"), "multipolygons": _has("highway")},
        outlines_as_lines=True,
    ),
    "rails": Theme("railway", {"lines": _is("railway", *_TRACKS)}),
    "water": Theme(
        "waterway",
        {
            "lines": _has("waterway"),
            "multipolygons": _either(_is("natural", "water"), _is("waterway", "riverbank")),
        },
    ),
    "landuse": Theme("landuse", {"multipolygons": _either(_has("landuse"), _has("leisure"))}),
    "places": Theme("", {"points": _has("place")}),
    "manholes": Theme("", {"points": _has("manhole")}),
}


def read_osm(path: Path, layer: str | None, report: ReadReport, limits: Limits) -> RawTable:
    """Read one layer or theme of an .osm.pbf.

    Parameters
    ----------
    path : Path
        The extract.
    layer : str
        One of GDAL's layers (``points``, ``lines`` ...) or of `THEMES` (``buildings``,
        ``highways``, ``water``, ``rails``, ``landuse``, ``places``, ``manholes``).
    report : ReadReport
        Receives cut and undrawable ways.
    limits : Limits
        Bounds; ``max_features`` holds for each layer.

    Returns
    -------
    RawTable
        ``osm_id`` is ``node/1``, ``way/2`` or ``relation/3``. Every tag is a column; beyond
        `MAX_TAG_COLUMNS` the rarest stay in ``other_tags`` as JSON. In ``highways`` a closed
        street, which GDAL turns into an area, is a line again.

    Raises
    ------
    ReadError
        ``layer_needed``, ``layer_unknown``, ``file_damaged`` or ``too_many_features``.
    """
    theme = _theme(layer)
    report.layer, report.encoding, report.encoding_how = layer or "", "utf-8", "the format's own"
    parts = [_part(path, name, keep, limits) for name, keep in theme.parts.items()]
    frame = pd.concat([rows for rows, _ in parts], ignore_index=True).dropna(axis=1, how="all")
    frame = frame.astype(object).where(frame.notna(), None)
    shapes = np.concatenate([shapes for _, shapes in parts])
    numbers = np.arange(1, len(frame) + 1, dtype=np.int64)
    report.rows_read = len(frame)
    drawn = _refuse_broken(frame, shapes, numbers, report)
    if theme.outlines_as_lines:
        shapes = _outlines(shapes)
    _note_cut_ways(path, theme.key, frame, numbers, report)
    return RawTable(
        frame=frame.loc[drawn].reset_index(drop=True),
        geometry=shapes[drawn],
        rows=numbers[drawn],
        crs=pyproj.CRS.from_epsg(4326),
        crs_how="OpenStreetMap is WGS-84",
    )


def other_tags(text: str | None) -> dict[str, str]:
    """Return the tags that GDAL packs into one column in PostgreSQL's hstore notation."""
    return {
        _ESCAPED.sub(r"\1", key): _ESCAPED.sub(r"\1", value)
        for key, value in _PAIR.findall(text or "")
    }


def _theme(layer: str | None) -> Theme:
    known = ", ".join((*THEMES, *LAYERS))
    if layer is None:
        raise failure("layer_needed", "An OSM extract holds many layers.", f"Name one: {known}.")
    if layer in LAYERS:
        return Theme("", {layer: lambda tag: tag("osm_id").map(lambda _: True).astype(bool)})
    if layer not in THEMES:
        raise failure("layer_unknown", f"There is no layer '{layer}'.", f"There are: {known}.")
    return THEMES[layer]


def _part(path: Path, name: str, keep: Keep, limits: Limits) -> tuple[pd.DataFrame, NDArray[Any]]:
    # The scratch report numbers rows of the whole layer; ours are those of the theme.
    frame, shapes, _ = read_gdal(path, name, ReadReport(path.name), limits)
    frame = frame.astype(object).where(frame.notna(), None)
    tags = [other_tags(text) for text in frame.pop("other_tags")]

    def tag(key: str) -> pd.Series[Any]:
        if key in frame:
            return frame[key]
        return pd.Series([found.get(key) for found in tags], index=frame.index, dtype=object)

    chosen = np.flatnonzero(keep(tag).to_numpy(dtype=bool))
    rows = frame.iloc[chosen].reset_index(drop=True)
    rows["osm_id"] = _identities(rows, name)
    rows = rows.drop(columns=["osm_way_id", "z_order"], errors="ignore")
    return _widen(rows, [tags[at] for at in chosen]), shapes[chosen]


def _identities(rows: pd.DataFrame, layer: str) -> list[str]:
    if layer == "multipolygons":
        return [
            f"way/{way}" if relation is None else f"relation/{relation}"
            for relation, way in zip(rows["osm_id"], rows["osm_way_id"], strict=True)
        ]
    kind = {"points": "node", "lines": "way"}.get(layer, "relation")
    return [f"{kind}/{number}" for number in rows["osm_id"]]


def _widen(rows: pd.DataFrame, tags: list[dict[str, str]]) -> pd.DataFrame:
    counts = Counter(key for found in tags for key in found if key not in rows)
    common = [key for key, _ in counts.most_common(MAX_TAG_COLUMNS)]
    wide = pd.DataFrame(
        {key: [found.get(key) for found in tags] for key in common}, index=rows.index, dtype=object
    )
    rows = pd.concat([rows, wide], axis=1)
    if len(counts) > len(common):
        rare = set(counts) - set(common)
        rows["other_tags"] = [
            json.dumps({key: found[key] for key in found if key in rare}, ensure_ascii=False)
            for found in tags
        ]
    return rows


def _refuse_broken(
    frame: pd.DataFrame, shapes: NDArray[Any], numbers: NDArray[np.int64], report: ReadReport
) -> NDArray[np.bool_]:
    drawn = ~shapely.is_missing(shapes)
    for at in np.flatnonzero(~drawn):
        reason = f"{frame['osm_id'].iloc[at]} has too few nodes in the extract to be drawn."
        report.refused.append(RowNote(int(numbers[at]), "geometry_malformed", reason))
    return np.asarray(drawn, dtype=bool)


def _outlines(shapes: NDArray[Any]) -> NDArray[Any]:
    """Turn areas back into the lines around them."""
    area = np.isin(shapely.get_type_id(shapes), (3, 6))
    result = shapes.copy()
    result[area] = shapely.boundary(shapes[area])
    single = area & (shapely.get_num_geometries(result) == 1)
    result[single] = shapely.get_geometry(result[single], 0)
    return result


def _note_cut_ways(
    path: Path, key: str, frame: pd.DataFrame, numbers: NDArray[np.int64], report: ReadReport
) -> None:
    """Say which ways lost nodes to the edge of the extract, and which were never drawn."""
    if not key:
        return
    if path.stat().st_size > _CENSUS_MAX_BYTES:
        report.warnings.append(
            Remark("The extract is large; ways cut at its edge were not looked for.")
        )
        return
    ways = {f"way/{way.osm_id}": way for way in tagged_ways(path, [key])}
    row_of = dict(zip(frame["osm_id"], numbers.tolist(), strict=True))
    cut = [(row_of[name], way) for name, way in ways.items() if name in row_of]
    for row, way in sorted((pair for pair in cut if pair[1].nodes_missing), key=lambda p: p[0]):
        reason = f"way/{way.osm_id}: {way.nodes_missing} of {way.nodes} nodes are not in the file."
        report.noticed.append(RowNote(row, "way_cut", reason))
    undrawn = [way for name, way in ways.items() if name not in row_of]
    report.warnings.append(_census(key, len(ways), undrawn))


def _census(key: str, total: int, undrawn: list[TaggedWay]) -> Remark:
    listed = ", ".join(str(way.osm_id) for way in undrawn[:_LISTED])
    return Remark(
        "%(total)d ways carry %(key)s; %(absent)d are not in this layer, %(short)d of them because "
        "the file has fewer than two of their nodes (%(listed)s).",
        {
            "total": total,
            "key": key,
            "absent": len(undrawn),
            "short": sum(not way.drawable for way in undrawn),
            "listed": (listed + (" …" if len(undrawn) > _LISTED else "")) or "–",
        },
    )
