"""What every bulk write shares: which rows are new, and the columns they all carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mapgrid.core.copy import take_ids
from mapgrid.core.errors import InvalidError


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
    """The rows of an input that are not stored yet: their positions, and ids for all rows."""

    rows: NDArray[np.intp]
    ids: NDArray[np.int64]

    @property
    def new_ids(self) -> NDArray[np.int64]:
        return self.ids[self.rows]

    def result(self) -> BulkResult:
        return BulkResult(self.ids, len(self.rows), len(self.ids) - len(self.rows))


def new_rows(
    model: type[models.Model], source: str, source_ids: NDArray[np.object_] | None, count: int
) -> NewRows:
    """Find the rows whose (source, source_id) is not stored, and take ids for them.

    Parameters
    ----------
    source_ids : object array of str, or None
        None, or an empty ID, makes every such row new.

    Raises
    ------
    InvalidError
        ``import.duplicate_ids`` when one ID stands in several rows.
    """
    ids = np.zeros(count, dtype=np.int64)
    if source_ids is not None:
        named = [text for text in source_ids if text]
        if len(set(named)) != len(named):
            raise InvalidError(
                "import.duplicate_ids",
                _("%(count)d source IDs occur more than once; each row needs its own.")
                % {"count": len(named) - len(set(named))},
            )
        stored = dict(
            model._default_manager.filter(source=source)
            .exclude(source_id="")
            .values_list("source_id", "id")
        )
        if stored:
            ids = np.array([stored.get(text, 0) for text in source_ids], dtype=np.int64)
    fresh = np.flatnonzero(ids == 0)
    ids[fresh] = take_ids(model, len(fresh))
    return NewRows(fresh, ids)


def stamps(count: int) -> dict[str, Any]:
    """Return the columns of ``Stamped`` for new rows."""
    moment = np.datetime64(timezone.now().replace(tzinfo=None), "us")
    return {
        "created_at": np.full(count, moment),
        "updated_at": np.full(count, moment),
        "version": np.ones(count, dtype=np.int64),
    }


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
