"""Buildings: by footprint or by point, one by one and in bulk, moved, refused, and remembered."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapgrid.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from mapgrid.core.geometry import to_geos, to_shapely
from mapgrid.core.scope import SYSTEM, Scope
from mapgrid.grids.models import Rule
from mapgrid.people.roles import ABILITIES, Role
from mapgrid.register.importing import buildings_import
from mapgrid.register.models import Building
from mapgrid.register.querysets import buildings_for
from mapgrid.register.services import building_add, building_change, building_retire, middle
from tests import world
from tests.mapgrid.twins import differences, past

pytestmark = pytest.mark.django_db
A1 = (world.xs(0) + 0.0004, world.ys(1) + 0.0004)
B1 = (world.xs(2) + 0.0004, world.ys(1) + 0.0004)
OUTSIDE = (world.xs(0) - 0.001, world.ys(1))
IN_A = Scope(
    user_id=None, paths=(f"{world.STREET}.{world.code(1)}.",), abilities=ABILITIES[Role.COMMUNITY]
)
VALUES = {
    "name": "3 号楼", "address": "桐柏路 5 号", "compound": "棉纺院", "kind": "residential",
    "floors": 6, "entrances": 3, "households": 72,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    world.publish()


def house(lonlat: tuple[float, float] = A1, size: float = 1e-4) -> shapely.Polygon:
    """An L: its centroid may lie outside, the point that stands for it does not.

    ::

        ┌─┐
        │ └──┐
        └────┘
    """
    unit = np.array([(0, 0), (3, 0), (3, 0.2), (0.2, 0.2), (0.2, 3), (0, 3)])
    return shapely.Polygon(lonlat + unit * size)


def add(shape: Any = None, lonlat: tuple[float, float] = A1, scope: Scope = SYSTEM) -> Building:
    footprint = None if shape is None else to_geos(shape)
    lon, lat = lonlat if footprint is None else middle(footprint)
    return building_add(scope=scope, lon=lon, lat=lat, footprint=footprint, values=VALUES)


def frame(shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    rows = gpd.GeoDataFrame([VALUES] * len(shapes), geometry=shapes, crs=4326)
    return rows.assign(**columns)


# --- one by one and in bulk ---------------------------------------------------------------------


@pytest.mark.parametrize("shape", [house(), house(B1), shapely.Point(A1), shapely.Point(OUTSIDE)])
def test_bulk_and_single_give_the_same_row(shape: Any) -> None:
    point = shape.geom_type == "Point"
    one = add(None, (shape.x, shape.y)) if point else add(shape)
    done = buildings_import(frame=frame([shape]), source="twin")
    other = Building.objects.get(pk=done.ids[0])
    assert differences(one, other) == {}
    assert past(one) == past(other)


def test_the_point_that_stands_for_a_building_lies_inside_it() -> None:
    shape = house()
    assert not shape.contains(shape.centroid)
    row = Building.objects.get(pk=buildings_import(frame=frame([shape]), source="s").ids[0])
    assert row.point is not None
    assert shape.contains(to_shapely(row.point))


def test_importing_again_adds_only_what_is_new() -> None:
    first = buildings_import(frame=frame([house(), house(B1)], source_id=["a", "b"]), source="s")
    again = buildings_import(
        frame=frame([house(B1), house(A1)], source_id=["b", "c"], name="x"), source="s"
    )
    assert (first.added, again.added, again.known) == (2, 1, 1)
    assert again.ids[0] == first.ids[1]
    assert Building.objects.get(pk=first.ids[1]).name == "3 号楼"


def test_empty_and_unplaced_rows() -> None:
    assert buildings_import(frame=frame([house()]).iloc[:0], source="s").ids.shape == (0,)
    done = buildings_import(frame=frame([None, shapely.Polygon()]), source="s")
    for row in Building.objects.filter(pk__in=done.ids.tolist()):
        assert (row.point, row.footprint, row.grid, row.rule) == (None, None, None, Rule.OUTSIDE)


def test_what_is_not_given_is_not_made_up() -> None:
    bare = gpd.GeoDataFrame({"floors": [None], "name": [np.nan]}, geometry=[house()], crs=4326)
    row = Building.objects.get(pk=buildings_import(frame=bare, source="s").ids[0])
    assert (row.floors, row.entrances, row.households, row.name) == (None, None, 0, "")
    assert row.kind == Building.Kind.OTHER


@pytest.mark.parametrize(
    ("shapes", "columns", "code"),
    [
        ([shapely.LineString([A1, B1])], {}, "import.geometry"),
        ([shapely.Point(181, 0)], {}, "import.range"),
        ([house()], {"kind": ["castle"]}, "import.kind"),
        ([house(), house(B1)], {"source_id": ["a", "a"]}, "import.duplicate_ids"),
        ([house()], {"floors": [1e9]}, "import.number"),
    ],
)
def test_a_batch_is_refused_as_a_whole_with_its_code(
    shapes: list[Any], columns: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        buildings_import(frame=frame(shapes, **columns), source="s")
    assert caught.value.code == code
    assert not Building.objects.exists()


# --- one by one ---------------------------------------------------------------------------------


def test_the_history_keeps_adding_moving_editing_and_retiring() -> None:
    row = add(house())
    building_change(scope=SYSTEM, pk=row.pk, version=1, values={}, lonlat=B1)
    building_change(scope=SYSTEM, pk=row.pk, version=2, values={"households": 60})
    building_retire(scope=SYSTEM, pk=row.pk, version=3)
    assert past(row) == [("insert", 1), ("update", 2), ("update", 3), ("update", 4)]
    assert row.events.order_by("pgh_id").values_list("households", flat=True)[1] == 72
    row.refresh_from_db()
    assert (row.state, row.households, row.grid) == ("retired", 60, world.grid(2, 1, 1))


def test_a_footprint_moves_along_with_its_point() -> None:
    row = add(house())
    before = to_shapely(row.footprint)
    lon, lat = row.point.x + 0.0001, row.point.y - 0.0002
    moved = building_change(scope=SYSTEM, pk=row.pk, version=1, values={}, lonlat=(lon, lat))
    after = to_shapely(Building.objects.get(pk=moved.pk).footprint)
    shift = shapely.get_coordinates(after) - shapely.get_coordinates(before)
    assert np.allclose(shift, (0.0001, -0.0002), atol=1e-12)
    assert after.contains(to_shapely(moved.point))


def test_nobody_adds_or_moves_buildings_outside_the_own_area() -> None:
    row = add(house(), scope=IN_A)
    for lonlat in (B1, OUTSIDE):
        with pytest.raises(ForbiddenError, match=r"point\.outside"):
            add(lonlat=lonlat, scope=IN_A)
        with pytest.raises(ForbiddenError, match=r"point\.outside"):
            building_change(scope=IN_A, pk=row.pk, version=1, values={}, lonlat=lonlat)
    row.refresh_from_db()
    assert (row.version, row.grid) == (1, world.grid(1, 1, 1))


def test_what_lies_elsewhere_is_missing() -> None:
    row = add(lonlat=B1)
    assert not buildings_for(IN_A).exists()
    with pytest.raises(NotFoundError):
        building_change(scope=IN_A, pk=row.pk, version=1, values={"name": "x"})
    with pytest.raises(NotFoundError):
        building_retire(scope=IN_A, pk=row.pk, version=1)


def test_a_conflict_loses_nothing() -> None:
    row = add(house())
    building_change(scope=SYSTEM, pk=row.pk, version=1, values={"name": "erste"})
    with pytest.raises(ConflictError, match=r"row\.changed"):
        building_change(scope=SYSTEM, pk=row.pk, version=1, values={"name": "zweite"}, lonlat=B1)
    with pytest.raises(ConflictError):
        building_retire(scope=SYSTEM, pk=row.pk, version=1)
    row.refresh_from_db()
    assert (row.name, row.version, row.grid) == ("erste", 2, world.grid(1, 1, 1))
    assert len(past(row)) == 2


def test_a_worker_edits_nothing() -> None:
    worker = Scope(paths=IN_A.paths, abilities=ABILITIES[Role.WORKER])
    row = add()
    with pytest.raises(ForbiddenError, match=r"building\.edit"):
        add(scope=worker)
    with pytest.raises(ForbiddenError, match=r"building\.edit"):
        building_change(scope=worker, pk=row.pk, version=1, values={})
    with pytest.raises(ForbiddenError, match=r"building\.edit"):
        building_retire(scope=worker, pk=row.pk, version=1)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"state": "retired"}, "row.fields"),
        ({"scope_path": ""}, "row.fields"),
        ({"kind": "castle"}, "row.invalid"),
        ({"floors": -1}, "row.invalid"),
        ({"floors": 99_999}, "row.invalid"),
        ({"households": None}, "row.invalid"),
        ({"name": "长" * 81}, "row.invalid"),
    ],
)
def test_wrong_fields_and_values_are_refused(values: dict[str, Any], code: str) -> None:
    row = add()
    with pytest.raises(InvalidError) as caught:
        building_change(scope=SYSTEM, pk=row.pk, version=1, values=values)
    assert caught.value.code == code
    assert len(past(row)) == 1
