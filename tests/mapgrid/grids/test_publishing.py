"""Publishing at its edges: later moments, second roots, posts that vanish, writers that wait."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mapgrid.assets.models import HazardPoint
from mapgrid.assets.services import HAZARDS, asset_add, asset_change
from mapgrid.core.errors import InvalidError
from mapgrid.core.scope import SYSTEM
from mapgrid.grids.jobs import take_effect
from mapgrid.grids.locating import assign_one, assign_points, forget_indexes
from mapgrid.grids.locks import change_editions
from mapgrid.grids.models import Cell, Edition, Grid, Post, Rule
from mapgrid.grids.selectors import named_cells
from mapgrid.grids.services import edition_load, edition_publish, post_appoint
from mapgrid.grids.taking_effect import editions_catch_up
from mapgrid.people.models import User
from mapgrid.register.models import Building
from mapgrid.register.services import building_add, building_change
from tests import world
from tests.waiting import until_blocked

pytestmark = pytest.mark.django_db
MOVED_BORDER = (3, 1)  # the grid B1 becomes A3, and B2 vanishes: its ground is B1
IN_B1 = (world.xs(2) + 0.0005, world.ys(1) + 0.0005)
DAY = dt.timedelta(days=1)


def hazard(lonlat: tuple[float, float], name: str = "积水点") -> HazardPoint:
    values = {"kind": "flood_prone", "name": name}
    row = asset_add(kind=HAZARDS, scope=SYSTEM, lon=lonlat[0], lat=lonlat[1], values=values)
    assert isinstance(row, HazardPoint)
    return row


def street(code: str, column: int, width: int, name: str = "另一街道") -> Edition:
    """Return a draft of one street without anything below it."""
    rows = [(code, 1, "", name, world.square(column, 0, width, 2))]
    return edition_load(name=name, cells=world.cell_table(rows), names=[name])


def publish_again(**values: Any) -> Edition:
    return edition_publish(edition=world.load("2026-12", MOVED_BORDER), **values).edition


def appointed(grid: Grid, since: dt.date, until: dt.date | None = None, name: str = "w") -> Post:
    user, _new = User.objects.get_or_create(username=name)
    return post_appoint(
        user=user, grid=grid, duty=Post.Duty.WORKER, valid_from=since, valid_to=until
    )


# --- a later moment -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_worker_lets_an_edition_take_effect_at_its_moment() -> None:
    world.publish()
    spot = hazard(IN_B1)
    later = world.soon(60)
    edition = publish_again(effective_from=later)
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    spot.refresh_from_db()
    assert spot.grid == world.grid(2, 1, 1)  # too early: the job waits
    assert DBTaskResult.objects.ready().count() == 0
    with time_machine.travel(later + dt.timedelta(seconds=1), tick=True):
        call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    spot.refresh_from_db()
    edition.refresh_from_db()
    assert spot.grid == world.grid(1, 3, 1)
    assert spot.edition == edition
    assert edition.applied_at is not None


def test_the_job_does_nothing_before_its_moment_and_nothing_twice() -> None:
    world.publish()
    spot = hazard(IN_B1)
    later = world.soon(60)
    edition = publish_again(effective_from=later)
    take_effect.call(edition_id=edition.pk)
    spot.refresh_from_db()
    assert spot.grid == world.grid(2, 1, 1)
    with time_machine.travel(later + dt.timedelta(seconds=1), tick=True):
        take_effect.call(edition_id=edition.pk)
        spot.refresh_from_db()
        version = spot.version
        take_effect.call(edition_id=edition.pk)
    spot.refresh_from_db()
    assert spot.grid == world.grid(1, 3, 1)
    assert spot.version == version


def test_an_edition_whose_job_was_lost_takes_effect_all_the_same() -> None:
    world.publish()
    spot = hazard(IN_B1)
    later = world.soon(60)
    publish_again(effective_from=later)
    assert editions_catch_up() == 0
    with time_machine.travel(later + dt.timedelta(hours=1), tick=True):
        assert editions_catch_up() == 1
        assert editions_catch_up() == 0
    spot.refresh_from_db()
    assert spot.grid == world.grid(1, 3, 1)


def test_a_first_edition_for_later_takes_in_at_once_what_waits() -> None:
    """Before a root's first edition the first one decides; old rows follow as new ones do."""
    spot = hazard(IN_B1)
    edition = edition_publish(edition=world.load(), effective_from=world.soon(600)).edition
    spot.refresh_from_db()
    assert spot.grid == world.grid(2, 1, 1)
    assert hazard(IN_B1, "新").grid == spot.grid
    assert edition.applied_at is not None


