"""The demonstration as a newcomer gets it: loaded by the command, then looked at by everybody."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.assets.querysets import components_for
from mapgrid.catalogue.models import Condition
from mapgrid.core.changes import data_version
from mapgrid.core.scope import Scope
from mapgrid.demo.people import PASSWORD, logins
from mapgrid.events.models import Event, EventStep
from mapgrid.events.querysets import events_for, with_clock
from mapgrid.events.workflow import ENDED
from mapgrid.grids.models import Edition, Grid, Post
from mapgrid.grids.scopes import scope_of
from mapgrid.grids.services import edition_check
from mapgrid.ground.models import Block, Place, Street
from mapgrid.people.models import User
from mapgrid.register.models import Building
from mapgrid.register.querysets import buildings_for

pytestmark = [pytest.mark.django_db, pytest.mark.long]
UNTIL_DAY = "2026-11-21"
UNTIL = dt.datetime(2026, 11, 21, 10, 57, tzinfo=dt.UTC)  # that evening in the city
TABLES = [
    model._meta.db_table
    for model in (Event, EventStep, Component, HazardPoint, Building, Grid, Edition, Post, User)
]


def load(*options: str) -> str:
    out = io.StringIO()
    call_command("load_demo", "--until", UNTIL_DAY, *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Loaded once for the whole file, and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        said = load()
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def said(_demo: str, db: None) -> str:
    return _demo


@pytest.fixture
def scopes(said: str) -> dict[str, Scope]:
    return {
        login.username: scope_of(User.objects.get(username=login.username)) for login in logins()
    }


# --- what is there ------------------------------------------------------------------------------


def test_a_whole_street_stands_there(said: str) -> None:
    levels = dict(Grid.objects.values_list("level").annotate(n=Count("id")))
    assert levels["street"] == 1
    assert levels["community"] >= 5
    assert levels["grid"] > levels["community"]
    assert levels["micro"] > levels["grid"]
    assert Street.objects.count() > 50
    assert Block.objects.count() > 50
    assert Place.objects.exists()
    assert Building.objects.count() > 500
    assert Component.objects.count() >= 500
    assert HazardPoint.objects.count() >= 10
    assert Event.objects.count() > 10_000
    assert EventStep.objects.count() > 3 * Event.objects.count()


def test_everything_lies_in_a_grid_of_the_one_edition_or_says_why(said: str) -> None:
    edition = Edition.objects.get()
    assert edition_check(edition=edition) == []
    for model in (Component, HazardPoint, Building, Event):
        rows = model._default_manager.all()
        assert rows.filter(edition=edition).count() == rows.filter(point__isnull=False).count()
        assert rows.filter(grid__isnull=True).count() <= rows.count() * 0.02
        assert not rows.exclude(grid_path=F("scope_path")).exists()


def test_households_add_up_from_the_finest_grid_to_the_street(said: str) -> None:
    cells = Edition.objects.get().cells
    root = cells.get(parent__isnull=True)
    assert root.households == sum(c.households or 0 for c in cells.filter(is_leaf=True))
    assert 0 < (root.households or 0) <= sum(Building.objects.values_list("households", flat=True))


def test_all_of_it_says_that_it_is_invented(said: str) -> None:
    assert not Event.objects.exclude(origin="demo").exists()
    assert not Edition.objects.exclude(origin="demo").exists()
    for model in (Event, Component, HazardPoint, Building, Street, Block, Place):
        assert not model._default_manager.exclude(source="demo").exists()
        assert not model._default_manager.filter(source_id="").exists()


def test_every_duty_of_every_grid_is_held(said: str) -> None:
    held = Post.objects.filter(valid_to__isnull=True).values("grid")
    for level in ("street", "community", "grid"):
        assert not Grid.objects.filter(level=level).exclude(pk__in=held).exists(), level


# --- no clock is left to chance -----------------------------------------------------------------


def test_nothing_happened_after_the_end_of_the_story(said: str) -> None:
    moments = (
        "reported_at", "accepted_at", "filed_at", "dispatched_at", "returned_at", "checked_at",
        "closed_at", "suspended_at", "replied_at",
    )  # fmt: skip
    latest = Event.objects.aggregate(**{name: Max(name) for name in moments})
    assert max(latest.values()) <= UNTIL
    assert EventStep.objects.aggregate(at=Max("at"))["at"] <= UNTIL
    months = (UNTIL - Event.objects.aggregate(at=Min("reported_at"))["at"]).days / 30.4
    assert 17 < months < 19


def test_every_case_with_a_limit_has_its_clock(said: str) -> None:
    assert Event.objects.filter(condition__isnull=True).count() == 0
    assert Condition.objects.exists()
    assert not Event.objects.filter(deadline_at__isnull=True).exists()
    assert not Event.objects.filter(warn_at__isnull=True).exists()
    assert not Event.objects.filter(deadline_at__lte=F("reported_at")).exists()
    assert not Event.objects.filter(warn_at__gt=F("deadline_at")).exists()


def open_by_clock(now: dt.datetime) -> dict[str, int]:
    rows: Any = with_clock(Event.objects.exclude(state__in=ENDED), now)
    return dict(rows.values_list("clock").annotate(n=Count("id")).order_by())


def test_the_last_cases_are_open_and_not_all_of_them_late(said: str) -> None:
    clocks = open_by_clock(UNTIL)
    assert {"late", "ok", "still", "lost"} <= set(clocks)
    # The day ends on a Saturday evening: only emergencies run, and some of them run out.
    assert open_by_clock(UNTIL + dt.timedelta(hours=1)).get("soon", 0) > 0
    assert 50 < sum(clocks.values()) < 3000
    assert clocks["late"] < 0.6 * sum(clocks.values())
    assert clocks["ok"] > 0.2 * sum(clocks.values())
    recent = Event.objects.filter(reported_at__gt=UNTIL - dt.timedelta(hours=3))
    assert recent.exclude(state__in=ENDED).exists()
    old = Event.objects.filter(reported_at__lt=UNTIL - dt.timedelta(days=90))
    assert old.exclude(state__in=ENDED).count() < 0.01 * old.count()


def test_every_life_begins_with_a_report_and_ends_in_its_state(said: str) -> None:
    first = EventStep.objects.filter(sequence=1)
    assert first.count() == Event.objects.count()
    assert not first.exclude(action="report").exists()
    assert not first.exclude(at=F("event__reported_at")).exists()
    steps = EventStep.objects.order_by("event_id", "-sequence").distinct("event_id")
    last = dict(steps.values_list("event_id", "after"))
    assert last == dict(Event.objects.values_list("id", "state"))
    assert not Event.objects.filter(state="closed", closed_at__isnull=True).exists()


# --- who sees what ------------------------------------------------------------------------------


def test_every_login_works(said: str) -> None:
    for login in logins():
        user = authenticate(username=login.username, password=PASSWORD)
        assert user is not None, login.username
        assert user.is_active
        assert user.role == login.role  # type: ignore[attr-defined]
        assert user.is_staff == (login.username == "admin")
    names = [login.username for login in logins()]
    others = User.objects.exclude(username__in=names)
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_the_command_shows_the_logins(said: str) -> None:
    out = io.StringIO()
    call_command("demo_logins", stdout=out)
    for login in logins():
        assert f"{login.username} " in said
        assert f"{login.username} " in out.getvalue()
    assert PASSWORD in out.getvalue()


def test_each_role_sees_a_part_and_only_its_part(scopes: dict[str, Scope]) -> None:
    seen = {
        name: set(events_for(scope).values_list("id", flat=True)) for name, scope in scopes.items()
    }
    assert all(seen.values())
    assert seen["worker"] < seen["community"] < seen["centre"] <= seen["admin"]
    assert len(seen["admin"]) == Event.objects.count()
    department = User.objects.get(username="roads").department
    own = set(Event.objects.filter(department=department).values_list("id", flat=True))
    assert seen["roads"] == own
    assert own < seen["admin"]
    assert not own <= seen["community"]


def test_each_role_finds_work_that_is_open(scopes: dict[str, Scope]) -> None:
    for name, scope in scopes.items():
        rows: Any = with_clock(events_for(scope).exclude(state__in=ENDED), UNTIL)
        clocks = set(rows.values_list("clock", flat=True))
        assert clocks & {"ok", "soon", "late"}, name


def test_the_ladder_holds_for_things_too(scopes: dict[str, Scope]) -> None:
    for rows_for in (components_for, buildings_for):
        ladder = [rows_for(scopes[n]).count() for n in ("worker", "community", "centre", "admin")]
        assert 0 < ladder[0] < ladder[1] < ladder[2] <= ladder[3]
    roads = scopes["roads"].department_ids
    mine = Q(supervising__in=roads) | Q(owning__in=roads) | Q(maintaining__in=roads)
    assert components_for(scopes["roads"]).count() == Component.objects.filter(mine).count() > 0
    assert not buildings_for(scopes["roads"]).exists()


# --- again --------------------------------------------------------------------------------------


def test_loading_again_says_so_and_changes_nothing(said: str) -> None:
    before = data_version(TABLES)
    counts = [Event.objects.count(), User.objects.count(), Component.objects.count()]
    again = load()
    assert str(timezone.localdate().year) not in again.splitlines()[0]
    assert "已经" in again or "already" in again
    assert data_version(TABLES) == before
    assert [Event.objects.count(), User.objects.count(), Component.objects.count()] == counts


@pytest.mark.parametrize("options", [("--times", "0"), ("--times", "61"), ("--until", "tomorrow")])
def test_nonsense_is_refused_before_anything_is_made(db: None, options: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("load_demo", *options, stdout=io.StringIO())
