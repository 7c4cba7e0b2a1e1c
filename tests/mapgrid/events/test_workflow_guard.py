"""The database lets through exactly the steps that the workflow table names."""

from __future__ import annotations

import itertools

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mapgrid.events.models import Event, EventPhoto, EventStep
from mapgrid.events.workflow import ENDED, TRANSITIONS, Action, Origin, State, allowed_pairs

pytestmark = pytest.mark.django_db
PAIRS = list(itertools.permutations(State.values, 2))


def make(state: str = State.REPORTED, origin: str = Origin.NATIVE, **values: object) -> Event:
    """Store an event in any state, past the guard, as if it had walked there."""
    event = Event.objects.create(
        number=f"T-{Event.objects.count() + 1:04d}",
        reported_at=timezone.now(),
        origin=origin,
        **values,
    )
    if state != State.REPORTED:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE events_event SET state = %s, closed_at = now() WHERE id = %s",
                [state, event.pk],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
        event.refresh_from_db()
    return event


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_only_the_pairs_of_the_table_pass(before: str, after: str) -> None:
    event = make(before, reply="Mended this morning.")
    event.state, event.closed_at = after, timezone.now()
    allowed = (before, after) in allowed_pairs()
    if allowed:
        event.save()
        event.refresh_from_db()
        assert event.state == after
        return
    with pytest.raises(IntegrityError, match="cannot go from"), transaction.atomic():
        event.save()


def test_a_case_without_a_reply_cannot_be_closed() -> None:
    event = make(State.CHECKED)
    event.state, event.closed_at = State.CLOSED, timezone.now()
    with pytest.raises(IntegrityError, match="no reply"), transaction.atomic():
        event.save()


def test_a_native_case_is_born_as_reported() -> None:
    with pytest.raises(IntegrityError, match="starts as reported"), transaction.atomic():
        Event.objects.create(number="T-1", reported_at=timezone.now(), state=State.CLOSED)


def test_imported_history_is_not_bound_by_the_steps() -> None:
    event = make(State.CLOSED, origin=Origin.IMPORTED)
    event.state = State.ACCEPTED
    event.save()
    assert Event.objects.get(pk=event.pk).state == State.ACCEPTED


def test_a_native_case_cannot_be_relabelled_as_imported() -> None:
    event = make()
    event.origin = Origin.IMPORTED
    with pytest.raises(IntegrityError, match="origin"), transaction.atomic():
        event.save()


def test_steps_are_appended_and_never_changed() -> None:
    event = make()
    step = EventStep.objects.create(
        event=event, sequence=1, action=Action.REPORT, after=State.REPORTED, at=timezone.now()
    )
    step.note = "rewritten"
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        step.save()
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        step.delete()


def test_every_state_can_be_reached_and_every_open_one_can_end() -> None:
    reached = {State.REPORTED}
    edges = allowed_pairs()
    for _round in State:
        reached |= {after for before, after in edges if before in reached}
    assert reached == set(State)
    for state in set(State) - set(ENDED):
        onward = {state}
        for _round in State:
            onward |= {after for before, after in edges if before in onward}
        assert onward & set(ENDED), state


def test_no_action_leads_from_one_state_to_two() -> None:
    seen = {(t.action, before): t.after for t in TRANSITIONS for before in t.before}
    assert len(seen) == sum(len(t.before) for t in TRANSITIONS)


def test_the_reply_of_a_closed_case_cannot_be_taken_back() -> None:
    event = make(State.CHECKED, reply="Mended this morning.")
    event.state, event.closed_at = State.CLOSED, timezone.now()
    event.save()
    for blank in ("", "   "):
        event.reply = blank
        with pytest.raises(IntegrityError, match="no reply"), transaction.atomic():
            event.save()


def test_what_an_ended_case_is_counted_by_stays() -> None:
    event = make(State.CLOSED, origin=Origin.IMPORTED)
    event.grid_path = "1."
    with pytest.raises(IntegrityError, match="part of the record"), transaction.atomic():
        event.save()


def test_a_photograph_is_never_exchanged_or_deleted() -> None:
    photo = EventPhoto.objects.create(
        event=make(), image="a.webp", thumb="b.webp", sha256="0" * 64, width=1, height=1
    )
    photo.image = "c.webp"
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        photo.save()
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        photo.delete()