def test_an_edition_already_announced_is_not_overtaken() -> None:
    world.publish()
    publish_again(effective_from=world.soon(60))
    with pytest.raises(InvalidError, match="backwards"):
        edition_publish(edition=world.load("sooner"))


# --- several roots ------------------------------------------------------------------------------


def test_a_second_root_takes_what_lay_outside_and_leaves_the_first_alone() -> None:
    """
    ::

        ┌────┬────┬────┬────┐╔═════════╗
        │ A1 │ A2 │ B1 │ B2 │║ 998  ×  ║   × waited in no grid
        └────┴────┴────┴────┘╚═════════╝
    """
    world.publish()
    inside, outside = hazard(IN_B1), hazard((world.xs(5), world.ys(1)))
    before = inside.version
    other = edition_publish(edition=street("410102998", 4, 2), effective_from=world.LONG_AGO)
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert outside.grid == Grid.objects.get(code="410102998")
    assert outside.edition == other.edition
    assert inside.grid == world.grid(2, 1, 1)
    assert inside.version == before
    on_line = assign_one(world.xs(4), world.ys(1) + 0.0005)
    assert on_line.path[0].endswith(f"{world.code(2, 2, 1)}.")  # the deepest level wins


def test_editions_of_different_roots_are_told_apart_in_one_question() -> None:
    first = world.publish()
    other = edition_publish(edition=street("410102998", 4, 2)).edition
    found = assign_points(
        np.array([world.xs(1) + 0.0005, world.xs(5), world.xs(9)]), np.full(3, world.ys(1) + 0.0002)
    )
    assert found.edition_id.tolist() == [first.pk, other.pk, other.pk]
    assert found.rule.tolist() == [Rule.INSIDE, Rule.INSIDE, Rule.OUTSIDE]


def test_an_area_that_is_still_another_roots_until_later_cannot_be_taken_now() -> None:
    """The neighbour gives its right half away, but only next week."""
    edition_publish(edition=street("410102997", 0, 4), effective_from=world.LONG_AGO)
    edition_publish(edition=street("410102997", 0, 2), effective_from=world.soon(7 * 24 * 60))
    with pytest.raises(InvalidError, match="roots_overlap"):
        edition_publish(edition=street("410102996", 2, 2))
    later = world.soon(8 * 24 * 60)
    assert edition_publish(edition=street("410102996", 2, 2), effective_from=later).edition


def test_a_street_split_off_later_does_not_rewrite_older_reports() -> None:
    """In 2024 all was …997. In 2025 the right half became …996, whose first edition that is.

    ::

        2024  │   997     ×  │        2025  │  997  │  996  × │
    """
    old = edition_publish(edition=street("410102997", 0, 4), effective_from=world.LONG_AGO).edition
    split = timezone.now()
    edition_publish(edition=street("410102997", 0, 2))
    edition_publish(edition=street("410102996", 2, 2))
    lon, lat = np.full(2, IN_B1[0]), np.full(2, IN_B1[1])
    moments = np.array(["2024-06-01", "2199-01-01"], dtype="datetime64[us]")
    found = assign_points(lon, lat, at=moments)
    assert found.path.tolist() == ["410102997.", "410102996."]
    assert found.edition_id[0] == old.pk
    forget_indexes()
    assert assign_one(*IN_B1, at=split - DAY).path[0] == "410102997."
    assert assign_one(*IN_B1, at=timezone.now()).path[0] == "410102996."


# --- what is written ----------------------------------------------------------------------------


def test_rows_whose_grid_stays_keep_their_version() -> None:
    """Somebody who edits a lamp is not told that it changed when only the edition did."""
    world.publish()
    stays, moves = hazard((world.xs(0) + 0.0005, IN_B1[1])), hazard(IN_B1)
    edition = publish_again()
    stays.refresh_from_db()
    moves.refresh_from_db()
    assert (stays.version, moves.version) == (1, 2)
    assert stays.edition == moves.edition == edition


def test_rows_without_a_place_survive_a_publication() -> None:
    world.publish()
    Building.objects.create(name="没有位置")
    publish_again()
    assert Building.objects.get().grid is None


def test_a_grid_of_another_edition_is_named_by_one_that_was_published() -> None:
    first = world.publish()
    rows = [(c, d, p, f"草稿{n}", g) for c, d, p, n, g in world.cell_rows()]
    edition_load(name="draft", cells=world.cell_table(rows), names=[row[3] for row in rows])
    other = edition_publish(edition=street("410102998", 4, 2)).edition
    pair = (other.pk, world.grid(1, 1).pk)
    assert named_cells([pair])[pair].edition_id == first.pk


