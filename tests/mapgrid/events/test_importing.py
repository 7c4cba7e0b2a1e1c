"""Bulk writes of events at their edges: empty, no place, two editions, two writers at once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.db import connection, transaction
from django.utils import timezone

from mapgrid.catalogue.models import Condition
from mapgrid.core.errors import InvalidError
from mapgrid.core.scope import Scope
from mapgrid.events.importing import events_import
from mapgrid.events.models import Event, EventStep, NumberRange
from mapgrid.events.services import event_report
from mapgrid.events.workflow import Origin
from mapgrid.grids.locks import change_editions
from mapgrid.grids.models import Edition, Rule
from mapgrid.grids.services import edition_publish
from tests import world
from tests.waiting import until_blocked

pytestmark = pytest.mark.django_db
INSIDE = (world.xs(0) + 0.0004, world.ys(1) + 0.0004)  # A1 a


def rows(count: int = 1, **values: Any) -> pd.DataFrame:
    base: dict[str, Any] = {
        "lon": np.full(count, INSIDE[0]),
        "lat": np.full(count, INSIDE[1]),
        "reported_at": pd.to_datetime(["2026-03-02T01:00:00Z"] * count),
    }
    return pd.DataFrame({**base, **values})


def store(frame: pd.DataFrame, source: str = "s") -> list[Event]:
    done = events_import(events=frame, origin=Origin.IMPORTED, source=source)
    stored = Event.objects.in_bulk(done.ids.tolist())
    return [stored[pk] for pk in done.ids.tolist()]


def test_nothing_in_is_nothing_stored(edition: Edition) -> None:
    done = events_import(events=rows(0), origin=Origin.IMPORTED, source="s")
    assert (done.added, done.known, done.unassigned, len(done.ids)) == (0, 0, 0, 0)
    assert not NumberRange.objects.exists()


def test_a_batch_without_any_place_is_kept_in_the_queue(edition: Edition) -> None:
    stored = store(rows(3, lon=np.full(3, np.nan), lat=np.full(3, np.nan)))
    assert [(e.point, e.grid_id, e.rule) for e in stored] == [(None, None, Rule.OUTSIDE)] * 3
    assert [e.raw_x for e in stored] == [None] * 3


def test_a_city_without_any_edition_keeps_its_cases(db: None) -> None:
    event = store(rows())[0]
    assert (event.grid_id, event.edition_id, event.runner_up_id) == (None, None, None)
    assert (event.scope_path, event.rule, event.border_m) == ("", Rule.OUTSIDE, None)
    assert event.point is not None


def test_a_report_before_any_edition_is_kept_too(missing_cover: Condition) -> None:
    scope = Scope(user_id=None, abilities=frozenset({"event.report"}))
    event, created = event_report(
        scope=scope, uuid=uuid.uuid4(), lon=INSIDE[0], lat=INSIDE[1], condition=missing_cover
    )
    assert created
    assert (event.grid_id, event.edition_id, event.rule) == (None, None, Rule.OUTSIDE)
    assert Event.objects.get(pk=event.pk).scope_path == ""


def test_the_first_edition_takes_in_what_was_waiting(missing_cover: Condition) -> None:
    waiting = store(rows(2, state=["reported", "closed"]))
    done = edition_publish(edition=world.load(), effective_from=world.LONG_AGO)
    assert {t.table: t.moved for t in done.tables}["events"] == 1
    waiting[0].refresh_from_db()
    waiting[1].refresh_from_db()
    assert waiting[0].grid == world.grid(1, 1, 1)
    assert waiting[1].grid is None  # closed: what was counted stays
    assert waiting[1].scope_path == waiting[0].scope_path  # but access follows


def test_days_are_the_citys_days(edition: Edition) -> None:
    """16:30 UTC is half past midnight of the next day in the city."""
    late, later = store(
        rows(2, reported_at=pd.to_datetime(["2026-03-01T15:59:59Z", "2026-03-01T16:00:00Z"]))
    )
    assert late.number == "ZY-20260301-0001"
    assert later.number == "ZY-20260302-0001"


def test_times_with_and_without_a_zone_mean_the_same_moment(edition: Edition) -> None:
    moment = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    naive = pd.to_datetime(["2026-03-02T01:00:00"])
    local = pd.to_datetime(["2026-03-02T09:00:00+08:00"])
    texts = ["2026-03-02T09:00:00+08:00"]
    for given in (naive, local, texts):
        assert store(rows(reported_at=given))[0].reported_at == moment


def test_blank_texts_are_empty_not_missing(edition: Edition) -> None:
    blank = {"address": [None, np.nan], "note": [None, "x"], "source_id": [None, np.nan]}
    stored = store(rows(2, **blank))
    assert [(e.address, e.note, e.source_id) for e in stored] == [("", "", ""), ("", "x", "")]


@pytest.mark.parametrize(
    ("column", "length"), [("address", 161), ("note", 1001), ("reply", 1001), ("source_id", 81)]
)
def test_a_text_that_does_not_fit_is_named_by_row(
    edition: Edition, column: str, length: int
) -> None:
    with pytest.raises(InvalidError, match=r"import\.rows") as caught:
        store(rows(2, **{column: ["ok", "长" * length]}))
    assert [row[0] for row in caught.value.data["rows"]] == [2]
    assert not Event.objects.exists()


def test_one_source_id_in_two_rows_is_refused(edition: Edition) -> None:
    with pytest.raises(InvalidError, match=r"import\.duplicate_ids"):
        store(rows(2, source_id=["a", "a"]))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"lon": [181.0]}, "place"),
        ({"lat": [np.inf]}, "place"),
        ({"reported_at": [pd.NaT]}, "time"),
        ({"state": ["lost"]}, "state"),
        ({"track": ["train"]}, "track"),
        ({"closed_at": ["2026-03-03T00:00:00Z"]}, "end"),
        ({"closed_at": ["2026-03-01T00:00:00Z"], "state": ["closed"]}, "before"),
    ],
)
def test_nonsense_is_refused_with_its_row(
    edition: Edition, values: dict[str, Any], why: str
) -> None:
    with pytest.raises(InvalidError, match=r"import\.rows") as caught:
        store(rows(**values))
    assert caught.value.data["rows"][0][0] == 1
    assert not Event.objects.exists()


def test_an_open_case_from_before_a_change_lies_in_the_edition_in_force(edition: Edition) -> None:
    """B1 became A3. An old case that is still open is worked on today; an ended one is history.

    ::

        2024  │ A1 │ A2 │ B1 │ B2 │        now  │ A1 │ A2 │ A3 │ B1 │
                          ×                                 ×
    """
    now = edition_publish(edition=world.load("2026-12", (3, 1)), post_moves={}).edition
    place = {"lon": np.full(2, world.xs(2) + 0.0005), "state": ["filed", "closed"]}
    still_open, ended = store(rows(2, **place))
    assert still_open.edition == now
    assert still_open.grid == world.grid(1, 3, 1)
    assert still_open.grid_path == still_open.scope_path
    assert ended.edition == edition
    assert ended.grid == world.grid(2, 1, 1)
    assert ended.scope_path == still_open.scope_path


def test_numbers_of_one_day_go_on_where_they_stopped(edition: Edition) -> None:
    first = [event.number for event in store(rows(2))]
    second = [event.number for event in store(rows(2))]
    assert [n[-4:] for n in first + second] == ["0001", "0002", "0003", "0004"]


def test_the_steps_given_are_the_steps_stored(edition: Edition) -> None:
    """Row 0 is known already: its steps are not written again."""
    store(rows(source_id=["a"]))
    steps = pd.DataFrame(
        {
            "event": [0, 1, 1],
            "sequence": [1, 1, 2],
            "action": ["report", "report", "accept"],
            "before": ["", "", "reported"],
            "after": ["reported", "reported", "accepted"],
            "at": pd.to_datetime(["2026-03-02T01:00:00Z"] * 3),
            "note": ["", "", "收到"],
        }
    )
    frame = rows(2, source_id=["a", "b"], state="accepted")
    done = events_import(events=frame, steps=steps, origin=Origin.IMPORTED, source="s")
    assert (done.added, done.known) == (1, 1)
    told = EventStep.objects.filter(event_id=done.ids[1]).values_list("sequence", "action", "note")
    assert list(told) == [(1, "report", ""), (2, "accept", "收到")]
    assert EventStep.objects.filter(event_id=done.ids[0]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_store_it_once(edition: Edition) -> None:
    frame = rows(50, source_id=[f"r{i}" for i in range(50)])
    added: list[int] = []
    errors: list[Exception] = []
    gate = threading.Barrier(2)

    def load() -> None:
        try:
            gate.wait()
            done = events_import(events=frame, origin=Origin.IMPORTED, source="file")
            added.append(done.added)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(added) == [0, 50]
    assert Event.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_a_report_waits_for_a_publication_without_holding_todays_numbers(
    edition: Edition, reporter: Scope, missing_cover: Condition
) -> None:
    """Else: the report holds the number and waits for the publication, which waits for an import,
    which waits for the number."""
    done: list[Event] = []

    def send() -> None:
        try:
            done.append(
                event_report(
                    scope=reporter,
                    uuid=uuid.uuid4(),
                    lon=INSIDE[0],
                    lat=INSIDE[1],
                    condition=missing_cover,
                )[0]
            )
        finally:
            connection.close()

    NumberRange.objects.create(day=timezone.localdate(), last=5)
    thread = threading.Thread(target=send)
    with transaction.atomic():
        change_editions()  # a publication is under way
        thread.start()
        until_blocked()
        # Nobody holds the row of today's numbers.
        NumberRange.objects.select_for_update(nowait=True).get(day=timezone.localdate())
    thread.join()
    assert done[0].number.endswith("-0006")
