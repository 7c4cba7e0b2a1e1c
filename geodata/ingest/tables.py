"""CSV tables whose coordinates stand in two columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.errors import ReadError

from .failures import failure
from .limits import Limits
from .rawtable import RawTable
from .report import ReadReport, RowNote
from .text import decode_document

_X_NAMES = ("longitude", "lon", "lng", "long", "x", "经度")
_Y_NAMES = ("latitude", "lat", "y", "纬度")
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
_DELIMITERS = (",", "\t", ";", "|")


def read_csv(
    data: bytes,
    report: ReadReport,
    limits: Limits,
    *,
    encoding: str | None = None,
    x: str | None = None,
    y: str | None = None,
) -> RawTable:
    """Read a delimited table; every value stays the text that it was.

    Parameters
    ----------
    data : bytes
        The whole file, unpacked.
    report : ReadReport
        Receives encoding, refused rows and rows without coordinates.
    limits : Limits
        Bounds; only ``max_features`` applies here.
    encoding : str, optional
        Declared encoding; else found (strict UTF-8, then GB18030).
    x, y : str, optional
        Names of the coordinate columns; else the usual headings are looked for.

    Raises
    ------
    ReadError
        ``table_malformed``, ``columns_repeated``, ``column_missing``,
        ``coordinates_unnamed``, ``too_many_features`` or ``encoding_wrong``.
    """
    text, report.encoding, report.encoding_how = decode_document(data, encoding)
    heading, rows, numbers = _rows(text, report, limits)
    frame = pd.DataFrame(rows, columns=pd.Index(heading), dtype=object)
    x_column, y_column = coordinate_columns(heading, x, y)
    return with_points(frame, x_column, y_column, numbers, report)


def with_points(
    frame: pd.DataFrame, x: str, y: str, rows: NDArray[np.int64], report: ReadReport
) -> RawTable:
    """Turn two columns of a table into points; unreadable numbers refuse the row."""
    raw_x, bad_x = _numbers(frame[x])
    raw_y, bad_y = _numbers(frame[y])
    bad = bad_x | bad_y
    for at in np.flatnonzero(bad):
        reason = f"x = '{frame[x].iloc[at]}', y = '{frame[y].iloc[at]}' are not two numbers."
        report.refused.append(RowNote(int(rows[at]), "coordinate_unreadable", reason))
    present = ~np.isnan(raw_x) & ~np.isnan(raw_y)
    points = np.full(len(frame), None, dtype=object)
    points[present] = shapely.points(raw_x[present], raw_y[present])
    keep = ~bad
    return RawTable(
        frame=frame.loc[keep].reset_index(drop=True),
        geometry=points[keep],
        rows=rows[keep],
        raw_x=raw_x[keep],
        raw_y=raw_y[keep],
    )


def coordinate_columns(heading: Sequence[str], x: str | None, y: str | None) -> tuple[str, str]:
    """Return the two coordinate columns, declared or under one of the usual names."""
    if (x is None) != (y is None):
        raise failure("column_missing", "Name both coordinate columns or neither.", "x and y.")
    if x is not None and y is not None:
        for name in (x, y):
            if name not in heading:
                listed = ", ".join(heading[:30])
                raise failure(
                    "column_missing", f"There is no column '{name}'.", f"There are: {listed}."
                )
        return x, y
    lower = {name.strip().lower(): name for name in reversed(heading)}
    found_x = next((lower[name] for name in _X_NAMES if name in lower), None)
    found_y = next((lower[name] for name in _Y_NAMES if name in lower), None)
    if found_x is None or found_y is None:
        raise failure(
            "coordinates_unnamed",
            "No columns are named like coordinates.",
            f"Name them as x and y. There are: {', '.join(heading[:30])}.",
        )
    return found_x, found_y


def _rows(
    text: str, report: ReadReport, limits: Limits
) -> tuple[list[str], list[list[str]], NDArray[np.int64]]:
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    number = 0
    try:
        heading = [name.strip() for name in next(reader)]
        _check_heading(heading)
        for row in reader:
            if not row:
                continue  # a blank line is not a row
            number += 1
            if number > limits.max_features:
                raise too_many(limits)
            if len(row) == len(heading):
                rows.append(row)
                numbers.append(number)
            else:
                reason = f"{len(row)} fields under {len(heading)} headings."
                report.refused.append(RowNote(number, "field_count", reason))
    except (csv.Error, StopIteration) as error:
        raise failure(
            "table_malformed",
            f"The table breaks off near row {number + 1} ({error}).",
            "Check quotes and line ends there.",
        ) from error
    report.rows_read = number
    return heading, rows, np.asarray(numbers, dtype=np.int64)


def _check_heading(heading: Sequence[str]) -> None:
    repeated = sorted({name for name in heading if heading.count(name) > 1})
    if repeated or "" in heading:
        raise failure(
            "columns_repeated",
            f"The first line must name each column once ({', '.join(repeated)[:80]}).",
            "Give every column a name of its own.",
        )


def too_many(limits: Limits) -> ReadError:
    """Return the error for a layer with more rows than are read."""
    return failure(
        "too_many_features", f"There are more than {limits.max_features:,} rows.", "Split the file."
    )


def _numbers(column: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers (NaN where missing) and where the text is neither number nor missing."""
    text = column.map(lambda value: "" if value is None else str(value).strip().lower())
    missing = text.isin(_MISSING).to_numpy()
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    bad = ~missing & ~np.isfinite(values)
    return np.where(missing, np.nan, values), bad
