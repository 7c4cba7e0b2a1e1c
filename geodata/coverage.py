"""Polygons that tile an area: the table of cells, and what is wrong with it.

Children cover their parent, without gap or overlap. A level may be missing below some parents (a
community without grids yet), but a parent that has children is covered by them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata._cells import LEVELS, CellTable
from geodata._exact import edges_of
from geodata._overlay import (
    METRES_PER_DEGREE,
    holes_between,
    merged,
    overlapping_pairs,
    repaired,
    thick_parts,
    thin_parts,
)
from geodata.crs import Projector

__all__ = ["CODE_PATTERN", "LEVELS", "CellTable", "Problem", "ProblemKind", "check_coverage"]

Progress = Callable[[int, int], None]

# What is thinner is the rounding of coordinates (1e-9 m), where one side of a border has a vertex
# that the other has not; no surveyed or drawn defect is as thin.
NOISE_M = 0.001
# What is thinner than a person is wide is no area that anybody could look after.
SLIVER_M = 1.0
# Overlays round new corners; a tenth of a millimetre away is still "beside".
BESIDE_DEG = 1e-9
CODE_PATTERN = r"[0-9A-Za-z_-]{1,40}"


class ProblemKind(StrEnum):
    """What can be wrong with a coverage."""

    BAD_CODE = "bad_code"
    DUPLICATE_CODE = "duplicate_code"
    WRONG_NESTING = "wrong_nesting"
    INVALID_RING = "invalid_ring"
    SLIVER = "sliver"
    OVERLAP = "overlap"
    GAP = "gap"
    UNCOVERED_PARENT = "uncovered_parent"
    OUTSIDE_PARENT = "outside_parent"


@dataclass(frozen=True)
class Problem:
    """One defect and its place.

    Attributes
    ----------
    kind : ProblemKind
        ``gap`` lies between siblings (or is a thin hole between roots); ``uncovered_parent``
        reaches the parent's border; ``sliver`` is a part of a cell that is too thin to be meant.
    cells : tuple of str
        Codes concerned. ``overlap``: both. ``outside_parent``: child, parent. ``wrong_nesting``:
        child and, if it has one, parent. ``uncovered_parent``: parent, then the cells beside the
        place. ``gap``: the cells beside it.
    geometry : Geometry
        Where it is, EPSG:4326.
    area_m2 : float
        Its area in the metric system, 0 for a point.
    """

    kind: ProblemKind
    cells: tuple[str, ...]
    geometry: Any
    area_m2: float


def check_coverage(
    cells: CellTable,
    srid: int,
    *,
    noise_m: float = NOISE_M,
    sliver_m: float = SLIVER_M,
    code_pattern: str = CODE_PATTERN,
    progress: Progress | None = None,
) -> list[Problem]:
    """Find everything that keeps cells from being a coverage.

    Parameters
    ----------
    cells : CellTable
        All levels of one edition. Siblings are compared with each other and with their parent;
        roots with each other, where only holes thinner than ``sliver_m`` count as gaps (a city may
        surround a place that is not part of it).
    srid : int
        Metric system for areas.
    noise_m : float
        Gaps, overlaps and overhangs into which no disc of this width fits are rounding, no defects.
    sliver_m : float
        Parts of cells into which no disc of this width fits are slivers.
    code_pattern : str
        Regular expression that a whole code matches.
    progress : callable, optional
        Called with (families done, families in all).

    Returns
    -------
    list of Problem
        Ordered by kind and codes; empty for a coverage and for an empty table.

    Raises
    ------
    CRSError
        If the SRID is not metric.
    """
    check = _Check(cells, Projector(srid), noise_m, sliver_m)
    found = [*check.codes(code_pattern), *check.nesting(), *check.rings(), *check.slivers()]
    families = check.families()
    for done, (parent, children) in enumerate(families, start=1):
        found += check.roots(children) if parent < 0 else check.family(parent, children)
        if progress is not None:
            progress(done, len(families))
    order = list(ProblemKind)
    return sorted(found, key=lambda problem: (order.index(problem.kind), problem.cells))


class _Check:
    """One run over one table."""

    def __init__(
        self, cells: CellTable, projector: Projector, noise_m: float, sliver_m: float
    ) -> None:
        self.cells, self.projector = cells, projector
        self.noise_m, self.sliver_m = noise_m, sliver_m
        self.valid = shapely.is_valid(cells.geometries)
        self.shapes = repaired(cells.geometries)

    def families(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Each parent (-1 for the roots) with its children."""
        order = np.argsort(self.cells.parents, kind="stable")
        parents, first = np.unique(self.cells.parents[order], return_index=True)
        groups = np.split(order, first[1:]) if len(order) else []
        return [(int(parent), group) for parent, group in zip(parents, groups, strict=True)]

    def codes(self, pattern: str) -> Iterator[Problem]:
        whole = re.compile(pattern)
        for row, code in enumerate(self.cells.codes):
            if not whole.fullmatch(str(code)):
                yield self._problem(ProblemKind.BAD_CODE, [row], self.cells.geometries[row])
        _, same, times = np.unique(self.cells.codes, return_inverse=True, return_counts=True)
        for value in np.flatnonzero(times > 1):
            rows = np.flatnonzero(same == value)
            union = shapely.union_all(self.shapes[rows])
            yield self._problem(ProblemKind.DUPLICATE_CODE, rows, union)

    def nesting(self) -> Iterator[Problem]:
        """A child is of a deeper level than its parent, and roots are of one level."""
        levels, parents = self.cells.levels, self.cells.parents
        top = levels.min(initial=len(LEVELS))
        for row, parent in enumerate(parents):
            if parent < 0 and levels[row] > top:
                yield self._problem(ProblemKind.WRONG_NESTING, [row], self.cells.geometries[row])
            elif parent >= 0 and levels[row] <= levels[parent]:
                yield self._problem(
                    ProblemKind.WRONG_NESTING, [row, parent], self.cells.geometries[row]
                )

    def rings(self) -> Iterator[Problem]:
        for row in np.flatnonzero(~self.valid):
            place = _place_of_invalidity(self.cells.geometries[row])
            yield self._problem(ProblemKind.INVALID_RING, [row], place)

    def slivers(self) -> Iterator[Problem]:
        parts, owner = shapely.get_parts(self.shapes, return_index=True)
        for row in np.unique(owner[_could_be_thin(parts, self.sliver_m)]):
            thin = thin_parts(self.shapes[row], self.sliver_m)
            if thin:
                yield self._problem(ProblemKind.SLIVER, [row], merged(thin))

    def family(self, parent: int, children: NDArray[np.int64]) -> Iterator[Problem]:
        """Siblings against each other and against their parent."""
        yield from self._overlaps(children)
        whole, union = self.shapes[parent], shapely.union_all(self.shapes[children])
        for place in thick_parts(shapely.difference(whole, union), self.noise_m):
            beside = self._beside(place, children)
            if _reaches(place, shapely.boundary(whole)):
                yield self._problem(ProblemKind.UNCOVERED_PARENT, [parent, *beside], place)
            else:
                yield self._problem(ProblemKind.GAP, beside, place)
        if not thick_parts(shapely.difference(union, whole), self.noise_m):
            return
        for child in children:
            over = thick_parts(shapely.difference(self.shapes[child], whole), self.noise_m)
            if over:
                yield self._problem(ProblemKind.OUTSIDE_PARENT, [child, parent], merged(over))

    def roots(self, roots: NDArray[np.int64]) -> Iterator[Problem]:
        """Roots never overlap; between them only thin holes are defects."""
        yield from self._overlaps(roots)
        between = thin_parts(holes_between(self.shapes[roots]), self.sliver_m)
        for place in thick_parts(shapely.geometrycollections(between), self.noise_m):
            yield self._problem(ProblemKind.GAP, self._beside(place, roots), place)

    def _overlaps(self, rows: NDArray[np.int64]) -> Iterator[Problem]:
        for a, b, shared in overlapping_pairs(self.shapes[rows], self.noise_m):
            yield self._problem(ProblemKind.OVERLAP, [rows[a], rows[b]], shared)

    def _beside(self, place: Any, rows: NDArray[np.int64]) -> list[int]:
        touching = shapely.dwithin(self.shapes[rows], place, BESIDE_DEG)
        return [int(row) for row in rows[touching]]

    def _problem(self, kind: ProblemKind, rows: Any, geometry: Any) -> Problem:
        codes = [str(self.cells.codes[row]) for row in rows]
        # The parent's place in the tuple says which it is; equals are sorted.
        fixed = {
            ProblemKind.OUTSIDE_PARENT: 2,
            ProblemKind.WRONG_NESTING: 2,
            ProblemKind.UNCOVERED_PARENT: 1,
        }.get(kind, 0)
        area_m2 = float(shapely.area(self.projector.geometry(geometry)))
        return Problem(kind, (*codes[:fixed], *sorted(codes[fixed:])), geometry, area_m2)


def _could_be_thin(parts: NDArray[Any], width_m: float) -> NDArray[np.bool_]:
    """Rule out cheaply what is thick: no area is larger than its inradius times its perimeter."""
    bounds = shapely.bounds(parts)
    shortest = np.cos(np.radians(np.abs(bounds[:, [1, 3]]).max(axis=1)))
    inradius_m = shapely.area(parts) / shapely.length(parts) * shortest * METRES_PER_DEGREE
    # Two percent for the flattening of the Earth.
    return np.asarray(inradius_m < 1.02 * width_m / 2, dtype=np.bool_)


def _reaches(place: Any, border: Any) -> bool:
    """Tell whether an edge of the place (not just a corner) lies on the border."""
    ax, ay, bx, by, _ = edges_of(np.array([place], dtype=object))
    middles = shapely.points((ax + bx) / 2, (ay + by) / 2)
    return bool(np.any(shapely.dwithin(middles, border, BESIDE_DEG)))


def _place_of_invalidity(geometry: Any) -> Any:
    reason = shapely.is_valid_reason(geometry)
    found = re.search(r"\[(\S+) (\S+)\]", reason)
    return shapely.Point(float(found[1]), float(found[2])) if found else geometry
