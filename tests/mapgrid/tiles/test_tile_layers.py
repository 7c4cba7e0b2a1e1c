"""What each group shows at which zoom, and to whom."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Polygon

from mapgrid.assets import tiles as asset_tiles
from mapgrid.assets.models import HazardPoint
from mapgrid.core.errors import NotFoundError
from mapgrid.core.scope import NOBODY
from mapgrid.core.tiles import tile_at
from mapgrid.ground.models import Block, Rail, Street, Water
from mapgrid.register.models import Building
from tests import world
from tests.cast import ROLES, Cast
from tests.tiles import MIDDLE, gather, scope, tile


def test_an_unknown_group_is_missing(cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        tile("cellars", tile_at(*MIDDLE, 15))


def test_the_base_map_shows_more_kinds_of_streets_the_nearer_it_is(cast: Cast) -> None:
    line = "SRID=4326;LINESTRING(113.6 34.7515, 113.604 34.7515)"
    for rank in Street.Rank.values:
        Street.objects.create(name=f"{rank} 路", rank=rank, line=line)

    def ranks(zoom: int) -> set[str]:
        return {f["properties"]["rank"] for f in gather("base", "streets", zoom)}

    assert ranks(10) == {"major"}
    assert ranks(12) == {"major", "minor"}
    assert ranks(14) == {"major", "minor", "alley"}


def test_the_pieces_of_one_street_become_one_feature(cast: Cast) -> None:
    """::

    ────┬────┬────     three pieces of 甲路 between two junctions
    """
    for i in range(3):
        a, b = world.xs(i), world.xs(i + 1)
        Street.objects.create(
            name="甲路", rank="major", line=f"SRID=4326;LINESTRING({a} 34.7511, {b} 34.7511)"
        )
    address = tile_at(*MIDDLE, 14)
    found = [f for f in tile("base", address)["streets"] if f["properties"]["name"] == "甲路"]
    assert len(found) == 1
    assert found[0]["geometry"]["type"] == "LineString"


def test_water_blocks_rails_and_places_carry_their_names(cast: Cast) -> None:
    ring = (
        "SRID=4326;POLYGON((113.6 34.75, 113.604 34.75, 113.604 34.752, 113.6 34.752, 113.6 34.75))"
    )
    Water.objects.create(name="河", kind="river", area=ring)
    Block.objects.create(name="公园", kind="park", area=ring)
    Rail.objects.create(name="铁路", line="SRID=4326;LINESTRING(113.6 34.75, 113.604 34.752)")
    seen = tile("base", tile_at(*MIDDLE, 15))
    assert seen["water"][0]["properties"] == {"name": "河", "kind": "river"}
    assert seen["blocks"][0]["properties"] == {"name": "公园", "kind": "park"}
    assert seen["rails"][0]["properties"] == {"name": "铁路"}
    assert {f["properties"]["name"] for f in gather("base", "places", 15)} == {"测试公园"}
    assert "places" not in tile("base", tile_at(*MIDDLE, 14))


def test_shapes_smaller_than_two_pixels_are_left_out(cast: Cast) -> None:
    pond = Polygon.from_bbox((113.6, 34.75, 113.6001, 34.7501))
    Water.objects.create(name="池", kind="pond", area=pond)
    assert not gather("base", "water", 10)
    assert gather("base", "water", 16)


@pytest.mark.parametrize("role", ROLES)
def test_buildings_are_named_only_inside_the_readers_area(cast: Cast, role: str) -> None:
    """Everybody sees every standing shape; whose it is, only those who look after it."""
    found = gather("base", "buildings", 17, scope(cast, role))
    named = {f["properties"]["id"] for f in found if "id" in f["properties"]}
    inside = cast.buildings(role)
    assert named == inside
    assert {f["id"] for f in found if f.get("id")} <= inside
    assert len(found) >= 8
    for feature in found:
        if "id" not in feature["properties"]:
            assert set(feature["properties"]) == {"kind"}


def test_a_retired_building_is_gone(cast: Cast) -> None:
    Building.objects.update(state=Building.State.RETIRED)
    assert not gather("base", "buildings", 17)


def test_grids_appear_level_by_level(cast: Cast) -> None:
    def levels(zoom: int) -> set[str]:
        return {f["properties"]["level"] for f in gather("grids", "cells", zoom)}

    assert levels(10) == {"street"}  # a community is less than two pixels wide there
    assert levels(11) == {"street", "community"}
    assert levels(13) == {"street", "community", "grid"}
    assert levels(14) == {"street", "community", "grid", "micro"}


def test_a_cell_carries_its_public_names_and_no_people(cast: Cast) -> None:
    cells = gather("grids", "cells", 16)
    cell = next(f for f in cells if f["properties"]["code"] == world.code(1, 2, 1))
    assert cell["properties"] == {
        "code": world.code(1, 2, 1),
        "name": "A2a",
        "short": "A2a",
        "level": "micro",
        "kind": "basic",
    }


@pytest.mark.parametrize("zoom", [15, 17, 18])
def test_every_label_is_in_exactly_one_tile(cast: Cast, zoom: int) -> None:
    labels = [f["properties"]["code"] for f in gather("grids", "labels", zoom)]
    assert len(labels) == len(set(labels))
    if zoom <= 17:
        assert set(labels) >= {world.code(c, g, m) for c in (1, 2) for g in (1, 2) for m in (1, 2)}


def test_only_editions_in_force_are_drawn(cast: Cast) -> None:
    """A draft with the border elsewhere changes nothing before it is in force."""
    before = gather("grids", "cells", 15)
    world.load("draft", widths=(3, 1))
    assert gather("grids", "cells", 15) == before


@pytest.mark.parametrize("role", ROLES)
def test_assets_are_cut_to_the_reader(cast: Cast, role: str) -> None:
    reader = scope(cast, role)
    components = gather("assets", "components", 16, reader)
    assert {f["properties"]["id"] for f in components} == cast.components(role)
    hazards = gather("assets", "hazards", 14, reader)
    assert {f["properties"]["id"] for f in hazards} == cast.hazards(role)


def test_retired_assets_are_gone(cast: Cast) -> None:
    HazardPoint.objects.update(state=HazardPoint.State.RETIRED)
    assert not gather("assets", "hazards", 14)


def test_too_many_hazards_become_counts_and_none_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_tiles, "MOST_POINTS", 3)
    assert not gather("assets", "hazards", 13)
    counted = gather("assets", "hazard_counts", 13)
    assert sum(f["properties"]["n"] for f in counted) == HazardPoint.objects.count()


def test_nobody_gets_the_base_map_and_nothing_of_the_register(cast: Cast) -> None:
    assert gather("base", "streets", 15, NOBODY)
    assert not gather("assets", "components", 16, NOBODY)
    assert not any("id" in f["properties"] for f in gather("base", "buildings", 16, NOBODY))