def test_the_kind_of_a_known_grid_does_not_change_silently() -> None:
    world.publish()
    rows = world.cell_rows()
    with pytest.raises(InvalidError, match="kind_changed"):
        edition_load(
            name="x",
            cells=world.cell_table(rows),
            names=[row[3] for row in rows],
            kinds=["dedicated" if row[1] == 4 else "basic" for row in rows],
        )


# --- posts --------------------------------------------------------------------------------------


def test_a_post_that_begins_only_later_is_asked_about_too() -> None:
    world.publish()
    today = timezone.localdate()
    appointed(world.grid(2, 2), today + 30 * DAY)
    with pytest.raises(InvalidError, match="posts_left"):
        publish_again()
    publish_again(post_moves={world.code(2, 2): world.code(1, 3)})
    post = Post.objects.get()
    assert (post.grid, post.valid_from) == (world.grid(1, 3), today + 30 * DAY)


def test_a_post_cannot_be_sent_to_a_grid_that_is_not_in_the_edition() -> None:
    world.publish()
    post = appointed(world.grid(2, 2), dt.date(2024, 1, 1))
    with pytest.raises(InvalidError, match="posts_target") as caught:
        publish_again(post_moves={world.code(2, 2): "4101029990999"})
    assert caught.value.data["codes"] == ["4101029990999"]
    post.refresh_from_db()
    assert post.valid_to is None


def test_a_post_may_end_with_its_grid() -> None:
    world.publish()
    appointed(world.grid(2, 2), dt.date(2024, 1, 1))
    publish_again(post_moves={world.code(2, 2): None})
    assert Post.objects.get().valid_to == timezone.localdate() - DAY


@pytest.mark.parametrize(("until_days", "posts"), [(None, 0), (10, 1)])
def test_who_holds_the_target_already_does_not_hold_it_twice(
    until_days: int | None, posts: int
) -> None:
    """Two grids become one, and one person has both."""
    world.publish()
    today = timezone.localdate()
    appointed(world.grid(2, 2), dt.date(2024, 1, 1))
    until = None if until_days is None else today + until_days * DAY
    appointed(world.grid(1, 2), dt.date(2024, 1, 1), until)
    publish_again(post_moves={world.code(2, 2): world.code(1, 2)})
    added = Post.objects.filter(grid=world.grid(1, 2), valid_from__gt=dt.date(2024, 1, 1))
    assert added.count() == posts
    if posts:
        assert added.get().valid_from == today + 11 * DAY  # goes on where the other one ends


# --- writers that wait --------------------------------------------------------------------------


def move_hazard(row: Any) -> None:
    asset_change(kind=HAZARDS, scope=SYSTEM, pk=row.pk, version=1, values={}, lonlat=IN_B1)


def move_building(row: Any) -> None:
    building_change(scope=SYSTEM, pk=row.pk, version=1, values={}, lonlat=IN_B1)


def a_building() -> Building:
    return building_add(scope=SYSTEM, lon=IN_B1[0], lat=IN_B1[1], values={"name": "1"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "move"), [(lambda: hazard(IN_B1), move_hazard), (a_building, move_building)]
)
def test_a_move_waits_for_a_publication_without_holding_its_row(
    make: Callable[[], Any], move: Callable[[Any], None]
) -> None:
    """Else: the move holds the row and waits for the publication, which waits for the row."""
    world.publish()
    row = make()

    def work() -> None:
        try:
            move(row)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        change_editions()  # a publication is under way
        thread.start()
        until_blocked()
        type(row).objects.select_for_update(nowait=True).get(pk=row.pk)
    thread.join()
    row.refresh_from_db()
    assert row.version == 2


def test_cells_of_a_refused_edition_stay_a_draft() -> None:
    world.publish()
    post = appointed(world.grid(2, 2), dt.date(2024, 1, 1))
    draft = world.load("2026-12", MOVED_BORDER)
    with pytest.raises(InvalidError, match="posts_left"):
        edition_publish(edition=draft)
    draft.refresh_from_db()
    post.refresh_from_db()
    assert draft.state == Edition.State.DRAFT
    assert Edition.objects.filter(effective_to__isnull=False).count() == 0
    assert post.valid_to is None
    assert Cell.objects.filter(edition=draft).exists()
