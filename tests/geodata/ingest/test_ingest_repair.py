"""Geometries that arrive broken."""

import numpy as np
import pytest
import shapely

from geodata.ingest.repair import repair

BOW_TIE = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")


def planar(polygons):
    return np.array([shapely.area(shape) for shape in polygons], dtype=float)


def mended(*shapes, max_vertices=1000):
    geometry = np.array(shapes, dtype=object)
    rows = np.arange(1, len(shapes) + 1)
    return repair(geometry, rows, planar, max_vertices=max_vertices)


def test_a_bow_tie_becomes_its_two_triangles_and_both_areas_are_noted():
    r"""
    2 .\    /.
      | \  / |
      |  \/  |      traced area 0 (the halves cancel), enclosed area 2
      |  /\  |
    0 ./    \.
    """
    shapes, keep, refused, repaired = mended(BOW_TIE)
    assert keep.tolist() == [True]
    assert refused == []
    assert repaired[0].code == "polygon_rebuilt"
    assert repaired[0].area_before_m2 == 0
    assert repaired[0].area_after_m2 == pytest.approx(2)
    assert shapely.is_valid(shapes[0])


def test_the_input_is_not_touched():
    geometry = np.array([BOW_TIE, shapely.Point(1, 2, 3)], dtype=object)
    repair(geometry, np.array([1, 2]), planar, max_vertices=9)
    assert geometry[0] is BOW_TIE
    assert shapely.has_z(geometry[1])


def test_a_ring_inside_out_over_another_keeps_what_it_encloses():
    r"""A second shell inside the first is part of it, not a hole.

    +----------+
    |  +----+  |
    |  |    |  |   (two shells of one multipolygon)
    |  +----+  |
    +----------+
    """
    nested = shapely.from_wkt(
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((3 3, 6 3, 6 6, 3 6, 3 3)))"
    )
    shapes, _, _, _ = mended(nested)
    assert shapely.area(shapes[0]) == 81


def test_heights_and_measures_are_dropped_and_noted():
    shapes, _, _, repaired = mended(
        shapely.Point(1, 2, 3), shapely.from_wkt("LINESTRING M (0 0 1, 1 1 2)"), shapely.Point(1, 2)
    )
    assert not shapely.has_z(shapes).any()
    assert not shapely.has_m(shapes).any()
    assert [note.row for note in repaired if note.code == "dimension_dropped"] == [1, 2]


def test_repeated_vertices_are_removed_and_counted():
    shapes, _, _, repaired = mended(shapely.from_wkt("LINESTRING (0 0, 0 0, 1 1, 1 1, 1 1)"))
    assert shapely.get_num_coordinates(shapes[0]) == 2
    assert repaired[0].reason.startswith("3 ")


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("LINESTRING (1 1, 1 1)", "geometry_collapsed"),
        ("POLYGON ((0 0, 1 1, 0 0, 0 0))", "geometry_collapsed"),
        ("POLYGON ((0 0, 1 0, NaN 1, 0 0))", "not_finite"),
        ("LINESTRING (0 0, inf 1)", "not_finite"),
    ],
)
def test_what_cannot_be_mended_is_refused_with_a_reason(wkt, code):
    shapes, keep, refused, _ = mended(shapely.Point(0, 0), shapely.from_wkt(wkt))
    assert keep.tolist() == [True, False]
    assert [(note.row, note.code) for note in refused] == [(2, code)]
    assert shapes[1] is None


def test_missing_and_empty_geometries_pass_as_missing():
    shapes, keep, refused, repaired = mended(None, shapely.Point())
    assert keep.all()
    assert shapes.tolist() == [None, None]
    assert refused == repaired == []


def test_no_rows_at_all_are_fine():
    shapes, keep, refused, repaired = mended()
    assert (len(shapes), len(keep), refused, repaired) == (0, 0, [], [])
