"""Formats that GDAL or Arrow read: Shapefile, GeoPackage, GeoParquet."""

from __future__ import annotations

import struct
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from .failures import failure
from .limits import MEBIBYTE, Limits
from .rawtable import RawTable
from .report import ReadReport, Remark, RowNote
from .tables import coordinate_columns, too_many, with_points
from .text import codec_name, dbf_encoding, decode_column, decode_value

# Damaged metadata surface as whatever the code that trusted them happens to raise.
_PARQUET_ERRORS = (
    pyarrow.ArrowException,
    shapely.errors.GEOSException,
    pyproj.exceptions.CRSError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)
_GDAL_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError)


def read_shapefile(
    path: Path, report: ReadReport, limits: Limits, *, encoding: str | None = None
) -> RawTable:
    """Read a .shp with its .shx and .dbf, decoding each value of the table on its own.

    Parameters
    ----------
    path : Path
        The .shp; its companions lie beside it.
    report : ReadReport
        Receives the encoding, values that used another one, and malformed geometries.
    limits : Limits
        Bounds; ``max_features`` applies here.
    encoding : str, optional
        Declared encoding; else the .cpg, else the .dbf header, else strict UTF-8 and GB18030.

    Raises
    ------
    ReadError
        ``shapefile_incomplete``, ``file_damaged``, ``too_many_features`` or
        ``encoding_unknown``.
    """
    companions = _companions(path)
    _check_shapefile(path, companions)
    declared, how = _dbf_declared(companions, encoding)
    # Latin-1 maps every byte to one character and back: the values arrive as they were written.
    frame, shapes, crs = read_gdal(path, None, report, limits, encoding="ISO-8859-1")
    rows = np.arange(1, len(frame) + 1, dtype=np.int64)
    used: Counter[str] = Counter()
    decoded: dict[str, Any] = {}
    for name in frame.columns:
        title = decode_value(str(name).encode("latin-1"), declared)[0]
        decoded[title] = frame[name]
        if not pd.api.types.is_numeric_dtype(frame[name]) and _is_text(frame[name]):
            raw = [None if value is None else value.encode("latin-1") for value in frame[name]]
            texts, counts, notes = decode_column(raw, title, declared, rows.tolist())
            decoded[title] = pd.Series(texts, dtype=object)
            report.repaired += notes
            used += counts
    _say_encoding(report, declared, how, used)
    return RawTable(
        pd.DataFrame(decoded, index=frame.index), shapes, rows, crs=crs, crs_how=".prj of the file"
    )


