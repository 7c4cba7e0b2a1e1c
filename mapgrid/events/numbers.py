"""Event numbers: prefix, local day, running number of the day, such as ZY-20261121-0417."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

_TAKE = """
INSERT INTO events_numberrange AS r (day, last) SELECT * FROM unnest(%s::date[], %s::int[])
ON CONFLICT (day) DO UPDATE SET last = r.last + EXCLUDED.last
RETURNING day, last
"""


def take_numbers(days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """Take one number for each local day given, in order, inside the caller's transaction.

    Parameters
    ----------
    days : datetime64[D] array, shape (n,)

    Returns
    -------
    object array of str, shape (n,)
        Unique for ever: a day's range only grows, and its row is locked until the commit.
    """
    frame = pd.DataFrame({"day": days.astype("datetime64[D]")})
    rank = frame.groupby("day").cumcount().to_numpy()
    wanted = frame["day"].value_counts(sort=False).sort_index()
    unique_days = [day.date() for day in wanted.index]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [unique_days, wanted.to_list()])
        last = dict(cursor.fetchall())
    first = {day: last[day] - int(count) for day, count in zip(unique_days, wanted, strict=True)}
    dates: list[dt.date] = frame["day"].dt.date.to_list()
    prefix = settings.CITY.event_prefix
    return np.array(
        [
            f"{prefix}-{day:%Y%m%d}-{first[day] + int(k) + 1:04d}"
            for day, k in zip(dates, rank, strict=True)
        ],
        dtype=object,
    )
