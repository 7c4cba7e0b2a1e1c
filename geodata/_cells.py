"""The table of cells that every spatial question is asked against."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import CoverageError, GeometryError

LEVELS = ("district", "street", "community", "grid", "micro")
ArrayT = TypeVar("ArrayT", bound=NDArray[Any])
_POLYGONAL = (3, 6)  # shapely type ids of Polygon and MultiPolygon


@dataclass(frozen=True, eq=False)
class CellTable:
    """Cells of one edition as parallel read-only arrays; build it with :meth:`from_sequences`.

    Attributes
    ----------
    codes : ndarray of str, shape (n,)
        Official codes. They decide ties, compared as bytes.
    levels : ndarray of int8, shape (n,)
        0 district, 1 street, 2 community, 3 grid, 4 micro.
    parents : ndarray of int32, shape (n,)
        Index of the parent in the table, -1 for a root.
    geometries : ndarray of object, shape (n,)
        Polygon or MultiPolygon in EPSG:4326, two dimensions. Edges are straight lines in the
        longitude-latitude plane.
    """

    codes: NDArray[np.str_]
    levels: NDArray[np.int8]
    parents: NDArray[np.int32]
    geometries: NDArray[Any]

    @classmethod
    def from_sequences(
        cls,
        codes: Sequence[str],
        levels: Sequence[int],
        parents: Sequence[int],
        geometries: Sequence[Any],
    ) -> "CellTable":
        """Build a table and check what no reader of it could live with.

        Doubtful content (duplicate codes, gaps, invalid rings, wrong nesting) is let through: it is
        the business of :func:`geodata.coverage.check_coverage` to report it. Order is kept.

        Parameters
        ----------
        codes, levels, parents, geometries : sequence
            One entry a cell, see the class. Empty sequences give an empty table.

        Raises
        ------
        CoverageError
            ``table_ragged``, ``level_unknown``, ``parent_unknown``.
        GeometryError
            ``not_polygonal`` (wrong type, empty or missing), ``not_degrees`` (coordinates that are
            not finite longitudes and latitudes).
        """
        sizes = {len(codes), len(levels), len(parents), len(geometries)}
        if len(sizes) != 1:
            raise CoverageError(
                f"The columns of the cell table have different lengths: {sorted(sizes)}.",
                code="table_ragged",
            )
        return cls(
            codes=_frozen(np.array([str(code) for code in codes], dtype=np.str_)),
            levels=_frozen(_levels(levels)),
            parents=_frozen(_parents(parents)),
            geometries=_frozen(_geometries(geometries)),
        )

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def is_leaf(self) -> NDArray[np.bool_]:
        """Cells without children, shape (n,)."""
        leaf = np.ones(len(self), dtype=np.bool_)
        leaf[self.parents[self.parents >= 0]] = False
        return _frozen(leaf)

    @cached_property
    def rank(self) -> NDArray[np.int32]:
        """Place of each cell in the order of codes compared as bytes, shape (n,).

        Equal codes (a defect) keep the order of the table.
        """
        # numpy compares code points, and UTF-8 sorts as its code points do.
        rank = np.empty(len(self), dtype=np.int32)
        rank[np.argsort(self.codes, kind="stable")] = np.arange(len(self), dtype=np.int32)
        return _frozen(rank)


def _frozen(array: ArrayT) -> ArrayT:
    array.setflags(write=False)
    return array


def _levels(levels: Sequence[int]) -> NDArray[np.int8]:
    values = np.array(levels, dtype=np.int64)
    if np.any((values < 0) | (values >= len(LEVELS))):
        wrong = sorted({int(value) for value in values if not 0 <= value < len(LEVELS)})
        raise CoverageError(
            f"Unknown levels {wrong}.",
            code="level_unknown",
            hint=f"Levels run from 0 ({LEVELS[0]}) to {len(LEVELS) - 1} ({LEVELS[-1]}).",
        )
    return values.astype(np.int8)


def _parents(parents: Sequence[int]) -> NDArray[np.int32]:
    values = np.array(parents, dtype=np.int64)
    wrong = (values < -1) | (values >= len(values)) | (values == np.arange(len(values)))
    if np.any(wrong):
        raise CoverageError(
            f"Rows {np.flatnonzero(wrong)[:5].tolist()} name a parent that is not another row.",
            code="parent_unknown",
            hint="A parent is the index of another row, or -1 for a root.",
        )
    return values.astype(np.int32)


def _geometries(geometries: Sequence[Any]) -> NDArray[Any]:
    array = np.empty(len(geometries), dtype=object)
    array[:] = list(geometries)
    kinds = shapely.get_type_id(array)
    wrong = ~np.isin(kinds, _POLYGONAL) | shapely.is_empty(array)
    if np.any(wrong):
        raise GeometryError(
            f"Rows {np.flatnonzero(wrong)[:5].tolist()} have no polygon.",
            code="not_polygonal",
            hint="Every cell needs a Polygon or MultiPolygon that is not empty.",
        )
    array = np.asarray(shapely.force_2d(array), dtype=object)
    rows, owner = shapely.get_coordinates(array, return_index=True)
    bad = ~(np.abs(rows) <= (180.0, 90.0)).all(axis=1)
    if np.any(bad):
        raise GeometryError(
            f"Rows {np.unique(owner[bad])[:5].tolist()} are not in degrees.",
            code="not_degrees",
            hint="Reproject the cells to EPSG:4326 (longitude, latitude).",
        )
    return array
