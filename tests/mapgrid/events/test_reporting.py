"""Reporting, moving and importing events: one row, one first step, the right grid."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.db import connection
from django.utils import timezone

from mapgrid.catalogue.models import Condition
from mapgrid.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from mapgrid.core.scope import NOBODY, Scope
from mapgrid.events.importing import events_import
from mapgrid.events.models import Event, EventStep
from mapgrid.events.services import event_move, event_report
from mapgrid.events.workflow import Action, Origin, State
from mapgrid.grids.models import Edition, Rule
from mapgrid.grids.services import edition_publish
from tests import world

pytestmark = pytest.mark.django_db
INSIDE = (world.xs(0) + 0.0004, world.ys(1) + 0.0004)  # A1 a


def report(scope: Scope, condition: Condition, **values: Any) -> Event:
    values = {"lon": INSIDE[0], "lat": INSIDE[1], "uuid": uuid.uuid4(), **values}
    return event_report(scope=scope, condition=condition, **values)[0]


def test_a_report_lies_in_its_grid_and_says_why(reporter: Scope, missing_cover: Condition) -> None:
    event = report(reporter, missing_cover)
    assert event.grid == world.grid(1, 1, 1)
    assert event.rule == Rule.INSIDE
    assert event.edition is not None
    assert 30 < (event.border_m or 0) < 40
    assert event.runner_up == world.grid(2 - 1, 2, 1) or event.runner_up == world.grid(1, 1, 2)
    assert event.number.startswith(f"ZY-{timezone.localdate():%Y%m%d}-")
    step = EventStep.objects.get(event=event)
    assert (step.sequence, step.action, step.after) == (1, Action.REPORT, State.REPORTED)


def test_the_clock_runs_from_the_report(reporter: Scope, missing_cover: Condition) -> None:
    event = report(reporter, missing_cover)
    assert event.deadline_at == event.reported_at + dt.timedelta(hours=2)
    assert event.warn_at == event.reported_at + dt.timedelta(minutes=90)


def test_a_point_in_gcj02_is_stored_in_wgs84_and_kept_as_given(
    reporter: Scope, missing_cover: Condition
) -> None:
    """The shift is some hundred metres: enough for another grid."""
    event = report(reporter, missing_cover, datum="gcj02")
    assert (event.raw_x, event.raw_y, event.datum) == (*INSIDE, "gcj02")
    assert event.point is not None
    shift_deg = np.hypot(event.point.x - INSIDE[0], event.point.y - INSIDE[1])
    assert 0.003 < shift_deg < 0.01


def test_sending_again_returns_the_same_event(reporter: Scope, missing_cover: Condition) -> None:
    key = uuid.uuid4()
    first = report(reporter, missing_cover, uuid=key)
    second, created = event_report(
        scope=reporter, condition=missing_cover, uuid=key, lon=INSIDE[0], lat=INSIDE[1]
    )
    assert second == first
    assert not created
    assert Event.objects.count() == 1


def test_somebody_elses_uuid_is_refused(
    reporter: Scope, centre: Scope, missing_cover: Condition
) -> None:
    key = uuid.uuid4()
    report(reporter, missing_cover, uuid=key)
    with pytest.raises(ConflictError, match="uuid_taken"):
        report(centre, missing_cover, uuid=key)


@pytest.mark.parametrize("lonlat", [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_a_place_that_is_none_is_refused(
    reporter: Scope, missing_cover: Condition, lonlat: tuple[float, float]
) -> None:
    with pytest.raises(InvalidError, match=r"point\.range"):
        report(reporter, missing_cover, lon=lonlat[0], lat=lonlat[1])
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"note": "长" * 1001}, "event.note_long"),
        ({"address": "长" * 161}, "event.address_long"),
        ({"accuracy_m": -1.0}, "event.accuracy"),
        ({"accuracy_m": float("nan")}, "event.accuracy"),
        ({"track": "train"}, "event.track"),
        ({"channel": "rumour"}, "event.channel"),
        ({"datum": "pluto"}, "point.datum"),
    ],
)
def test_a_report_with_nonsense_is_refused_and_takes_no_number(
    reporter: Scope, missing_cover: Condition, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        report(reporter, missing_cover, **values)
    assert caught.value.code == code
    assert not Event.objects.exists()
    assert report(reporter, missing_cover).number.endswith("-0001")


def test_a_stranger_reports_nothing(edition: Edition, missing_cover: Condition) -> None:
    with pytest.raises(ForbiddenError):
        report(NOBODY, missing_cover)


def test_outside_all_grids_it_is_kept_and_the_nearest_is_named(
    reporter: Scope, missing_cover: Condition
) -> None:
    event = report(reporter, missing_cover, lon=world.xs(0) - 0.0003)
    assert event.grid is None
    assert event.scope_path == ""
    assert event.rule == Rule.OUTSIDE
    assert event.runner_up == world.grid(1, 1, 1)
    assert 25 < (event.border_m or 0) < 30


def test_moving_a_point_assigns_it_again_and_says_so(
    centre: Scope, missing_cover: Condition
) -> None:
    event = report(centre, missing_cover)
    moved = event_move(
        scope=centre,
        number=event.number,
        version=event.version,
        lon=world.xs(3) + 0.0005,
        lat=INSIDE[1],
    )
    assert moved.grid == world.grid(2, 2, 1)
    assert [s.action for s in moved.steps.all()] == [Action.REPORT, Action.MOVE]
    with pytest.raises(ConflictError, match=r"row\.changed"):
        event_move(scope=centre, number=event.number, version=1, lon=INSIDE[0], lat=INSIDE[1])


def test_nobody_sends_a_case_where_they_cannot_follow_it(
    centre: Scope, missing_cover: Condition
) -> None:
    event = report(centre, missing_cover)
    community = Scope(
        user_id=centre.user_id,
        paths=(f"{world.STREET}.{world.code(1)}.",),
        abilities=centre.abilities,
    )
    with pytest.raises(ForbiddenError, match=r"point\.outside"):
        event_move(
            scope=community,
            number=event.number,
            version=event.version,
            lon=world.xs(3) + 0.0005,
            lat=INSIDE[1],
        )
    event.refresh_from_db()
    assert event.grid == world.grid(1, 1, 1)


def test_a_worker_does_not_move_points_and_a_foreign_event_is_missing(
    reporter: Scope, centre: Scope, missing_cover: Condition
) -> None:
    event = report(centre, missing_cover)
    with pytest.raises(ForbiddenError):
        event_move(scope=reporter, number=event.number, version=1, lon=INSIDE[0], lat=INSIDE[1])
    elsewhere = Scope(user_id=1, paths=("9.",), abilities=centre.abilities)
    with pytest.raises(NotFoundError):
        event_move(scope=elsewhere, number=event.number, version=1, lon=INSIDE[0], lat=INSIDE[1])


def batch(condition: Condition, count: int = 1, **values: Any) -> pd.DataFrame:
    base = {
        "lon": np.full(count, INSIDE[0]),
        "lat": np.full(count, INSIDE[1]),
        "category_id": np.full(count, condition.category_id),
        "condition_id": np.full(count, condition.pk),
        "reported_at": pd.to_datetime(["2026-03-02T01:00:00Z"] * count),
    }
    return pd.DataFrame({**base, **values})


def test_bulk_and_single_give_the_same_row(reporter: Scope, missing_cover: Condition) -> None:
    one = report(reporter, missing_cover, note="盖子没了", accuracy_m=8.0)
    frame = batch(
        missing_cover,
        reported_at=[pd.Timestamp(one.reported_at)],
        note="盖子没了",
        accuracy_m=8.0,
        reporter_id=[reporter.user_id],
    )
    done = events_import(events=frame, origin=Origin.IMPORTED, source="twin")
    many = Event.objects.get(pk=done.ids[0])
    own = {"id", "uuid", "number", "origin", "source", "created_at", "updated_at", "assigned_at"}
    for field in Event._meta.concrete_fields:
        if field.attname not in own:
            assert getattr(one, field.attname) == getattr(many, field.attname), field.attname
    steps = EventStep.objects.order_by("event_id")
    assert [(s.sequence, s.action, s.before, s.after, s.at) for s in steps] == [
        (1, Action.REPORT, "", State.REPORTED, one.reported_at)
    ] * 2


def test_importing_twice_changes_nothing(edition: Edition, missing_cover: Condition) -> None:
    frame = batch(missing_cover, 3, source_id=["a", "b", "c"])
    first = events_import(events=frame, origin=Origin.IMPORTED, source="s")
    again = events_import(events=frame.iloc[::-1], origin=Origin.IMPORTED, source="s")
    assert (first.added, again.added, again.known) == (3, 0, 3)
    assert Event.objects.count() == 3
    assert again.ids.tolist() == first.ids[::-1].tolist()


def test_a_wrong_row_stops_the_whole_import(edition: Edition, missing_cover: Condition) -> None:
    frame = batch(missing_cover, 3, state=["reported", "lost", "reported"])
    with pytest.raises(InvalidError) as caught:
        events_import(events=frame, origin=Origin.IMPORTED, source="s")
    assert caught.value.data["rows"][0][0] == 2
    assert not Event.objects.exists()


def test_history_cannot_be_smuggled_in_as_native(
    edition: Edition, missing_cover: Condition
) -> None:
    with pytest.raises(InvalidError, match=r"import\.origin"):
        events_import(events=batch(missing_cover), origin=Origin.NATIVE, source="s")


def test_a_case_without_a_place_is_kept_in_the_queue(
    edition: Edition, missing_cover: Condition
) -> None:
    frame = batch(missing_cover, lon=[np.nan], lat=[np.nan])
    done = events_import(events=frame, origin=Origin.IMPORTED, source="s")
    event = Event.objects.get(pk=done.ids[0])
    assert done.unassigned == 1
    assert event.point is None
    assert event.runner_up is None


def test_publishing_moves_open_events_and_leaves_closed_ones(
    centre: Scope, missing_cover: Condition
) -> None:
    """The border between A and B moves one column to the right: B1 becomes A3."""
    place = {"lon": world.xs(2) + 0.0005, "lat": INSIDE[1]}
    still_open = report(centre, missing_cover, **place)
    frame = batch(
        missing_cover,
        lon=[place["lon"]],
        state="closed",
        outcome="fixed",
        closed_at=pd.to_datetime(["2026-03-03T01:00:00Z"]),
    )
    closed_id = events_import(events=frame, origin=Origin.IMPORTED, source="s").ids[0]
    old_edition = still_open.edition
    done = edition_publish(edition=world.load("2026-12", (3, 1)), post_moves={})
    still_open.refresh_from_db()
    closed = Event.objects.get(pk=closed_id)
    assert still_open.grid == world.grid(1, 3, 1)
    assert still_open.steps.last().action == Action.REASSIGN
    assert closed.edition == old_edition
    assert closed.grid_path.split(".")[1] == world.code(2)
    assert closed.scope_path.split(".")[1] == world.code(1)  # access follows the edition in force
    assert {t.table: t.moved for t in done.tables}["events"] == 1


@pytest.mark.django_db(transaction=True)
def test_six_parallel_posts_of_one_uuid_make_one_event(
    reporter: Scope, missing_cover: Condition
) -> None:
    key, results, errors = uuid.uuid4(), [], []
    gate = threading.Barrier(6)

    def send() -> None:
        try:
            gate.wait()
            results.append(report(reporter, missing_cover, uuid=key).pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(results)) == 1
    assert Event.objects.count() == 1
    assert EventStep.objects.count() == 1
