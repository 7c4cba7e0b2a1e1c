"""What every bulk write shares: which rows are new, and the columns they all carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mapgrid.core.copy import take_ids
from mapgrid.core.errors import InvalidError
from mapgrid.core.models import SOURCE_ID_MAX


@dataclass(frozen=True)
class BulkResult:
    """What a bulk write did.

    Attributes
    ----------
    ids : int64 array, shape (n,)
        The stored row of each input row, new or already there.
    added, known : int
        New rows, and rows whose source ID was already stored (they are left as they are).
    """

    ids: NDArray[np.int64]
    added: int
    known: int


@dataclass(frozen=True)
class NewRows:
    """The rows of an input that are not stored yet.

    Attributes
    ----------
    rows : intp array, shape (new,)
        Their positions in the input.
    ids : int64 array, shape (n,)
        The stored row of each input row.
    source_ids : object array of str, shape (n,)
        As they are stored: text, empty where there is none.
    """

    rows: NDArray[np.intp]
    ids: NDArray[np.int64]
    source_ids: NDArray[np.object_]

    @property
    def new_ids(self) -> NDArray[np.int64]:
        return self.ids[self.rows]

    @property
    def new_source_ids(self) -> NDArray[np.object_]:
        return self.source_ids[self.rows]

    def result(self) -> BulkResult:
        return BulkResult(self.ids, len(self.rows), len(self.ids) - len(self.rows))


def new_rows(
    model: type[models.Model], source: str, source_ids: NDArray[np.object_] | None, count: int
) -> NewRows:
    """Find the rows whose (source, source_id) is not stored, and take ids for them.

    Two imports of one source into one table take turns until the transaction ends, so that each
    sees what the other stored. Call it before ``hold_editions_still``: writers lock in one order.

    Parameters
    ----------
    source_ids : object array, shape (count,), or None
        None, or an ID that is empty or missing, makes every such row new; numbers become text.

    Raises
    ------
    InvalidError
        ``import.duplicate_ids`` when one ID stands in several rows, ``import.long_ids`` when one is
        too long.
    """
    names = np.full(count, "", dtype=object)
    ids = np.zeros(count, dtype=np.int64)
    if source_ids is not None:
        names[:] = ["" if v is None or v != v else str(v) for v in source_ids]
        _check_names([text for text in names if text])
        _take_turns(model, source)
        stored = dict(
            model._default_manager.filter(source=source)
            .exclude(source_id="")
            .values_list("source_id", "id")
        )
        if stored:
            ids = np.array([stored.get(text, 0) for text in names], dtype=np.int64)
    fresh = np.flatnonzero(ids == 0)
    ids[fresh] = take_ids(model, len(fresh))
    return NewRows(fresh, ids, names)


def _check_names(named: list[str]) -> None:
    if len(set(named)) != len(named):
        raise InvalidError(
            "import.duplicate_ids",
            _("%(count)d source IDs occur more than once; each row needs its own.")
            % {"count": len(named) - len(set(named))},
        )
    long = [text for text in named if len(text) > SOURCE_ID_MAX]
    if long:
        raise InvalidError(
            "import.long_ids",
            _("%(count)d source IDs have more than %(most)d characters; the first is “%(first)s…”.")
            % {"count": len(long), "most": SOURCE_ID_MAX, "first": long[0][:20]},
        )


def _take_turns(model: type[models.Model], source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"import {model._meta.db_table} {source}"],
        )


def check_texts(model: type[models.Model], columns: Mapping[str, Any]) -> None:
    """Refuse texts that do not fit their column.

    Raises
    ------
    InvalidError
        ``import.long_text`` with the column and the first row.
    """
    for field in model._meta.concrete_fields:
        most, name = getattr(field, "max_length", None), str(field.column)
        if most is None or name not in columns:
            continue
        for row, value in enumerate(columns[name], start=1):
            if isinstance(value, str) and len(value) > most:
                raise InvalidError(
                    "import.long_text",
                    _("“%(column)s” of row %(row)d has more than %(most)d characters.")
                    % {"column": field.verbose_name, "row": row, "most": most},
                )


def stamps(count: int) -> dict[str, Any]:
    """Return the columns of ``Stamped`` for new rows."""
    moment = np.datetime64(timezone.now().replace(tzinfo=None), "us")
    return {
        "created_at": np.full(count, moment),
        "updated_at": np.full(count, moment),
        "version": np.ones(count, dtype=np.int64),
    }


def nullable_ids(values: Any) -> NDArray[np.object_]:
    """Return whole numbers as objects, None where there is none."""
    whole: Any = pd.Series(values).astype("Int64")
    found: NDArray[np.object_] = whole.to_numpy(dtype=object, na_value=None)
    return found


def check_lonlat(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    """Refuse rows that are no place on earth; NaN means "not known" and passes.

    Raises
    ------
    InvalidError
        ``import.range`` with the first row.
    """
    with np.errstate(invalid="ignore"):
        off = (np.abs(lon) > 180) | (np.abs(lat) > 90) | np.isinf(lon) | np.isinf(lat)
    if off.any():
        raise InvalidError(
            "import.range",
            _("%(count)d rows are no place on earth; the first is row %(row)d.")
            % {"count": int(off.sum()), "row": int(np.flatnonzero(off)[0]) + 1},
        )


def point_geometries(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return shapely points, None where a coordinate is not known."""
    blank = np.isnan(lon) | np.isnan(lat)
    points: NDArray[np.object_] = shapely.points(
        np.where(blank, 0.0, lon), np.where(blank, 0.0, lat)
    )
    points[blank] = None
    return points
