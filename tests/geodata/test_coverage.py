"""Cells that tile their parents, and every way in which they may fail to."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import CellTable, ProblemKind, check_coverage
from geodata.errors import CoverageError, CRSError, GeometryError
from tests.geodata.specimens import CELL_DEG, awkward, box, mesh, one_level, polygon

SRID = 4547
METRE = 1 / 100  # in cell sizes, roughly


def family(*children: shapely.Geometry, parent: shapely.Geometry | None = None) -> CellTable:
    """One parent "p" (two cells wide by default) with children "1", "2", ..."""
    count = len(children)
    return CellTable.from_sequences(
        ["p", *(str(k + 1) for k in range(count))],
        [2] + [3] * count,
        [-1] + [0] * count,
        [parent or box(0, 0, 2), *children],
    )


def kinds(cells: CellTable) -> list[tuple[str, tuple[str, ...]]]:
    return [(problem.kind, problem.cells) for problem in check_coverage(cells, SRID)]


@pytest.mark.parametrize("cells", [mesh(8), awkward()], ids=["mesh", "awkward"])
def test_a_coverage_has_no_problem_but_the_sliver_that_was_put_in(cells):
    """T-junctions between floats leave gaps of a nanometre: rounding, not a defect."""
    found = [problem for problem in kinds(cells) if problem != (ProblemKind.SLIVER, ("3",))]
    assert found == []


def test_a_community_without_grids_is_no_gap():
    assert kinds(family()) == []


def test_a_hole_between_siblings_is_a_gap_with_its_place_and_area():
    """
    +-------+-------+
    |   1  ++       |
    |      ||   2   |   the gap is 10 m wide and 50 m high
    |      ++       |
    +-------+-------+
    """
    notch = [(1, 0), (1, 0.25), (0.9, 0.25), (0.9, 0.75), (1, 0.75), (1, 1)]
    cells = family(polygon([(0, 0), *notch, (0, 1)]), box(1, 0))
    (problem,) = check_coverage(cells, SRID)
    assert (problem.kind, problem.cells) == ("gap", ("1", "2"))
    assert problem.area_m2 == pytest.approx(9.16 * 55.5, rel=0.02)
    assert shapely.covers(box(0.9, 0.25, 0.1, 0.5).buffer(1e-9), problem.geometry)


def test_what_is_missing_along_the_parents_border_is_uncovered_parent():
    """
    +---+--++
    | 1 |2 ||   10 m are missing at the right
    +---+--++
    """
    (problem,) = check_coverage(family(box(0, 0), box(1, 0, 0.9)), SRID)
    assert (problem.kind, problem.cells) == ("uncovered_parent", ("p", "2"))


def test_a_gap_that_touches_the_parents_border_in_a_corner_only_is_a_gap():
    """
    +---x---+   the gap is a triangle that hangs from x
    | 1/ \\2 |
    +-+---+-+
      | 3 |
    """
    around = polygon([(0, 0), (2, 0), (2, 1), (0, 1)], [(1, 1), (0.5, 0.5), (1.5, 0.5)])
    assert kinds(family(around)) == [("gap", ("1",))]


def test_an_overlap_names_both_and_its_area():
    (problem,) = check_coverage(family(box(0, 0, 1.1), box(1, 0)), SRID)
    assert (problem.kind, problem.cells) == ("overlap", ("1", "2"))
    assert problem.area_m2 == pytest.approx(9.16 * 111, rel=0.02)


@pytest.mark.parametrize("inner", [box(0, 0, 2), box(0.5, 0.25, 1, 0.5)], ids=["same", "inside"])
def test_a_cell_upon_another_is_an_overlap(inner):
    assert kinds(family(box(0, 0, 2), inner)) == [("overlap", ("1", "2"))]


def test_a_child_that_leaves_its_parent_is_named_with_it():
    """
    +---+---+
    | 1 | 2 |--+
    +---+---+--+   2 reaches 10 m beyond p
    """
    (problem,) = check_coverage(family(box(0, 0), box(1, 0, 1.1)), SRID)
    assert (problem.kind, problem.cells) == ("outside_parent", ("2", "p"))
    assert problem.area_m2 == pytest.approx(9.16 * 111, rel=0.02)


def test_a_sliver_is_reported_even_as_one_part_of_many():
    two = shapely.union(box(1.005, 0, 0.995), box(0, 1, 2, 0.005))
    cells = family(box(0, 0, 1.005), two, parent=box(0, 0, 2, 1).union(box(0, 1, 2, 0.005)))
    assert ("sliver", ("2",)) not in kinds(cells)  # joined to its cell it is no part of its own
    apart = shapely.union(box(0, 0), box(1.5, 0, 0.005))
    (problem,) = check_coverage(one_level(a=apart), SRID)
    assert (problem.kind, problem.cells) == ("sliver", ("a",))
    assert problem.area_m2 < 60


def test_a_bow_tie_is_an_invalid_ring_with_its_crossing():
    (problem, *_) = check_coverage(one_level(a=polygon([(0, 0), (0, 2), (2, 0), (2, 2)])), SRID)
    assert (problem.kind, problem.cells) == ("invalid_ring", ("a",))
    assert problem.geometry.geom_type == "Point"
    assert shapely.dwithin(problem.geometry, shapely.centroid(box(0, 0, 2, 2)), 1e-7)


def test_levels_must_descend_and_roots_be_of_one_level():
    cells = CellTable.from_sequences(
        ["a", "b", "c"], [3, 3, 4], [-1, 0, -1], [box(0, 0), box(0, 0), box(1, 0)]
    )
    assert kinds(cells) == [("wrong_nesting", ("b", "a")), ("wrong_nesting", ("c",))]


def test_codes_are_unique_and_plain():
    cells = CellTable.from_sequences(
        ["1", "1", "a b", ""], [3] * 4, [-1] * 4, [box(k, 0) for k in range(4)]
    )
    assert kinds(cells) == [
        ("bad_code", ("",)),
        ("bad_code", ("a b",)),
        ("duplicate_code", ("1", "1")),
    ]


def test_roots_may_surround_a_foreign_place_but_leave_no_crack():
    """
    +-----------+
    | 1  +---+  |   a foreign enclave is none of ours,
    |    |   |  |   a crack of 30 cm between two roots is a gap
    +----+---+--+
    """
    ring = polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [(3, 3), (3, 6), (6, 6), (6, 3)])
    assert kinds(one_level(a=ring)) == []
    crack = 0.3 * METRE
    left = polygon([(0, 0), (4, 0), (4, 1), (4 - crack, 2), (4 - crack, 3), (4, 4), (0, 4)])
    assert kinds(one_level(a=left, b=box(4, 0, 4, 4))) == [("gap", ("a", "b"))]


def test_noise_is_a_stated_width_and_not_an_area():
    """A crack 100 m long counts from a millimetre on, whatever its area."""
    for width_m, expected in ((0.0002, []), (0.005, [("uncovered_parent", ("p", "1", "2"))])):
        half = width_m * METRE * 1.1 / 2
        cells = family(box(0, 0, 1 - half), box(1 + half, 0, 1 - half))
        assert kinds(cells) == expected


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(seed, order):
    cells = broken_mesh(seed)
    rows = list(range(len(cells)))
    order.shuffle(rows)
    place = {row: k for k, row in enumerate(rows)} | {-1: -1}
    shuffled = CellTable.from_sequences(
        cells.codes[rows].tolist(),
        cells.levels[rows].tolist(),
        [place[parent] for parent in cells.parents[rows].tolist()],
        cells.geometries[rows].tolist(),
    )
    assert kinds(cells)
    assert sorted(kinds(shuffled)) == sorted(kinds(cells))


def broken_mesh(seed: int) -> CellTable:
    """A mesh in which one cell lost a corner and another was moved."""
    cells = mesh(4, seed=seed)
    shapes = list(cells.geometries)
    shapes[-1] = shapely.transform(shapes[-1], lambda rows: rows + 0.05 * CELL_DEG)
    shapes[-5] = shapely.Polygon(shapely.get_coordinates(shapes[-5])[2:-1])
    return CellTable.from_sequences(
        cells.codes.tolist(), cells.levels.tolist(), cells.parents.tolist(), shapes
    )


def test_progress_counts_families():
    told: list[tuple[int, int]] = []
    check_coverage(mesh(4), SRID, progress=lambda done, total: told.append((done, total)))
    assert told == [(k, 5) for k in range(1, 6)]  # the roots, the root, and three communities


def test_an_empty_table_has_no_problem():
    assert check_coverage(CellTable.from_sequences([], [], [], []), SRID) == []


def test_areas_need_a_metric_system():
    with pytest.raises(CRSError):
        check_coverage(mesh(3), 4326)


@pytest.mark.parametrize(
    ("columns", "error", "code"),
    [
        ((["a", "b"], [3], [-1], [box(0, 0)]), CoverageError, "table_ragged"),
        ((["a"], [5], [-1], [box(0, 0)]), CoverageError, "level_unknown"),
        ((["a"], [3], [0], [box(0, 0)]), CoverageError, "parent_unknown"),
        ((["a"], [3], [1], [box(0, 0)]), CoverageError, "parent_unknown"),
        ((["a"], [3], [-1], [shapely.Point(113, 34)]), GeometryError, "not_polygonal"),
        ((["a"], [3], [-1], [shapely.Polygon()]), GeometryError, "not_polygonal"),
        ((["a"], [3], [-1], [None]), GeometryError, "not_polygonal"),
        ((["a"], [3], [-1], [shapely.box(0, 0, 5e5, 4e6)]), GeometryError, "not_degrees"),
    ],
)
def test_a_table_that_nobody_could_read_is_refused(columns, error, code):
    with pytest.raises(error) as caught:
        CellTable.from_sequences(*columns)
    assert caught.value.code == code


def test_a_table_drops_the_third_dimension_and_cannot_be_written_to():
    solid = shapely.force_3d(box(0, 0), 9.0)
    cells = CellTable.from_sequences(["a"], [3], [-1], [solid])
    assert not shapely.has_z(cells.geometries[0])
    with pytest.raises(ValueError, match="read-only"):
        cells.levels[0] = 1


def test_ranks_follow_the_bytes_of_the_codes():
    codes = ["2", "10", "é", "z", "网格", "Z"]
    cells = CellTable.from_sequences(codes, [3] * 6, [-1] * 6, [box(k, 0) for k in range(6)])
    by_rank = [codes[row] for row in np.argsort(cells.rank)]
    assert by_rank == sorted(codes, key=lambda code: code.encode())


def test_real_coverages_have_no_problem(data_dir):
    path = data_dir / "zhengzhou/townships_2000/zhengzhou_townships_wgs84.geojson"
    shapes = shapely.get_parts(shapely.from_geojson(path.read_text()))
    cells = CellTable.from_sequences(
        [str(k) for k in range(len(shapes))], [1] * len(shapes), [-1] * len(shapes), list(shapes)
    )
    assert len(cells) == 160
    assert check_coverage(cells, SRID) == []
