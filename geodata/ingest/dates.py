"""Dates in declared columns; what cannot be read is reported, never replaced by a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .report import RowNote

# Day-first and month-first dates look alike, so neither is here: such a column names its format.
DATE_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d",
    "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日",
)  # fmt: skip
_MISSING = frozenset({"", "na", "n/a", "nan", "nat", "null", "none", "-"})
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_YEARS = range(1678, 2262)  # what a 64-bit count of nanoseconds can hold, in any library


def parse_dates(
    values: Sequence[object],
    rows: Sequence[int],
    column: str,
    formats: Sequence[str] = DATE_FORMATS,
) -> tuple[NDArray[np.datetime64], list[RowNote]]:
    """Read a column of dates as local wall-clock times.

    Parameters
    ----------
    values : sequence
        Text, `datetime`, numpy or pandas times; None and blanks are missing.
    rows : sequence of int
        Row numbers, parallel to `values`.
    column : str
        Its name, for the notes.
    formats : sequence of str
        `strptime` patterns, tried in order.

    Returns
    -------
    tuple of (numpy.ndarray of datetime64[s], list of RowNote)
        NaT where a value is missing or unreadable; a note (``date_unreadable``) for each that
        is unreadable. A stated offset is not allowed in a text without a pattern for it
        because dropping it would move the moment.
    """
    known: dict[str, np.datetime64 | None] = {}
    parsed = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[s]")
    notes: list[RowNote] = []
    for at, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value is None or value is pd.NaT or value != value:
            continue
        if isinstance(value, datetime | np.datetime64):
            parsed[at] = np.datetime64(pd.Timestamp(value).tz_localize(None), "s")
            continue
        text = str(value).strip()
        if text.lower() in _MISSING:
            continue
        if text not in known:
            known[text] = _parse(text, formats)
        moment = known[text]
        if moment is None:
            notes.append(RowNote(row, "date_unreadable", f"'{text[:60]}' is not a date.", column))
        else:
            parsed[at] = moment
    return parsed, notes


def _parse(text: str, formats: Sequence[str]) -> np.datetime64 | None:
    for pattern in formats:
        if _ZONE.search(text) and "%z" not in pattern and ":" in text:
            continue
        try:
            moment = datetime.strptime(text, pattern)
        except ValueError:
            continue
        if moment.year in _YEARS:
            return np.datetime64(moment.replace(tzinfo=None), "s")
    return None
