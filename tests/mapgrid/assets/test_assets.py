"""Components and hazard points: one by one and in bulk, moved, refused, and remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mapgrid.assets.importing import components_import, hazards_import
from mapgrid.assets.models import Component, HazardPoint
from mapgrid.assets.querysets import components_for, hazards_for
from mapgrid.assets.services import (
    COMPONENTS,
    HAZARDS,
    AssetKind,
    asset_add,
    asset_change,
    asset_retire,
)
from mapgrid.catalogue.loading import catalogue_load
from mapgrid.catalogue.models import Category
from mapgrid.core.bulk import BulkResult
from mapgrid.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from mapgrid.core.scope import SYSTEM, Scope
from mapgrid.grids.models import Rule
from mapgrid.people.models import Department
from mapgrid.people.roles import ABILITIES, Role
from tests import world
from tests.mapgrid.twins import differences, past

pytestmark = pytest.mark.django_db
A1 = (world.xs(0) + 0.0004, world.ys(1) + 0.0004)
A2 = (world.xs(1) + 0.0004, world.ys(1) + 0.0004)
B1 = (world.xs(2) + 0.0004, world.ys(1) + 0.0004)
OUTSIDE = (world.xs(0) - 0.001, world.ys(1))
IN_A = Scope(
    user_id=None,
    paths=(f"{world.STREET}.{world.code(1)}.",),
    abilities=ABILITIES[Role.COMMUNITY],
)
Import = Callable[..., BulkResult]


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    world.publish()
    catalogue_load()


def cover() -> Category:
    return Category.objects.get(kind="component", code="0102")


def values_of(kind: AssetKind) -> dict[str, Any]:
    if kind is HAZARDS:
        return {
            "kind": "flood_prone", "name": "桐柏路下穿", "season": "rain", "severity": 3,
            "contact": "社区", "contact_phone": "13800000000",
            "next_check_on": dt.date(2026, 12, 1), "note": "雨天\n“小心”",
        }  # fmt: skip
    roads, _new = Department.objects.get_or_create(key="roads", defaults={"name": "市政"})
    return {
        "category_id": cover().pk, "code16": "4101020102000001", "name": "井,1",
        "supervising_id": roads.pk, "owning_id": None, "maintaining_id": roads.pk,
        "state": "damaged", "installed_on": dt.date(2020, 5, 1), "note": "",
    }  # fmt: skip


BOTH = pytest.mark.parametrize(
    ("kind", "bulk"), [(COMPONENTS, components_import), (HAZARDS, hazards_import)]
)
KINDS = pytest.mark.parametrize("kind", [COMPONENTS, HAZARDS])


def add(kind: AssetKind, lonlat: tuple[float, float] = A1, scope: Scope = SYSTEM) -> Any:
    return asset_add(kind=kind, scope=scope, lon=lonlat[0], lat=lonlat[1], values=values_of(kind))


def frame(kind: AssetKind, lonlats: list[tuple[float, float]], /, **columns: Any) -> pd.DataFrame:
    rows = [values_of(kind) | {"lon": lon, "lat": lat} for lon, lat in lonlats]
    table = pd.DataFrame(rows)
    if kind is COMPONENTS:
        table["code16"] = [f"4101020102{i:06d}" for i in range(len(rows))]
    return table.assign(**columns)


# --- one by one and in bulk ---------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    "lonlat", [A1, B1, OUTSIDE, (world.xs(2), world.ys(1)), (world.xs(0), world.ys(1) + 0.0005)]
)
def test_bulk_and_single_give_the_same_row(
    kind: AssetKind, bulk: Import, lonlat: tuple[float, float]
) -> None:
    """Inside, outside, on a corner of four cells, on the outer border."""
    one = add(kind, lonlat)
    done = bulk(frame=frame(kind, [lonlat]), source="twin")
    other = kind.model._default_manager.get(pk=done.ids[0])
    assert differences(one, other, also={"code16"}) == {}
    assert past(one) == past(other)


@BOTH
def test_importing_again_adds_only_what_is_new(kind: AssetKind, bulk: Import) -> None:
    first = bulk(frame=frame(kind, [A1, A2], source_id=["a", "b"]), source="s")
    more = frame(kind, [B1, A2, A1], source_id=["c", "b", "a"], name="anders")
    more["code16"] = ["9000000000000001", "9000000000000002", "9000000000000003"]
    again = bulk(frame=more, source="s")
    assert (first.added, first.known) == (2, 0)
    assert (again.added, again.known) == (1, 2)
    assert again.ids[[2, 1]].tolist() == first.ids.tolist()
    assert kind.model._default_manager.count() == 3
    assert kind.model._default_manager.filter(name="anders").count() == 1  # known rows stay


@BOTH
def test_numbers_as_source_ids_are_the_same_text_the_second_time(
    kind: AssetKind, bulk: Import
) -> None:
    table = frame(kind, [A1, A2], source_id=[7, 8])
    assert bulk(frame=table, source="s").added == 2
    assert bulk(frame=table, source="s").added == 0


@BOTH
def test_another_source_is_another_row(kind: AssetKind, bulk: Import) -> None:
    bulk(frame=frame(kind, [A1], source_id=["a"]), source="s")
    other = frame(kind, [A1], source_id=["a"], code16="9000000000000001")
    assert bulk(frame=other, source="t").added == 1


@BOTH
def test_empty_and_unplaced_rows(kind: AssetKind, bulk: Import) -> None:
    assert bulk(frame=frame(kind, [A1]).iloc[:0], source="s").ids.shape == (0,)
    done = bulk(frame=frame(kind, [(np.nan, np.nan)]), source="s")
    row: Any = kind.model._default_manager.get(pk=done.ids[0])
    assert (row.point, row.grid, row.rule, row.scope_path) == (None, None, Rule.OUTSIDE, "")


@BOTH
@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"lon": [181.0, 0.0]}, "import.range"),
        ({"lat": [np.inf, 0.0]}, "import.range"),
        ({"source_id": ["a", "a"]}, "import.duplicate_ids"),
        ({"source_id": ["a" * 81, "b"]}, "import.long_ids"),
        ({"state": ["lost", "in_use"]}, "import.choice"),
        ({"name": ["长" * 81, ""]}, "import.long_text"),
    ],
)
def test_a_batch_is_refused_as_a_whole_with_its_code(
    kind: AssetKind, bulk: Import, columns: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        bulk(frame=frame(kind, [A1, A2], **columns), source="s")
    assert caught.value.code == code
    assert not kind.model._default_manager.exists()


def test_every_component_needs_a_category() -> None:
    for table in (
        frame(COMPONENTS, [A1]).drop(columns="category_id"),
        frame(COMPONENTS, [A1], category_id=[None]),
    ):
        with pytest.raises(InvalidError, match=r"import\.category"):
            components_import(frame=table, source="s")


def test_unknown_kinds_seasons_and_severities_are_refused() -> None:
    for column, value in (("kind", "dragon"), ("season", "spring"), ("severity", 9)):
        with pytest.raises(InvalidError, match=r"import\.choice"):
            hazards_import(frame=frame(HAZARDS, [A1], **{column: [value]}), source="s")


# --- one by one ---------------------------------------------------------------------------------


@KINDS
def test_the_history_keeps_adding_moving_editing_and_retiring(kind: AssetKind) -> None:
    row = add(kind)
    asset_change(kind=kind, scope=SYSTEM, pk=row.pk, version=1, values={}, lonlat=B1)
    asset_change(kind=kind, scope=SYSTEM, pk=row.pk, version=2, values={"note": "新"})
    asset_retire(kind=kind, scope=SYSTEM, pk=row.pk, version=3)
    assert past(row) == [("insert", 1), ("update", 2), ("update", 3), ("update", 4)]
    paths = list(row.events.order_by("pgh_id").values_list("scope_path", flat=True))
    assert world.code(1) in paths[0]
    assert world.code(2) in paths[1]
    row.refresh_from_db()
    assert row.state == "retired"
    assert row.grid == world.grid(2, 1, 1)
    assert row.note == "新"


@KINDS
def test_a_move_is_assigned_again_and_keeps_what_was_given(kind: AssetKind) -> None:
    row = add(kind)
    moved = asset_change(
        kind=kind, scope=SYSTEM, pk=row.pk, version=1, values={}, lonlat=A2, datum="gcj02"
    )
    assert (moved.raw_x, moved.raw_y, moved.datum) == (*A2, "gcj02")
    assert abs(moved.point.x - A2[0]) > 0.003


@KINDS
def test_nobody_adds_or_moves_things_outside_the_own_area(kind: AssetKind) -> None:
    row = add(kind, A1, IN_A)
    for lonlat in (B1, OUTSIDE):
        with pytest.raises(ForbiddenError, match=r"point\.outside"):
            add(kind, lonlat, IN_A)
        with pytest.raises(ForbiddenError, match=r"point\.outside"):
            asset_change(kind=kind, scope=IN_A, pk=row.pk, version=1, values={}, lonlat=lonlat)
    row.refresh_from_db()
    assert (row.version, row.grid) == (1, world.grid(1, 1, 1))
    assert kind.model._default_manager.count() == 1


@KINDS
def test_what_lies_elsewhere_is_missing(kind: AssetKind) -> None:
    row = add(kind, B1)
    with pytest.raises(NotFoundError):
        asset_change(kind=kind, scope=IN_A, pk=row.pk, version=1, values={"note": "x"})
    with pytest.raises(NotFoundError):
        asset_retire(kind=kind, scope=IN_A, pk=row.pk, version=1)


@KINDS
def test_a_conflict_loses_nothing(kind: AssetKind) -> None:
    row = add(kind)
    asset_change(kind=kind, scope=SYSTEM, pk=row.pk, version=1, values={"note": "erste"})
    for attempt in (
        {"values": {"note": "zweite"}},
        {"values": {}, "lonlat": B1},
    ):
        with pytest.raises(ConflictError, match=r"row\.changed"):
            asset_change(kind=kind, scope=SYSTEM, pk=row.pk, version=1, **attempt)
    with pytest.raises(ConflictError):
        asset_retire(kind=kind, scope=SYSTEM, pk=row.pk, version=1)
    row.refresh_from_db()
    assert (row.note, row.version, row.grid) == ("erste", 2, world.grid(1, 1, 1))
    assert len(past(row)) == 2


@KINDS
def test_a_worker_edits_nothing(kind: AssetKind) -> None:
    row = add(kind)
    worker = Scope(everything=False, paths=IN_A.paths, abilities=ABILITIES[Role.WORKER])
    with pytest.raises(ForbiddenError, match=r"asset\.edit"):
        add(kind, A1, worker)
    with pytest.raises(ForbiddenError, match=r"asset\.edit"):
        asset_change(kind=kind, scope=worker, pk=row.pk, version=1, values={})
    with pytest.raises(ForbiddenError, match=r"asset\.edit"):
        asset_retire(kind=kind, scope=worker, pk=row.pk, version=1)


@KINDS
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"scope_path": ""}, "row.fields"),
        ({"version": 9}, "row.fields"),
        ({"grid_id": 1}, "row.fields"),
        ({"state": "lost"}, "row.invalid"),
        ({"name": "长" * 81}, "row.invalid"),
        ({"note": None}, "row.invalid"),
    ],
)
def test_wrong_fields_and_values_are_refused(
    kind: AssetKind, values: dict[str, Any], code: str
) -> None:
    row = add(kind)
    with pytest.raises(InvalidError) as caught:
        asset_change(kind=kind, scope=SYSTEM, pk=row.pk, version=1, values=values)
    assert caught.value.code == code
    assert len(past(row)) == 1


def test_one_code_of_sixteen_digits_is_one_thing() -> None:
    add(COMPONENTS)
    with pytest.raises(InvalidError, match=r"row\.invalid"):
        add(COMPONENTS, A2)


def test_a_department_sees_its_own_components_wherever_they_lie_and_no_hazards() -> None:
    row = add(COMPONENTS, B1)
    add(HAZARDS, B1)
    assert isinstance(row, Component)
    roads = Scope(department_ids=(row.maintaining_id or 0,))
    other = Scope(department_ids=((row.maintaining_id or 0) + 1,))
    assert list(components_for(roads)) == [row]
    assert not components_for(other).exists()
    assert not hazards_for(roads).exists()
    assert HazardPoint.objects.count() == 1
