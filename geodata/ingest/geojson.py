"""GeoJSON, read strictly: one bad feature is refused with its number, not the whole file."""

from __future__ import annotations

import json
import math
import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from .failures import failure
from .limits import Limits
from .rawtable import RawTable
from .report import ReadReport, Remark, RowNote
from .tables import too_many
from .text import decode_document

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_DEPTHS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
_WGS84 = pyproj.CRS.from_epsg(4326)


def read_geojson(
    data: bytes, report: ReadReport, limits: Limits, *, encoding: str | None = None
) -> RawTable:
    """Read a FeatureCollection, one Feature or one geometry.

    Parameters
    ----------
    data : bytes
        The whole file.
    report : ReadReport
        Receives encoding, malformed features and closed rings.
    limits : Limits
        Bounds on nesting and features.
    encoding : str, optional
        Declared encoding; the standard wants UTF-8, and anything else is reported.

    Returns
    -------
    RawTable
        Properties as columns; a feature's own ``id`` becomes the column ``id`` unless the
        properties have one. Without a ``crs`` member the coordinates are WGS-84 (RFC 7946).

    Raises
    ------
    ReadError
        ``json_too_deep``, ``json_malformed``, ``too_many_features``, ``crs_unknown`` or
        ``encoding_wrong``.
    """
    if json_depth(data) > limits.max_json_depth:
        raise failure(
            "json_too_deep",
            f"Objects are nested more than {limits.max_json_depth} deep.",
            "Write the file anew without nested properties.",
        )
    text, report.encoding, report.encoding_how = decode_document(data, encoding)
    if not report.encoding.startswith("utf-8"):
        report.warnings.append(
            Remark("GeoJSON should be UTF-8; this file is %(found)s.", {"found": report.encoding})
        )
    document = _parse(text)
    features = _features(document)
    if len(features) > limits.max_features:
        raise too_many(limits)
    report.rows_read = len(features)
    crs, crs_how = _declared_crs(document)
    return _table(features, report, crs, crs_how)


def json_depth(data: bytes) -> int:
    """Return how deep a JSON text is nested, without parsing it."""
    bare = np.frombuffer(_STRING.sub(b"", data), dtype=np.uint8)
    opened = np.isin(bare, (ord("["), ord("{"))).astype(np.int32)
    closed = np.isin(bare, (ord("]"), ord("}"))).astype(np.int32)
    return int(np.cumsum(opened - closed).max(initial=0))


def _parse(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise failure(
            "json_malformed", f"The file is not JSON ({error}).", "Fetch or write it again."
        ) from error
    if not isinstance(document, dict):
        raise failure("json_malformed", "The file is not a GeoJSON object.", "See RFC 7946.")
    return document


def _features(document: dict[str, Any]) -> list[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return list(document["features"])
    if kind == "Feature":
        return [document]
    if kind in _DEPTHS or kind == "GeometryCollection":
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise failure(
        "json_malformed", "The file is JSON but not GeoJSON.", "It needs a FeatureCollection."
    )


def _declared_crs(document: dict[str, Any]) -> tuple[pyproj.CRS, str]:
    member = document.get("crs")
    if member is None:
        return _WGS84, "GeoJSON without a crs member is WGS-84, RFC 7946"
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    try:
        crs = pyproj.CRS.from_user_input(name)
    except (pyproj.exceptions.CRSError, TypeError) as error:
        raise failure(
            "crs_unknown", f"The crs member '{str(name)[:60]}' is unknown.", "Mend or remove it."
        ) from error
    return crs, "crs member of the file"


def _table(features: list[Any], report: ReadReport, crs: pyproj.CRS, crs_how: str) -> RawTable:
    records: list[dict[str, Any]] = []
    members: list[Any] = []
    rows: list[int] = []
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else feature
        if not isinstance(feature, dict) or not isinstance(properties, dict | None):
            report.refused.append(RowNote(number, "feature_malformed", "Not a Feature object."))
            continue
        record = dict(properties or {})
        if "id" in feature:
            record.setdefault("id", feature["id"])
        records.append({str(key): _plain(value) for key, value in record.items()})
        members.append(feature.get("geometry"))
        rows.append(number)
    shapes, keep = _geometries(members, rows, report)
    frame = pd.DataFrame(records, index=range(len(records)))
    return RawTable(
        frame=frame.loc[keep].reset_index(drop=True),
        geometry=shapes[keep],
        rows=np.asarray(rows, dtype=np.int64)[keep],
        crs=crs,
        crs_how=crs_how,
    )


def _plain(value: Any) -> Any:
    """Keep scalars; write nested values as JSON text, which every table can hold."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _geometries(
    members: list[Any], rows: list[int], report: ReadReport
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    texts = [None if member is None else json.dumps(member) for member in members]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # 1e400: refused below
        shapes = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    keep = np.ones(len(members), dtype=bool)
    for at, member in enumerate(members):
        if member is None or shapes[at] is not None:
            continue
        try:
            shapes[at], closed = _lenient(member)
        except (ValueError, TypeError, AttributeError, shapely.errors.GEOSException) as error:
            reason = f"The geometry cannot be read: {error}."
            report.refused.append(RowNote(rows[at], "geometry_malformed", reason))
            keep[at] = False
            continue
        if closed:
            reason = f"{closed} rings were not closed."
            report.repaired.append(RowNote(rows[at], "ring_closed", reason))
    return shapes, keep


def _lenient(member: dict[str, Any]) -> tuple[Any, int]:
    """Build a geometry that the strict parser refused, closing its rings."""
    kind = member.get("type")
    if kind not in _DEPTHS:
        raise ValueError(f"the type '{str(kind)[:40]}' is not one of GeoJSON")
    coordinates, closed = _positions(member.get("coordinates"), _DEPTHS[kind], "olygon" in kind)
    text = json.dumps({"type": kind, "coordinates": coordinates})
    shape = shapely.from_geojson(text, on_invalid="raise")
    return shape, closed


def _positions(value: Any, depth: int, rings: bool) -> tuple[Any, int]:
    if not isinstance(value, list):
        raise TypeError(f"coordinates are nested wrongly at {str(value)[:40]}")
    if depth == 0:
        return _position(value), 0
    parts = [_positions(part, depth - 1, rings) for part in value]
    closed = sum(count for _, count in parts)
    points = [part for part, _ in parts]
    if rings and depth == 1 and len(points) >= 3 and points[0] != points[-1]:
        return [*points, points[0]], closed + 1
    return points, closed


def _position(value: list[Any]) -> list[float]:
    numbers = [part for part in value if type(part) in (int, float)]  # true is an int, too
    if len(numbers) != len(value) or len(value) < 2:
        raise ValueError(f"{str(value)[:60]} is not a position")
    if not all(math.isfinite(number) for number in numbers[:2]):
        raise ValueError(f"{str(value)[:60]} is not finite")
    return [float(number) for number in numbers[:2]]
