"""One function that reads any file: find the format, read, settle CRS and datum, mend, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.crs import Datum

from . import archives
from .dates import DATE_FORMATS, parse_dates
from .failures import failure
from .frames import WGS84, ToLonLat, name_of, settle_crs, settle_datum
from .geojson import read_geojson
from .limits import DEFAULT_LIMITS, Limits
from .osm import read_osm
from .rawtable import RawTable
from .records import Records
from .repair import repair
from .report import ReadReport, Remark, RowNote
from .sniff import named_format, sniff
from .tables import read_csv
from .vector import read_geopackage, read_parquet, read_shapefile

Progress = Callable[[int, int], None]
_STEPS = 4
_NO_POINT = shapely.Point()
_NO_SHAPE = shapely.GeometryCollection()


def read(
    path: str | PathLike[str],
    *,
    layer: str | None = None,
    crs: int | None = None,
    datum: Datum | None = None,
    datum_required: bool = False,
    encoding: str | None = None,
    x: str | None = None,
    y: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    dates: Sequence[str] | Mapping[str, str] = (),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> Records:
    """Read a geographic file into plain records and say what was wrong with it.

    Parameters
    ----------
    path : path
        GeoJSON, GeoPackage, Shapefile (zipped, or the .shp), CSV (also .gz), GeoParquet or
        .osm.pbf. The content decides which, not the name.
    layer : str, optional
        Layer, theme of an OSM extract, or data set of an archive.
    crs : int, optional
        EPSG code of the coordinates where the file carries none.
    datum : Datum, optional
        Datum of the coordinates. GCJ-02 and BD-09 are converted to WGS-84.
    datum_required : bool
        Refuse longitude/latitude data whose datum was not declared.
    encoding : str, optional
        Text encoding; found where it is left out.
    x, y : str, optional
        Coordinate columns of a table.
    columns : sequence or mapping, optional
        Columns to keep; a mapping {column: new name} also renames them.
    dates : sequence or mapping, optional
        Columns of dates (names as in the result); a mapping gives `strptime` patterns, an empty
        one for the usual forms.
    limits : Limits
        Bounds on size.
    progress : callable, optional
        Called with (steps done, steps in all).

    Returns
    -------
    Records
        Rows in file order. Refused rows are left out and listed; rows without coordinates are
        kept with an empty geometry and listed. An empty layer gives an empty frame.

    Raises
    ------
    ReadError
        With a stable ``code``; see the readers of the formats.
    """
    source = Path(path).resolve()
    tell = progress or (lambda done, total: None)
    report = ReadReport(name=Path(path).name)
    tell(0, _STEPS)
    table = _read_format(source, report, limits, layer=layer, encoding=encoding, x=x, y=y)
    tell(1, _STEPS)
    frame = _dated(_columns(table.frame, columns), table.rows, dates, report)
    table = replace(table, frame=frame)
    tell(2, _STEPS)
    records = _located(table, report, limits, crs, datum, datum_required)
    tell(_STEPS, _STEPS)
    return records


def _read_format(
    path: Path,
    report: ReadReport,
    limits: Limits,
    *,
    layer: str | None,
    encoding: str | None,
    x: str | None,
    y: str | None,
) -> RawTable:
    found, packed = sniff(path, limits)
    promised = named_format(path)
    if promised not in (None, found) and not (promised == "csv" and packed):
        report.warnings.append(
            Remark(
                "The name says %(promised)s, the content is %(found)s.",
                {"promised": str(promised), "found": found},
            )
        )
    report.format = found
    if found == "zip":
        with archives.unpacked(path, layer, limits) as (inner, name):
            table = _read_format(
                inner, report, limits, layer=None if inner.suffix == ".shp" else layer,
                encoding=encoding, x=x, y=y,
            )  # fmt: skip
            report.format, report.layer = f"zipped {report.format}", report.layer or name
            return table
    if found == "shapefile":
        return read_shapefile(path, report, limits, encoding=encoding)
    if found == "geopackage":
        return read_geopackage(path, layer, report, limits)
    if found == "parquet":
        return read_parquet(path, report, limits, x=x, y=y)
    if found == "osm_pbf":
        return read_osm(path, layer, report, limits)
    data = archives.gunzip(path, limits) if packed else path.read_bytes()
    if found == "csv":
        return read_csv(data, report, limits, encoding=encoding, x=x, y=y)
    return read_geojson(data, report, limits, encoding=encoding)


def _columns(
    frame: pd.DataFrame, columns: Sequence[str] | Mapping[str, str] | None
) -> pd.DataFrame:
    if columns is None:
        return frame
    names = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    missing = [name for name in names if name not in frame.columns]
    if missing:
        listed = ", ".join(str(name) for name in list(frame.columns)[:40])
        raise failure(
            "column_missing", f"There is no column '{missing[0]}'.", f"There are: {listed}."
        )
    return frame[list(names)].rename(columns=names)


def _dated(
    frame: pd.DataFrame,
    rows: NDArray[np.int64],
    dates: Sequence[str] | Mapping[str, str],
    report: ReadReport,
) -> pd.DataFrame:
    result = frame.copy(deep=False)
    for name in dates:
        if name not in result.columns:
            raise failure("column_missing", f"There is no column '{name}'.", "Check the name.")
        pattern = dates[name] if isinstance(dates, Mapping) else ""
        formats = (pattern,) if pattern else DATE_FORMATS
        moments, notes = parse_dates(result[name].tolist(), rows.tolist(), name, formats)
        result[name] = moments
        report.noticed += notes
    return result


def _located(
    table: RawTable,
    report: ReadReport,
    limits: Limits,
    declared_crs: int | None,
    declared_datum: Datum | None,
    datum_required: bool,
) -> Records:
    crs, report.crs_how = settle_crs(table.crs, table.crs_how, declared_crs)
    # OpenStreetMap is WGS-84 by its own rule, so nobody needs to declare it.
    required = datum_required and report.format != "osm_pbf"
    datum, report.datum_how = settle_datum(crs, declared_datum, required=required)
    report.crs, report.datum = name_of(crs), str(datum)
    to_lonlat = ToLonLat(crs, datum)
    report.warnings += to_lonlat.remarks
    shapes, keep, refused, repaired = repair(
        table.geometry, table.rows, to_lonlat.areas_m2, max_vertices=limits.max_vertices
    )
    lonlat = to_lonlat(shapes)
    misplaced = to_lonlat.misplaced(shapes, lonlat, table.rows)
    keep &= ~np.isin(table.rows, [note.row for note in misplaced])
    report.refused += [*refused, *misplaced]
    report.repaired += repaired
    _note_missing(shapes, keep, table.rows, report)
    return _records(table, lonlat, shapes, keep, report, crs, datum)


def _note_missing(
    shapes: NDArray[Any], keep: NDArray[np.bool_], rows: NDArray[np.int64], report: ReadReport
) -> None:
    for row in rows[keep & shapely.is_missing(shapes)]:
        reason = "The row has no coordinates; it is kept without a place."
        report.noticed.append(RowNote(int(row), "no_coordinates", reason))
    zero = keep & (shapely.get_x(shapes) == 0) & (shapely.get_y(shapes) == 0)
    for row in rows[zero]:
        report.noticed.append(RowNote(int(row), "at_zero", "The point lies at 0, 0."))


def _records(
    table: RawTable,
    lonlat: NDArray[Any],
    shapes: NDArray[Any],
    keep: NDArray[np.bool_],
    report: ReadReport,
    crs: Any,
    datum: Datum,
) -> Records:
    kinds, counts = np.unique(
        [shape.geom_type for shape in lonlat[keep] if shape is not None], return_counts=True
    )
    report.geometry_types = {str(k): int(n) for k, n in zip(kinds, counts, strict=True)}
    report.rows_kept = int(keep.sum())
    for notes in (report.refused, report.repaired, report.noticed):
        notes.sort(key=lambda note: (note.row, note.code))
    # An empty point among points keeps the column a column of points.
    empty = _NO_POINT if set(report.geometry_types) <= {"Point"} else _NO_SHAPE
    placed = np.where(shapely.is_missing(lonlat), empty, lonlat)[keep]
    raw_x = shapely.get_x(shapes) if table.raw_x is None else table.raw_x
    raw_y = shapely.get_y(shapes) if table.raw_y is None else table.raw_y
    frame = table.frame.loc[keep].reset_index(drop=True)
    frame = frame.drop(columns="geometry", errors="ignore")
    return Records(
        frame=gpd.GeoDataFrame(frame, geometry=placed, crs=WGS84),
        rows=table.rows[keep],
        raw_x=np.asarray(raw_x, dtype=np.float64)[keep],
        raw_y=np.asarray(raw_y, dtype=np.float64)[keep],
        source_crs=crs,
        datum=datum,
        report=report,
    )
