"""Editions: loading, checking, publishing, and what publishing does to posts and assigned rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import shapely
from django.db import IntegrityError, transaction
from django.utils import timezone

from mapgrid.core.errors import ConflictError, InvalidError
from mapgrid.grids.locating import assign_one, assign_points
from mapgrid.grids.models import Cell, Edition, Grid, Post, Rule
from mapgrid.grids.scopes import scope_of
from mapgrid.grids.services import edition_check, edition_load, edition_publish, post_appoint
from mapgrid.people.models import User
from mapgrid.people.roles import Role
from tests import world

pytestmark = pytest.mark.django_db


def worker(name: str = "w", role: str = Role.WORKER) -> User:
    return User.objects.create(username=name, role=role)


def test_a_draft_knows_its_tree() -> None:
    edition = world.load()
    cells = {c.code: c for c in edition.cells.all()}
    micro = cells[world.code(2, 1, 2)]
    assert len(cells) == 1 + 2 + 4 + 8
    assert micro.path == f"{world.STREET}.{world.code(2)}.{world.code(2, 1)}.{world.code(2, 1, 2)}."
    assert micro.is_leaf
    assert not cells[world.code(2)].is_leaf
    assert micro.level == "micro"
    assert 9_000 < micro.boundary_m.area < 11_000  # about 91 m by 111 m


def test_a_sound_edition_has_no_problems() -> None:
    assert edition_check(edition=world.load()) == []


def test_an_edition_with_a_gap_is_refused_and_names_the_place() -> None:
    """
    ::

        ┌────┬────┐       ┌────┬────┐
        │ a  │    │  →    │ a  │  ░ │   A2 a ends 20 % short of the right border
        └────┴────┘       └────┴────┘
    """
    rows = world.cell_rows()
    short = [
        (
            *row[:4],
            shapely.transform(
                row[4], lambda xy: np.where(xy == world.xs(2), world.xs(2) - 0.0002, xy)
            ),
        )
        if row[0] == world.code(1, 2, 1)
        else row
        for row in rows
    ]
    edition = edition_load(name="gap", cells=world.cell_table(short), names=[r[3] for r in short])
    kinds = {problem.kind for problem in edition_check(edition=edition)}
    assert "gap" in kinds or "uncovered_parent" in kinds
    with pytest.raises(InvalidError) as caught:
        edition_publish(edition=edition)
    assert caught.value.code == "edition.has_problems"
    assert caught.value.data["problems"][0]["point"]
    assert world.code(1, 2) in caught.value.message  # says whose border, not only how many
    assert Edition.objects.get(pk=edition.pk).state == Edition.State.DRAFT


def test_two_roots_in_one_load_are_refused() -> None:
    rows = [row for row in world.cell_rows() if row[1] > 1]
    with pytest.raises(InvalidError, match="one_root"):
        edition_load(name="two", cells=world.cell_table(rows), names=[row[3] for row in rows])


def test_a_published_edition_is_not_published_again() -> None:
    edition = world.publish()
    with pytest.raises(ConflictError, match="not_draft"):
        edition_publish(edition=edition)


def test_a_later_edition_ends_the_earlier_one() -> None:
    first = world.publish()
    done = edition_publish(edition=world.load("2026-12"))
    first.refresh_from_db()
    assert done.replaced == first
    assert first.effective_to == done.edition.effective_from


def test_an_edition_never_takes_effect_backwards() -> None:
    world.publish()
    with pytest.raises(InvalidError, match="backwards"):
        edition_publish(
            edition=world.load("late"), effective_from=timezone.now() - dt.timedelta(days=1)
        )


def test_the_database_itself_holds_one_edition_in_force() -> None:
    first = world.publish()
    draft = world.load("second")
    with pytest.raises(IntegrityError, match="one_in_force"), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(
            state=Edition.State.PUBLISHED, effective_from=first.effective_from
        )


def test_a_point_on_a_shared_border_goes_to_the_smaller_code() -> None:
    """On the line between A2 and B1 lies A2 a | B1 a; A sorts first."""
    world.publish()
    found = assign_one(world.xs(2), world.ys(1) + 0.0005)
    assert found.rule[0] == Rule.BORDER
    assert found.path[0].endswith(f"{world.code(1, 2, 1)}.")
    assert found.runner_up_id[0] == world.grid(2, 1, 1).pk
    assert found.border_m[0] == 0.0


def test_a_point_outside_names_the_nearest_grid_and_edition() -> None:
    edition = world.publish()
    found = assign_one(world.xs(0) - 0.0001, world.ys(0) + 0.0005)
    assert found.rule[0] == Rule.OUTSIDE
    assert found.grid_id[0] == 0
    assert found.edition_id[0] == edition.pk
    assert found.runner_up_id[0] == world.grid(1, 1, 2).pk
    assert 8 < found.border_m[0] < 10


def test_one_point_and_many_give_the_same_row() -> None:
    world.publish()
    rng = np.random.default_rng(7)
    lon = rng.uniform(world.xs(0) - 0.0005, world.xs(4) + 0.0005, 60)
    lat = rng.uniform(world.ys(0) - 0.0005, world.ys(2) + 0.0005, 60)
    lon[:10], lat[10:20] = world.xs(2), world.ys(1)
    single = [assign_one(x, y) for x, y in zip(lon, lat, strict=True)]  # PostGIS: no index here yet
    many = assign_points(lon, lat)
    for i, one in enumerate(single):
        for column in ("cell_id", "grid_id", "edition_id", "path", "rule", "runner_up_id"):
            assert getattr(one, column)[0] == getattr(many, column)[i], (column, lon[i], lat[i])
        assert one.border_m[0] == pytest.approx(many.border_m[i], abs=1e-6)


def test_a_point_takes_the_edition_in_force_at_its_moment() -> None:
    first = world.publish()
    second = edition_publish(edition=world.load("2026-12", (3, 1)), post_moves={}).edition
    moments = np.array(["2020-01-01", "2024-06-01"], dtype="datetime64[us]")
    lon, lat = np.full(2, world.xs(2) + 0.0005), np.full(2, world.ys(1) + 0.0005)
    found = assign_points(lon, lat, at=moments)
    assert found.edition_id.tolist() == [first.pk, first.pk]  # older than the first takes the first
    now = assign_points(lon[:1], lat[:1])
    assert now.edition_id[0] == second.pk
    assert now.path[0].split(".")[1] == world.code(1)


def test_posts_of_a_vanished_grid_must_go_somewhere() -> None:
    world.publish()
    person = worker()
    post_appoint(
        user=person, grid=world.grid(2, 2), duty=Post.Duty.WORKER, valid_from=dt.date(2024, 1, 1)
    )
    smaller = world.load("2026-12", (3, 1))
    with pytest.raises(InvalidError) as caught:
        edition_publish(edition=smaller)
    assert caught.value.data["codes"] == [world.code(2, 2)]
    edition_publish(edition=smaller, post_moves={world.code(2, 2): world.code(1, 3)})
    today = timezone.localdate()
    held = Post.objects.filter(user=person, valid_to__isnull=True).get()
    assert held.grid == world.grid(1, 3)
    assert held.valid_from == today
    assert Post.objects.get(user=person, grid=world.grid(2, 2)).valid_to == today - dt.timedelta(
        days=1
    )


def test_a_level_cannot_change_under_a_known_code() -> None:
    world.publish()
    rows = [(c, 3 if d == 4 else d, p, n, g) for c, d, p, n, g in world.cell_rows() if d != 3]
    rows = [(c, d, p[:12], n, g) for c, d, p, n, g in rows]
    with pytest.raises(InvalidError, match="level_changed"):
        edition_load(name="x", cells=world.cell_table(rows), names=[r[3] for r in rows])


def test_a_scope_is_the_subtree_of_the_posts_held_today() -> None:
    world.publish()
    person = worker()
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    post_appoint(user=person, grid=world.grid(1, 1), duty=Post.Duty.WORKER, valid_from=yesterday)
    post_appoint(user=person, grid=world.grid(1, 1, 2), duty=Post.Duty.HEAD, valid_from=yesterday)
    post_appoint(
        user=person,
        grid=world.grid(2),
        duty=Post.Duty.HEAD,
        valid_from=dt.date(2024, 1, 1),
        valid_to=yesterday,
    )
    scope = scope_of(person)
    assert scope.paths == (f"{world.STREET}.{world.code(1)}.{world.code(1, 1)}.",)
    assert not scope.everything
    assert not scope.unassigned


def test_a_scope_costs_one_query(django_assert_num_queries: object) -> None:
    world.publish()
    person = worker()
    with django_assert_num_queries(1):  # type: ignore[operator]
        scope_of(person)


def test_the_same_duty_is_not_held_twice_at_once() -> None:
    world.publish()
    person, area = worker(), world.grid(1)
    first = dt.date(2026, 1, 1)
    post_appoint(
        user=person, grid=area, duty=Post.Duty.HEAD, valid_from=first, valid_to=dt.date(2026, 6, 30)
    )
    with pytest.raises(InvalidError, match=r"post\.twice"):
        post_appoint(user=person, grid=area, duty=Post.Duty.HEAD, valid_from=dt.date(2026, 6, 30))
    post_appoint(user=person, grid=area, duty=Post.Duty.HEAD, valid_from=dt.date(2026, 7, 1))


def test_grids_keep_their_identity_through_editions() -> None:
    world.publish()
    before = set(Grid.objects.values_list("code", flat=True))
    edition_publish(edition=world.load("2026-12"))
    assert set(Grid.objects.values_list("code", flat=True)) == before
    assert Cell.objects.filter(grid=world.grid(1, 1)).count() == 2


def test_roots_never_overlap() -> None:
    world.publish()
    rows = [("410102998", 1, "", "另一街道", world.square(3, 0, 3, 2))]
    other = edition_load(name="other", cells=world.cell_table(rows), names=["另一街道"])
    with pytest.raises(InvalidError, match="roots_overlap"):
        edition_publish(edition=other)


def test_an_edition_for_later_changes_nothing_until_its_moment() -> None:
    first = world.publish()
    later = world.soon()
    edition = edition_publish(edition=world.load("2027-01"), effective_from=later).edition
    assert edition.applied_at is None
    now = assign_points(np.array([world.xs(0) + 0.0005]), np.array([world.ys(0) + 0.0005]))
    assert now.edition_id[0] == first.pk
    then = assign_points(
        np.array([world.xs(0) + 0.0005]),
        np.array([world.ys(0) + 0.0005]),
        at=later + dt.timedelta(1),
    )
    assert then.edition_id[0] == edition.pk
