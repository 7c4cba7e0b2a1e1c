"""Points to cells: THE tie rule, its explanation, and exactness."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import CellTable
from geodata.crs import Projector
from geodata.errors import CRSError
from geodata.locate import Locator, Rule
from tests.geodata.oracle import Oracle
from tests.geodata.points import hard_points
from tests.geodata.specimens import at, awkward, box, diagonal, mesh, one_level, polygon

SRID = 4547


def answer(cells: CellTable, place: tuple[float, float]) -> tuple[str, Rule, str]:
    found = Locator(cells, SRID).one(*place)
    return code(cells, found.cell), found.rule, code(cells, found.runner_up)


def code(cells: CellTable, row: int) -> str:
    return str(cells.codes[row]) if row >= 0 else ""


def test_point_on_a_shared_border_goes_to_the_smaller_code_compared_as_bytes():
    """
    +---+---+
    | 2 x 10|   "10" < "2" as bytes
    +---+---+
    """
    cells = one_level(c2=box(0, 0), c10=box(1, 0))
    assert answer(cells, at(1, 0.5)) == ("10", Rule.BORDER, "2")


def test_point_where_four_cells_meet_names_the_two_smallest_codes():
    """
    +---+---+
    | d | c |
    +---x---+
    | a | b |
    +---+---+
    """
    cells = one_level(cd=box(0, 1), cc=box(1, 1), ca=box(0, 0), cb=box(1, 0))
    # The keyword's leading "c" is dropped, and "cc" becomes "c".
    assert answer(cells, at(1, 1)) == ("a", Rule.BORDER, "b")


def test_the_deepest_level_wins_even_on_its_border():
    """
    +-----+-----+    A has a grid, B (the smaller code) has none:
    | A:g x  B  |    the grid covers its border, so it takes the point
    +-----+-----+
    """
    cells = CellTable.from_sequences(
        ["B", "Z", "g"], [2, 2, 3], [-1, -1, 1], [box(1, 0), box(0, 0), box(0, 0)]
    )
    assert answer(cells, at(1, 0.5)) == ("g", Rule.BORDER, "")
    assert answer(cells, at(1.5, 0.5)) == ("B", Rule.INSIDE, "Z")


def test_a_hole_ring_belongs_to_both_sides_and_the_smaller_code_takes_it():
    """
    +-------+
    | b +-+ |
    |   |a x|   x on the ring
    |   +-+ |
    +-------+
    """
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    around = polygon([(0, 0), (3, 0), (3, 3), (0, 3)], hole)
    assert answer(one_level(b=around, a=polygon(hole)), at(2, 1.5)) == ("a", Rule.BORDER, "b")
    assert answer(one_level(a=around, b=polygon(hole)), at(2, 1.5)) == ("a", Rule.BORDER, "b")
    assert answer(one_level(a=around), at(1.5, 1.5)) == ("", Rule.OUTSIDE, "a")


def test_the_outer_border_is_a_border_and_its_runner_up_is_the_nearest_other_cell():
    cells = one_level(a=box(0, 0), b=box(1, 0), d=box(2, 0))
    found = Locator(cells, SRID).one(*at(2.75, 0))
    assert (code(cells, found.cell), found.rule) == ("d", Rule.BORDER)
    assert code(cells, found.runner_up) == "b"
    assert found.distance_m == 0.0


def test_outside_names_the_nearest_leaf_and_how_far_it_is():
    """
    +--------+
    | A: g h |   x    250 m east of h; A is nearer in no way, only leaves count
    +--------+
    """
    cells = CellTable.from_sequences(
        ["A", "g", "h"], [2, 3, 3], [-1, 0, 0], [box(0, 0, 2), box(0, 0), box(1, 0)]
    )
    found = Locator(cells, SRID).one(*at(4.73, 0.5))
    assert (found.cell, found.rule, code(cells, found.runner_up)) == (-1, Rule.OUTSIDE, "h")
    assert found.distance_m == pytest.approx(250, abs=1)


def test_distances_are_metres_to_the_winners_border():
    cells = one_level(a=box(0, 0), b=box(1, 0))
    lon, lat = at(0.25, 0.5)
    found = Locator(cells, SRID).one(lon, lat)
    project = Projector(SRID)
    here, border = shapely.Point(project.forward(lon, lat)), shapely.boundary(box(0, 0))
    assert found.distance_m == pytest.approx(shapely.distance(here, project.geometry(border)))
    assert 22 < found.distance_m < 24


def test_equally_near_cells_are_decided_by_the_smaller_code():
    """
    +---+---+
    | d   e |    x lies inside c below the corner that d and e share
    +---+---+
    |   x   |
    +-------+
    """
    for first, second in (("d", "e"), ("e", "d")):
        cells = CellTable.from_sequences(
            ["c", first, second],
            [3, 3, 3],
            [-1, -1, -1],
            [polygon([(0, 0), (2, 0), (2, 1), (1, 1), (0, 1)]), box(0, 1), box(1, 1)],
        )
        x, y = at(1, 1)
        assert answer(cells, (x, y - 1e-4)) == ("c", Rule.INSIDE, "d")


def test_places_that_are_none_lie_outside_and_near_to_nothing():
    cells = one_level(a=box(0, 0))
    lon = [np.nan, np.inf, 113.6, -np.inf, 0.0, 1e300]
    lat = [34.7, 34.7, np.nan, 34.7, 0.0, 34.7]
    found = Locator(cells, SRID).locate(lon, lat)
    assert found.cell.tolist() == [-1] * 6
    assert found.runner_up.tolist() == [-1] * 6
    assert set(found.rule.tolist()) == {Rule.OUTSIDE}
    assert np.isnan(found.distance_m).all()


def test_one_cell_alone_has_no_runner_up():
    cells = one_level(a=box(0, 0))
    assert answer(cells, at(0.5, 0.5)) == ("a", Rule.INSIDE, "")
    assert answer(cells, at(0, 0.5)) == ("a", Rule.BORDER, "")


def test_in_an_overlap_the_smaller_code_takes_the_point_and_the_other_runs_up():
    cells = one_level(b=box(0, 0, 2), a=box(1, 0, 2), z=box(3, 0))
    assert answer(cells, at(1.5, 0.5)) == ("a", Rule.INSIDE, "b")


def test_two_parts_and_the_enclave_between_them_are_told_apart():
    cells = awkward()
    assert answer(cells, at(5.4, 1.5))[:2] == ("6", Rule.INSIDE)
    assert answer(cells, at(7.1, 0.5))[:2] == ("6", Rule.INSIDE)
    assert answer(cells, at(6.5, 0.5))[:2] == ("5", Rule.INSIDE)


def test_the_nearest_island_is_found_from_deep_inside_another():
    cells = one_level(a=box(0, 0, 5, 5), b=box(9, 0), d=box(0, 8))
    assert answer(cells, at(4.9, 0.1)) == ("a", Rule.INSIDE, "b")
    assert answer(cells, at(0.1, 4.9)) == ("a", Rule.INSIDE, "d")


@pytest.mark.parametrize(
    "cells",
    [mesh(6, seed=1), mesh(6, seed=2, pieces=1), awkward()],
    ids=["mesh", "plain", "awkward"],
)
def test_ten_thousand_hard_points_get_the_answer_of_exact_arithmetic(cells):
    lon, lat = hard_points(cells, 10_000, seed=3)
    found, oracle = Locator(cells, SRID).locate(lon, lat), Oracle(cells, SRID)
    wrong = []
    for i, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
        expected = oracle.decide(*place)
        given_answer = (found.cell[i], found.rule[i], found.runner_up[i])
        if given_answer != expected[:3] or abs(found.distance_m[i] - expected.distance_m) > 1e-6:
            wrong.append((place, given_answer, expected))
    assert not wrong
    # The points are hard indeed: many lie exactly on borders, and some on none.
    assert (found.rule == Rule.BORDER).sum() > 500
    assert (found.rule == Rule.OUTSIDE).sum() > 100


def test_neighbouring_floats_across_a_sloped_border_fall_on_their_sides():
    cells = one_level(
        a=polygon([(0, 0), (1, 0), (2 / 3, 1), (0, 1)]),
        b=polygon([(1, 0), (2, 0), (2, 1), (2 / 3, 1)]),
    )
    (ax, ay), (bx, by) = at(1, 0), at(2 / 3, 1)
    t = np.linspace(0.1, 0.9, 200)
    lon, lat = ax + t * (bx - ax), ay + t * (by - ay)
    shifted = np.concatenate([np.nextafter(lon, 0), lon, np.nextafter(lon, 180)])
    found = Locator(cells, SRID).locate(shifted, np.tile(lat, 3))
    oracle = Oracle(cells, SRID)
    expected = [oracle.decide(*place).cell for place in zip(shifted, np.tile(lat, 3), strict=True)]
    assert found.cell.tolist() == expected
    west, _, east = found.cell.reshape(3, -1)
    assert (west == 0).all()
    assert (east == 1).sum() > 150


def test_where_plain_floats_get_lost_the_answer_is_still_exact():
    cells, lon, lat = diagonal()
    found, oracle = Locator(cells, 32631).locate(lon, lat), Oracle(cells, 32631)
    expected = [oracle.decide(*place)[:2] for place in zip(lon, lat, strict=True)]
    assert list(zip(found.cell, found.rule, strict=True)) == expected
    assert (found.rule == Rule.BORDER).tolist() == (lon == lat).tolist()
    low, high = -17.3, 24.1
    plain = (low - lon) * (high - lat) - (low - lat) * (high - lon)
    assert (np.sign(plain) != np.sign(lat - lon)).sum() > 1000


def test_coordinates_that_underflow_are_still_decided():
    tiny = 1e-200
    corners = [(0.0, 0.0), (tiny, 0.0), (tiny, tiny), (0.0, tiny)]
    cells = CellTable.from_sequences(
        ["a", "b"], [3, 3], [-1, -1], [shapely.Polygon(corners), shapely.box(tiny, 0, 1, 1)]
    )
    locator = Locator(cells, 32631)
    assert locator.one(tiny / 3, tiny / 3)[:2] == (0, Rule.INSIDE)
    assert locator.one(tiny, tiny / 3)[:2] == (0, Rule.BORDER)
    assert locator.one(2 * tiny, tiny / 3)[:2] == (1, Rule.INSIDE)


def test_an_invalid_ring_is_decided_by_parity_in_bulk_and_alone():
    """
    +   +
    |\\ /|    a bow tie: both wings are inside, above and below are not
    | X |
    |/ \\|
    +   +
    """
    cells = one_level(a=polygon([(0, 0), (0, 2), (2, 0), (2, 2)]))
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 2, (2, 1000))
    found = Locator(cells, SRID).locate(*at(x, y))
    wings = np.abs(y - 1) < np.abs(x - 1)
    assert ((found.cell == 0) == wings).all()
    lon, lat = at(x[:20], y[:20])
    alone = [Locator(cells, SRID).one(*place).cell for place in zip(lon, lat, strict=True)]
    assert alone == found.cell[:20].tolist()


DYADIC = 2.0**-20


def dyadic_cells(seed: int, shift: tuple[float, float] = (0.0, 0.0)) -> list[shapely.Polygon]:
    """Triangles around a corner, on multiples of 2^-20 degrees, so that shifts are exact."""
    rng = np.random.default_rng(seed)
    turns = np.sort(rng.choice(360, 6, replace=False))
    rim = [
        (113 + round(500 * np.cos(a)) * DYADIC, 34 + round(500 * np.sin(a)) * DYADIC)
        for a in np.radians(turns)
    ]
    corners = np.array([*rim, (113.0, 34.0)]) + shift
    return [shapely.Polygon(corners[[k, (k + 1) % 6, 6]]) for k in range(6)]


def dyadic_places(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (113, 34) + rng.integers(-520, 520, (60, 2)) * DYADIC


def labelled(
    polygons: list[shapely.Polygon], places: np.ndarray, order: list[int]
) -> list[tuple[str, int, str]]:
    codes = [f"{k}" for k in order]
    cells = CellTable.from_sequences(
        codes, [3] * len(codes), [-1] * len(codes), [polygons[k] for k in order]
    )
    found = Locator(cells, SRID).locate(places[:, 0], places[:, 1])
    names = [*codes, ""]
    return [
        (names[c], int(r), names[u])
        for c, r, u in zip(found.cell, found.rule, found.runner_up, strict=True)
    ]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), order=st.permutations(range(6)))
def test_the_order_of_cells_does_not_matter(seed, order):
    polygons, places = dyadic_cells(seed), dyadic_places(seed)
    plain = labelled(polygons, places, list(range(6)))
    assert labelled(polygons, places, list(order)) == plain


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), turn=st.integers(0, 2), backwards=st.booleans())
def test_where_a_ring_starts_and_which_way_it_runs_does_not_matter(seed, turn, backwards):
    polygons, places = dyadic_cells(seed), dyadic_places(seed)
    turned = []
    for shape in polygons:
        corners = np.roll(shapely.get_coordinates(shape)[:-1], turn, axis=0)
        turned.append(shapely.Polygon(corners[::-1] if backwards else corners))
    order = list(range(6))
    assert labelled(turned, places, order) == labelled(polygons, places, order)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), dx=st.integers(-400, 400), dy=st.integers(-400, 400))
def test_an_exact_shift_of_everything_keeps_cell_and_rule(seed, dx, dy):
    shift = (dx * DYADIC * 64, dy * DYADIC * 64)
    places, order = dyadic_places(seed), list(range(6))
    plain = labelled(dyadic_cells(seed), places, order)
    moved = labelled(dyadic_cells(seed, shift), places + shift, order)
    assert [row[:2] for row in moved] == [row[:2] for row in plain]


def test_few_points_and_many_points_take_different_ways_to_the_same_answer():
    cells = mesh(6, seed=4)
    lon, lat = hard_points(cells, 3000, seed=5)
    locator = Locator(cells, SRID)
    bulk = locator.locate(lon, lat)
    for low in range(0, len(lon), 100):
        part = slice(low, low + 100)
        few = locator.locate(lon[part], lat[part])
        assert few.cell.tolist() == bulk.cell[part].tolist()
        assert few.rule.tolist() == bulk.rule[part].tolist()
        assert few.runner_up.tolist() == bulk.runner_up[part].tolist()
        np.testing.assert_allclose(few.distance_m, bulk.distance_m[part], rtol=0, atol=1e-8)


def test_a_locator_survives_pickling_and_threads():
    cells = mesh(5, seed=6)
    lon, lat = hard_points(cells, 2000, seed=7)
    locator = Locator(cells, SRID)
    expected = locator.locate(lon, lat)
    copy = pickle.loads(pickle.dumps(locator))
    assert copy.locate(lon, lat).cell.tolist() == expected.cell.tolist()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: locator.locate(lon, lat), range(8)))
    assert all(found.runner_up.tolist() == expected.runner_up.tolist() for found in answers)


def test_progress_runs_to_the_end_and_chunks_do_not_show(monkeypatch):
    cells = mesh(4)
    lon, lat = hard_points(cells, 1000)
    locator = Locator(cells, SRID)
    whole = locator.locate(lon, lat)
    monkeypatch.setattr("geodata.locate._CHUNK", 300)
    told: list[tuple[int, int]] = []
    parts = locator.locate(lon, lat, progress=lambda done, total: told.append((done, total)))
    assert parts.cell.tolist() == whole.cell.tolist()
    assert [done for done, _ in told] == [*range(300, len(lon), 300), len(lon)]


def test_no_points_and_no_cells_give_empty_answers():
    assert len(Locator(mesh(3), SRID).locate([], [])) == 0
    nobody = Locator(CellTable.from_sequences([], [], [], []), SRID).locate([113.6], [34.7])
    assert (nobody.cell[0], nobody.rule[0], nobody.runner_up[0]) == (-1, Rule.OUTSIDE, -1)


def test_the_input_stays_untouched():
    cells = mesh(3)
    lon, lat = hard_points(cells, 500)
    before = lon.copy(), lat.copy()
    Locator(cells, SRID).locate(lon, lat)
    assert (lon == before[0]).all()
    assert (lat == before[1]).all()


def test_degrees_are_refused_as_a_metric_system():
    with pytest.raises(CRSError, match="does not measure in metres") as caught:
        Locator(mesh(3), 4326)
    assert caught.value.code == "crs_not_metric"


def test_chicagos_requests_fall_into_the_areas_that_their_rows_state(data_dir):
    folder = data_dir / "events_chicago311"
    areas = json.loads((folder / "chicago_community_areas_wgs84.geojson").read_text())["features"]
    codes = [str(area["properties"]["community_area"]) for area in areas]
    shapes = [shapely.from_geojson(json.dumps(area["geometry"])) for area in areas]
    cells = CellTable.from_sequences(codes, [2] * len(codes), [-1] * len(codes), shapes)
    requests = pd.read_csv(folder / "chicago_311_sanitation_code.csv.gz", low_memory=False)
    placed = requests[requests["Latitude"].notna()]
    found = Locator(cells, 32616).locate(placed["Longitude"], placed["Latitude"])
    stated = placed["Community_Area"].to_numpy()
    own = np.where(found.cell >= 0, cells.codes[found.cell].astype(float), np.nan)
    assert (len(requests), len(placed)) == (74_401, 74_377)
    # Requests are placed on street centre lines, which are borders: 59 lie within a micrometre of
    # one, and projecting first moves up to four of them across. This is the exact count in degrees.
    assert (own == stated).sum() == 73_004
    assert (found.cell < 0).sum() == 199
    others = (found.cell >= 0) & (own != stated)
    assert others.sum() == 1_174
    assert np.median(found.distance_m[others]) < 0.02
    assert found.distance_m[others].max() < 200
    assert (cells.codes[found.runner_up[others]].astype(float) == stated[others]).mean() > 0.95
