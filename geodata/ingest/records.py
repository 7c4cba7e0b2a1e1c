"""Plain records: one frame in EPSG:4326, the raw values beside it, and the report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from geodata.crs import Datum

from .failures import failure
from .report import ReadReport

_MARKED = re.compile(r"#\d+$")
_MARK = "#"


@dataclass(frozen=True)
class Records:
    """What a file holds, fit for use.

    Attributes
    ----------
    frame : geopandas.GeoDataFrame
        Attributes and ``geometry`` in EPSG:4326, index 0..n-1 in the order of the file. A row
        without coordinates has an empty geometry.
    rows : numpy.ndarray of int64, shape (n,)
        Row numbers in the file, from 1.
    raw_x, raw_y : numpy.ndarray of float64, shape (n,)
        Coordinates of points as the file has them, in `source_crs` and `datum`; NaN for
        other geometries and where there are none.
    source_crs : pyproj.CRS
        The CRS of the file, carried or declared.
    datum : Datum
        The datum of the file, carried or declared.
    report : ReadReport
        Everything that was noticed.
    """

    frame: gpd.GeoDataFrame
    rows: NDArray[np.int64]
    raw_x: NDArray[np.float64]
    raw_y: NDArray[np.float64]
    source_crs: pyproj.CRS
    datum: Datum
    report: ReadReport

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def located(self) -> NDArray[np.bool_]:
        """Where a row has a geometry."""
        return np.asarray(~(self.frame.geometry.is_empty | self.frame.geometry.isna()), dtype=bool)


@dataclass(frozen=True)
class Occurrences:
    """Source IDs that stay the same when a file is read again or in another order.

    Attributes
    ----------
    ids : numpy.ndarray of object (str), shape (n,)
        The key; its second and later occurrences carry ``#2``, ``#3`` ...
    repeated : tuple of str
        Keys that occur more than once, sorted.
    identical : int
        Rows that equal another row with the same key in every column: which of them is first
        cannot matter.
    """

    ids: NDArray[np.object_]
    repeated: tuple[str, ...]
    identical: int


def occurrence_ids(
    frame: pd.DataFrame, key: str | Sequence[str], order_by: str | Sequence[str] = ()
) -> Occurrences:
    """Number the occurrences of a key that a source wrongly repeats.

    Parameters
    ----------
    frame : DataFrame
        Any rows; geometries count as their WKT.
    key : str or sequence of str
        Column(s) of the key; several are joined with ``-``.
    order_by : str or sequence of str
        Columns that order the occurrences of one key, missing values last; ties are broken
        by the whole row, columns taken by name, so the order of the rows never matters.

    Returns
    -------
    Occurrences
        Empty input gives empty output.

    Raises
    ------
    ReadError
        ``column_missing``; ``id_missing`` when a row has no key; ``id_marked`` when a key
        already ends like an occurrence (``#2``) and could be mistaken for one.
    """
    keys = [key] if isinstance(key, str) else list(key)
    order = [order_by] if isinstance(order_by, str) else list(order_by)
    for name in (*keys, *order):
        if name not in frame.columns:
            raise failure("column_missing", f"There is no column '{name}'.", "Check the name.")
    numbers = _joined(frame, keys)
    repeated_mask = numbers.duplicated(keep=False).to_numpy()
    at = np.flatnonzero(repeated_mask)
    text = frame.iloc[at].map(_text) if len(at) else frame.iloc[at].astype(object)
    ids = numbers.to_numpy(dtype=object).copy()
    ordered = sorted(range(len(at)), key=lambda k: _rank(str(ids[at[k]]), text, k, order))
    seen: dict[str, int] = {}
    for k in ordered:
        number = ids[at[k]]
        seen[number] = seen.get(number, 0) + 1
        if seen[number] > 1:
            ids[at[k]] = f"{number}{_MARK}{seen[number]}"
    same = int(text.assign(_key=numbers.iloc[at]).duplicated().sum()) if len(at) else 0
    return Occurrences(ids, tuple(sorted(seen)), same)


def _joined(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    # Text is said, because without a row nothing tells that a column holds any.
    parts = [frame[name].map(_text).astype(object).str.strip() for name in keys]
    empty = np.logical_or.reduce([(part == "").to_numpy() for part in parts])
    if empty.any():
        first = int(np.flatnonzero(empty)[0]) + 1
        raise failure(
            "id_missing",
            f"{int(empty.sum())} rows have no '{'-'.join(keys)}' (the first is row {first}).",
            "Choose a column that names every row.",
        )
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + "-" + part
    marked = joined[joined.str.contains(_MARKED)]
    if len(marked):
        raise failure(
            "id_marked",
            f"'{marked.iloc[0]}' ends like a repeated number.",
            "Choose a column whose values do not end in # and digits.",
        )
    return joined


def _text(value: object) -> str:
    """Return one text for one value whatever reader it came through; missing is empty."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _rank(number: str, text: pd.DataFrame, at: int, order: Sequence[str]) -> tuple[object, ...]:
    row = text.iloc[at]
    first = tuple((row[name] == "", row[name]) for name in order)
    return (number, first, tuple(row[name] for name in sorted(text.columns)))
