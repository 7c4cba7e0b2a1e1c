"""Single writes to events. Bulk writes of history, in ``events.importing``, obey the same rules."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.assets.models import Component
from mapgrid.assets.querysets import components_for
from mapgrid.catalogue.deadlines import deadline_for
from mapgrid.catalogue.models import Condition
from mapgrid.core.editing import lock_version
from mapgrid.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from mapgrid.core.scope import Scope
from mapgrid.events.models import Event, EventStep
from mapgrid.events.numbers import take_numbers
from mapgrid.events.querysets import events_for
from mapgrid.events.workflow import Action, Origin, Source, State, Track
from mapgrid.grids.locating import assign_points
from mapgrid.grids.locks import hold_editions_still
from mapgrid.grids.models import Edition
from mapgrid.grids.pinning import pin
from mapgrid.grids.reassigning import points_of, touched, write_access, write_assignments
from mapgrid.grids.registry import Reassigned
from mapgrid.register.models import Building
from mapgrid.register.querysets import buildings_for

NOTE_MAX = 1000
ADDRESS_MAX = 160
WARN_MOST = dt.timedelta(hours=2)


def warn_at(start: dt.datetime, deadline: dt.datetime) -> dt.datetime:
    """Return when a case becomes due soon: in the last quarter of its time, two hours at most."""
    return deadline - min((deadline - start) / 4, WARN_MOST)


def event_report(
    *,
    scope: Scope,
    uuid: uuids.UUID,
    lon: float,
    lat: float,
    condition: Condition,
    datum: str = "wgs84",
    note: str = "",
    accuracy_m: float | None = None,
    component_id: int | None = None,
    building_id: int | None = None,
    address: str = "",
    track: str = Track.CIRCULATED,
    channel: str = Source.PATROL,
    client_at: dt.datetime | None = None,
) -> tuple[Event, bool]:
    """Store a report: one event for one client UUID, in its grid, with its first step and deadline.

    Parameters
    ----------
    scope : Scope
        The reporter's; the place may lie outside it, because trouble is reported where it is found.
    uuid : UUID
        Made by the client; sending again returns the same event.
    lon, lat : float
        Degrees in ``datum``.
    client_at : datetime, optional
        The reporter's clock, kept beside ours.

    Returns
    -------
    (Event, bool)
        The event, and whether this call made it.

    Raises
    ------
    ForbiddenError
        ``event.report`` when the role does not report.
    InvalidError
        ``point.range``, ``point.datum``, ``event.note_long``, ``event.address_long``,
        ``event.track``, ``event.channel``, ``event.accuracy``.
    NotFoundError
        ``event.component`` or ``event.building`` that is not there for this reader.
    ConflictError
        ``event.uuid_taken`` when somebody else's event has this UUID.
    """
    if not scope.can("event.report"):
        raise ForbiddenError("event.report", _("Your role does not report events."))
    _check_report(note, address, accuracy_m)
    _check_choice("track", track, Track.values)
    _check_choice("channel", channel, Source.values)
    found = _already(scope, uuid)
    if found is not None:
        return found, False
    component = _component(scope, component_id)
    building = _building(scope, building_id)
    now = timezone.now()
    try:
        with transaction.atomic():
            # Before the day's numbers: a report that waits for a publication holds nothing.
            hold_editions_still()
            event = Event(
                uuid=uuid,
                number=take_numbers(np.array([timezone.localdate(now)], dtype="datetime64[D]"))[0],
                category_id=condition.category_id,
                condition=condition,
                state=State.REPORTED,
                track=track,
                channel=channel,
                origin=Origin.NATIVE,
                note=note.strip(),
                address=address.strip(),
                accuracy_m=accuracy_m,
                component=component,
                building=building,
                reporter_id=scope.user_id,
                reported_at=now,
                client_at=client_at,
                **_limits(condition, now),
                **pin(lon=lon, lat=lat, datum=datum, at=now),
            )
            event.save(force_insert=True)
            append_step(event, Action.REPORT, before="", at=now, actor_id=scope.user_id)
    except IntegrityError:
        # A parallel request with the same UUID was quicker; its event is the answer.
        found = _already(scope, uuid)
        if found is None:
            raise
        return found, False
    return event, True


def _check_report(note: str, address: str, accuracy_m: float | None) -> None:
    if len(note) > NOTE_MAX:
        raise InvalidError(
            "event.note_long", _("The note is longer than %(n)d characters.") % {"n": NOTE_MAX}
        )
    if len(address) > ADDRESS_MAX:
        raise InvalidError(
            "event.address_long",
            _("The address is longer than %(n)d characters.") % {"n": ADDRESS_MAX},
        )
    if accuracy_m is not None and not 0 <= accuracy_m < 1e6:
        raise InvalidError("event.accuracy", _("The accuracy is a number of metres."))


def _check_choice(name: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise InvalidError(
            f"event.{name}",
            _("“%(name)s” is one of: %(known)s.") % {"name": name, "known": ", ".join(known)},
        )


def _already(scope: Scope, uuid: uuids.UUID) -> Event | None:
    event = Event.objects.filter(uuid=uuid).first()
    if event is not None and event.reporter_id != scope.user_id:
        raise ConflictError("event.uuid_taken", _("This report was already sent by somebody else."))
    return event


def _component(scope: Scope, pk: int | None) -> Component | None:
    if pk is None:
        return None
    found = components_for(scope).filter(pk=pk).first()
    if found is None:
        raise NotFoundError("event.component", _("There is no such component in your area."))
    return found


def _building(scope: Scope, pk: int | None) -> Building | None:
    if pk is None:
        return None
    found = buildings_for(scope).filter(pk=pk).first()
    if found is None:
        raise NotFoundError("event.building", _("There is no such building in your area."))
    return found


def _limits(condition: Condition, start: dt.datetime) -> dict[str, Any]:
    """The clock runs from the report until the case is filed, which starts it anew."""
    due = deadline_for(condition, start).at
    return {"deadline_at": due, "warn_at": warn_at(start, due)}


def append_step(
    event: Event,
    action: Action,
    *,
    before: str,
    at: dt.datetime,
    actor_id: int | None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> EventStep:
    """Append one step; call it in the transaction that changes the event, whose row is locked."""
    last = EventStep.objects.filter(event=event).order_by("-sequence").first()
    return EventStep.objects.create(
        event=event,
        sequence=last.sequence + 1 if last else 1,
        action=action,
        before=before,
        after=event.state,
        at=at,
        actor_id=actor_id,
        note=note,
        data=data or {},
    )


@transaction.atomic
def event_move(
    *,
    scope: Scope,
    number: str,
    version: int,
    lon: float,
    lat: float,
    datum: str = "wgs84",
) -> Event:
    """Correct where an open case lies, and assign it again.

    Raises
    ------
    ForbiddenError
        ``event.move`` when the role does not move points, ``point.outside`` when the new place is
        not the reader's business: nobody sends a case where they cannot follow it.
    NotFoundError
        ``row.missing``.
    ConflictError
        ``row.changed`` when somebody was quicker, ``event.ended`` when the case is closed: what was
        counted stays as it was.
    """
    if not scope.can("event.move"):
        raise ForbiddenError("event.move", _("Your role does not move events."))
    hold_editions_still()  # before the row: a publication locks in this order too
    rows = events_for(scope)
    pk = rows.filter(number=number).values_list("pk", flat=True).first() or 0
    event = lock_version(rows, pk, version)
    if event.state in (State.CLOSED, State.REJECTED):
        raise ConflictError(
            "event.ended", _("This case is ended; its place is part of the record.")
        )
    old = {"lon": event.raw_x, "lat": event.raw_y, "datum": event.datum, "path": event.scope_path}
    now = timezone.now()
    # An open case follows the edition in force now, as it would after a publication.
    pinned = pin(lon=lon, lat=lat, datum=datum, at=now)
    if not scope.covers(pinned["scope_path"]):
        raise ForbiddenError("point.outside", _("This place is outside your area."))
    for name, value in pinned.items():
        setattr(event, name, value)
    event.version += 1
    event.save()
    append_step(
        event, Action.MOVE, before=event.state, at=now, actor_id=scope.user_id, data={"from": old}
    )
    return event


def events_reassign(edition: Edition, at: dt.datetime, by_id: int | None) -> Reassigned:
    """Assign open events again under a new edition and say so in a step; access follows for all."""
    rows = touched(Event.objects.all(), edition)
    ids, lon, lat = points_of(rows)
    found = assign_points(lon, lat, at=at)
    write_access(Event, ids, found.path)
    open_rows = {
        row["id"]: row
        for row in Event.objects.filter(id__in=ids.tolist())
        .exclude(state__in=(State.CLOSED, State.REJECTED))
        .values("id", "grid_id", "state", "grid_path")
    }
    chosen = np.array([i in open_rows for i in ids.tolist()], dtype=bool)
    part = found.take(chosen)
    write_assignments(Event, ids[chosen], part, at)
    moved = [
        (pk, dict(open_rows[pk]), part.path[i])
        for i, pk in enumerate(ids[chosen].tolist())
        if (open_rows[pk]["grid_id"] or 0) != part.grid_id[i]
    ]
    _append_reassignments(moved, edition, at, by_id)
    return Reassigned(table="events", looked_at=int(chosen.sum()), moved=len(moved))


def _append_reassignments(
    moved: list[tuple[int, dict[str, Any], str]],
    edition: Edition,
    at: dt.datetime,
    by_id: int | None,
) -> None:
    keys = [pk for pk, _row, _path in moved]
    steps = EventStep.objects.filter(event_id__in=keys).order_by("event_id", "-sequence")
    last = dict(steps.distinct("event_id").values_list("event_id", "sequence"))
    EventStep.objects.bulk_create(
        [
            EventStep(
                event_id=pk,
                sequence=last.get(pk, 0) + 1,
                action=Action.REASSIGN,
                before=row["state"],
                after=row["state"],
                at=at,
                actor_id=by_id,
                data={"edition": edition.name, "from": row["grid_path"], "to": path},
            )
            for pk, row, path in moved
        ],
        batch_size=2000,
    )