def read_geopackage(path: Path, layer: str | None, report: ReadReport, limits: Limits) -> RawTable:
    """Read one layer of a GeoPackage; the layer must be named when there are several."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the name of the file; `sniff` says that
            layers = pyogrio.list_layers(path)
        names = [str(name) for name, kind in layers if kind is not None]
    except _GDAL_ERRORS as error:
        raise _damaged(path, error) from error
    report.layer = chosen_layer(names, layer)
    report.encoding, report.encoding_how = "utf-8", "the format's own"
    frame, shapes, crs = read_gdal(path, report.layer, report, limits)
    rows = np.arange(1, len(frame) + 1, dtype=np.int64)
    return RawTable(frame, shapes, rows, crs=crs, crs_how="layer of the file")


def chosen_layer(names: Sequence[str], layer: str | None) -> str:
    """Return the layer to read, or raise `ReadError` with the names that there are."""
    listed = ", ".join(names[:30])
    if layer is not None and layer in names:
        return layer
    if layer is not None:
        raise failure("layer_unknown", f"There is no layer '{layer}'.", f"There are: {listed}.")
    if len(names) != 1:
        hint = f"Name one: {listed}."
        raise failure("layer_needed", f"The file holds {len(names)} layers.", hint)
    return names[0]


@np.errstate(over="ignore", invalid="ignore")
def read_parquet(
    path: Path, report: ReadReport, limits: Limits, *, x: str | None, y: str | None
) -> RawTable:
    """Read GeoParquet, or plain Parquet with two coordinate columns."""
    try:
        meta = pq.read_metadata(path)
        _check_parquet(meta, limits)
        geographic = b"geo" in (meta.metadata or {}) and x is None
        table: Any = gpd.read_parquet(path) if geographic else pd.read_parquet(path)
    except _PARQUET_ERRORS as error:
        raise _damaged(path, error) from error
    report.rows_read = len(table)
    report.encoding, report.encoding_how = "utf-8", "the format's own"
    table = table.reset_index(drop=True)
    rows = np.arange(1, len(table) + 1, dtype=np.int64)
    if not geographic:
        frame = pd.DataFrame(table)
        return with_points(
            frame, *coordinate_columns([str(name) for name in frame.columns], x, y), rows, report
        )
    shapes = np.asarray(table.geometry.to_numpy(), dtype=object)
    frame = pd.DataFrame(table.drop(columns=table.geometry.name))
    return RawTable(frame, shapes, rows, crs=table.crs, crs_how="metadata of the file")


def read_gdal(
    path: Path, layer: str | None, report: ReadReport, limits: Limits, **options: Any
) -> tuple[pd.DataFrame, NDArray[Any], pyproj.CRS | None]:
    """Read a layer through GDAL; geometries that cannot be built are None and noted.

    Returns
    -------
    tuple of (DataFrame, array of object, CRS or None)
        Rows in file order. Missing values are None in text columns.
    """
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            meta, _, wkb, fields = pyogrio.raw.read(
                path, layer=layer, max_features=limits.max_features + 1, **options
            )
    except _GDAL_ERRORS as error:
        raise _damaged(path, error) from error
    texts = dict.fromkeys(str(warning.message) for warning in said)
    report.warnings += [Remark("GDAL: %(text)s", {"text": text}) for text in texts]
    names = [str(name) for name in meta["fields"]]
    count = len(wkb) if wkb is not None else len(fields[0]) if fields else 0
    if count > limits.max_features:
        raise too_many(limits)
    report.rows_read = count
    frame = pd.DataFrame(
        {name: _with_none(values) for name, values in zip(names, fields, strict=True)},
        index=range(count),
    )
    shapes = np.full(count, None, dtype=object)
    if wkb is not None:
        shapes = _from_wkb(wkb, report)
    crs = None if meta["crs"] is None else pyproj.CRS.from_user_input(meta["crs"])
    return frame, shapes, crs


@np.errstate(over="ignore", invalid="ignore")  # absurd numbers are refused later, not warned of
def _from_wkb(wkb: NDArray[Any], report: ReadReport) -> NDArray[Any]:
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    stated = np.array([value is not None for value in wkb], dtype=bool)
    broken = np.flatnonzero(stated & shapely.is_missing(shapes))
    mended = shapely.from_wkb(wkb[broken], on_invalid="fix")
    for at, shape in zip(broken, mended, strict=True):
        shapes[at] = shape
        if shape is None:
            reason = "The geometry has too few points to be one."
            report.refused.append(RowNote(int(at) + 1, "geometry_malformed", reason))
        else:
            report.repaired.append(RowNote(int(at) + 1, "ring_closed", "A ring was not closed."))
    return np.asarray(shapes, dtype=object)


def _with_none(values: NDArray[Any]) -> pd.Series:
    series = pd.Series(values, dtype=object if values.dtype == object else values.dtype)
    return series.where(series.notna(), None) if values.dtype == object else series


def _is_text(column: pd.Series) -> bool:
    return column.map(lambda value: value is None or isinstance(value, str)).all().item() is True


def _companions(path: Path) -> dict[str, Path]:
    stem = path.stem.lower()
    return {
        other.suffix.lower(): other
        for other in path.parent.iterdir()
        if other.stem.lower() == stem and other.suffix.lower() in (".shx", ".dbf", ".cpg", ".prj")
    }


def _check_shapefile(path: Path, companions: dict[str, Path]) -> None:
    missing = [suffix for suffix in (".shx", ".dbf") if suffix not in companions]
    if missing:
        raise failure(
            "shapefile_incomplete",
            f"The shapefile lacks its {' and '.join(missing)}.",
            "Pack all parts into one zip.",
        )
    with path.open("rb") as stream:
        header = stream.read(100)
    words = struct.unpack(">i", header[24:28])[0] if len(header) == 100 else -1
    if words * 2 > path.stat().st_size or words < 50:
        raise failure("file_damaged", "The .shp is shorter than it states.", "Fetch it again.")


def _dbf_declared(companions: dict[str, Path], encoding: str | None) -> tuple[str | None, str]:
    if encoding is not None:
        return codec_name(encoding), "declared"
    if ".cpg" in companions:
        stated = companions[".cpg"].read_bytes()[:64].decode("ascii", "replace")
        return codec_name(stated), ".cpg of the file"
    with companions[".dbf"].open("rb") as stream:
        header = stream.read(32)
    stated_code = dbf_encoding(header[29]) if len(header) == 32 else None
    return stated_code, "header of the .dbf" if stated_code else "found value by value"


def _say_encoding(report: ReadReport, declared: str | None, how: str, used: Counter[str]) -> None:
    report.encoding = declared or (", ".join(sorted(used)) if used else "ascii")
    report.encoding_how = how
    if declared is None and used:
        found = ", ".join(f"{name} {count}" for name, count in used.most_common())
        report.warnings.append(
            Remark("The table does not state its encoding; found: %(found)s.", {"found": found})
        )


def _check_parquet(meta: Any, limits: Limits) -> None:
    if meta.num_rows > limits.max_features:
        raise too_many(limits)
    size = sum(meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
    if size > limits.max_unpacked_bytes:
        most = limits.max_unpacked_bytes // MEBIBYTE
        raise failure("file_too_large", f"Unpacked it has more than {most} MiB.", "Split it.")


def _damaged(path: Path, error: Exception) -> Exception:
    return failure(
        "file_damaged", f"'{path.name}' cannot be opened ({error}).", "Fetch the file again."
    )
