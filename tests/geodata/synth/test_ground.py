"""The demonstration city: an exact coverage, whole buildings, connected streets."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pandas.testing import assert_frame_equal

from geodata.synth import build_city
from geodata.synth.checks import ground_checks
from geodata.synth.names import area_names
from geodata.synth.warp import to_metric
from tests.geodata.synth.conftest import World


def test_every_check_of_the_ground_passes(world: World) -> None:
    failed = [check for check in ground_checks(world.city) if not check.passed]
    assert failed == []


def test_a_border_that_two_subdistricts_share_is_the_same_line_on_both_sides() -> None:
    """
    ::

        +-----------+-----------+
        | 棉纺路     | invented  |   each is built without looking at the other;
        |           |           |   the line between them has the same vertices
        +-----------+-----------+
    """
    city = build_city(times=2)
    assert [check for check in ground_checks(city) if not check.passed] == []
    first, second = city.cells.geometry.values[(city.cells["level"] == "street").to_numpy()]
    shared = shapely.intersection(first, second)
    assert shapely.area(shared) == 0.0
    assert shapely.length(shapely.transform(shared, to_metric)) > 1000.0


def test_the_same_seed_gives_the_same_city_and_another_seed_another(world: World) -> None:
    again = build_city()
    for layer in ("cells", "streets", "buildings", "components", "hazards", "places", "blocks"):
        first, second = getattr(world.city, layer), getattr(again, layer)
        assert_frame_equal(first.drop(columns="geometry"), second.drop(columns="geometry"))
        assert shapely.equals_identical(first.geometry.values, second.geometry.values).all()
    other = build_city(seed=5)
    assert not other.buildings.geometry.iloc[0].equals(world.city.buildings.geometry.iloc[0])


def test_codes_and_names_of_the_first_subdistrict_are_official_and_the_others_are_marked() -> None:
    city = build_city(times=2)
    area, communities = area_names(0, "410102")
    official = city.cells[city.cells["official"]]
    assert set(official["code"]) == {area.code, *(c.code for c in communities)}
    assert area.name == "棉纺路街道"
    invented = city.cells[~city.cells["code"].str.startswith(area.code)]
    assert invented["code"].str[6].eq("9").all()


def test_codes_grow_by_level_and_begin_with_their_parents(world: World) -> None:
    cells = world.city.cells
    lengths = cells.groupby("level")["code"].apply(lambda codes: set(codes.str.len()))
    assert lengths.to_dict() == {"street": {9}, "community": {12}, "grid": {15}, "micro": {18}}
    children = cells[cells["parent_code"] != ""]
    assert all(
        c.startswith(p) for c, p in zip(children["code"], children["parent_code"], strict=True)
    )
    assert cells["code"].is_unique
    assert cells["name"].is_unique
    micro = cells[(cells["level"] == "micro") & (cells["kind"] == "basic")]
    assert micro["name"].str.fullmatch(r"\w+-\d\d-\d\d\d").all()
    assert (cells["kind"] == "dedicated").sum() == 8


def test_grids_are_numbered_from_north_to_south(world: World) -> None:
    cells = world.city.cells
    grids = cells[cells["level"] == "grid"]
    for _, group in grids.groupby("parent_code"):
        latitude = shapely.get_y(shapely.centroid(group.sort_values("code").geometry.values))
        assert latitude[0] > latitude[-1]


def test_streets_meet_only_at_their_ends(world: World) -> None:
    """
    ::

        ----+----        a crossing is an end of all four lines,
            |            never the middle of one
    """
    lines = world.city.streets.geometry.values
    tree = shapely.STRtree(lines)
    crossing = tree.query(lines, predicate="crosses")
    assert crossing.shape[1] == 0


def test_the_river_is_crossed_by_bridges_and_buildings_stay_dry(world: World) -> None:
    city = world.city
    river = city.water.geometry.values[(city.water["kind"] == "river").to_numpy()]
    streets = city.streets.geometry.values
    bridges = sum(shapely.crosses(streets, shape).sum() for shape in river)
    assert bridges >= 4
    wet = [shapely.intersects(city.buildings.geometry.values, shape).any() for shape in river]
    assert not any(wet)


def test_assets_lie_inside_and_carry_their_ids(world: World) -> None:
    city = world.city
    street = city.cells.geometry.iloc[0]
    for table in (city.components, city.hazards):
        assert shapely.contains_xy(street, table["lon"], table["lat"]).all()
    assert len(city.components) == 600
    assert len(city.hazards) == 120
    assert city.components["id16"].str.fullmatch(r"410102\d{10}").all()
    assert city.components["id16"].is_unique
    assert (city.components["id16"].str[6:10] == city.components["category_code"]).all()
    keys = set(city.departments["key"])
    assert set(city.components["owner_department_key"]) <= keys


def test_the_city_lies_in_zhengzhou_and_coordinates_are_rounded(world: World) -> None:
    xy = shapely.get_coordinates(world.city.cells.geometry.values)
    assert np.abs(xy - [113.62, 34.75]).max() < 0.02
    assert np.array_equal(xy, np.round(xy, 9))


@pytest.mark.parametrize("times", [0, 100])
def test_a_number_of_subdistricts_out_of_range_is_refused(times: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 99"):
        build_city(times=times)
