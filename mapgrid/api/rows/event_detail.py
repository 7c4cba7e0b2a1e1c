"""One event with everything its panel shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.api.rows.common import label, masked, people_rows, why_row
from mapgrid.api.rows.events import component_brief, event_row, near_rows
from mapgrid.assets.querysets import components_for
from mapgrid.catalogue.choices import pick
from mapgrid.catalogue.deadlines import deadline_for
from mapgrid.catalogue.models import Condition
from mapgrid.core.scope import Scope
from mapgrid.events.models import Event, EventPhoto, EventStep
from mapgrid.events.nearby import nearest_component, open_events_near
from mapgrid.events.selectors import names_for, steps_of
from mapgrid.events.workflow import ENDED, Action, Origin, Outcome, Source, State
from mapgrid.grids.people import people_on
from mapgrid.register.querysets import buildings_for

# The road of a case as its panel draws it, with the column that holds each time.
_ROAD: tuple[tuple[State, str], ...] = (
    (State.REPORTED, "reported_at"),
    (State.ACCEPTED, "accepted_at"),
    (State.FILED, "filed_at"),
    (State.DISPATCHED, "dispatched_at"),
    (State.RETURNED, "returned_at"),
    (State.CHECKED, "checked_at"),
    (State.CLOSED, "closed_at"),
)
# Which stop of the road a state stands at.
_STANDS_AT: dict[str, State] = {
    State.VERIFIED: State.ACCEPTED,
    State.HANDLING: State.DISPATCHED,
    State.SUSPENDED: State.DISPATCHED,
}


def event_detail(
    scope: Scope, event: Any, now: dt.datetime, *, receipt: bool = False
) -> dict[str, Any]:
    """Return the whole panel.

    Parameters
    ----------
    event : Event
        From ``event_by_number``.
    receipt : bool
        True for a reporter's own report outside the own area: what was sent comes back, not what
        others made of it.
    """
    near = _nearby(scope, event, now)
    names = names_for([event, *near["events"]])
    return {
        **event_row(event, names, now),
        **_words(event),
        **_place(scope, event),
        "department": None if receipt else _department(event),
        "clock_why": clock_why(event, now),
        "limit": _limit(event.condition),
        "stages": stages(event),
        "why": why_row(event),
        "people": people_rows(people_on(scope, event.scope_path)),
        "photos": [photo_row(photo) for photo in event.photos.all()],
        "nearby": {**near, "events": near_rows(near["events"], names, now)},
        "steps": [step_row(s) for s in steps_of(event, only_by=scope.user_id if receipt else None)],
        "movable": scope.can("event.move") and not receipt and event.state not in ENDED,
    }


def _words(event: Event) -> dict[str, Any]:
    return {
        "uuid": event.uuid,
        "condition_code": event.condition.code if event.condition else "",
        "note": event.note,
        "address": event.address,
        "source": event.channel,
        "source_label": label(Source, event.channel),
        "origin": event.origin,
        "origin_label": label(Origin, event.origin),
        "reporter": masked(event.reporter),
        "reply": event.reply,
        "outcome": event.outcome,
        "outcome_label": label(Outcome, event.outcome),
    }


def _place(scope: Scope, event: Event) -> dict[str, Any]:
    """The place as given; a linked component or building only if the reader may see that too."""
    component = event.component
    if component is not None and not components_for(scope).filter(pk=component.pk).exists():
        component = None
    building = event.building
    if building is not None and not buildings_for(scope).filter(pk=building.pk).exists():
        building = None
    raw = None if event.raw_x is None or event.raw_y is None else [event.raw_x, event.raw_y]
    return {
        "accuracy_m": event.accuracy_m,
        "datum": event.datum,
        "raw": raw,
        "component": component_brief(component),
        "building": building
        and {"id": building.pk, "name": str(building), "address": building.address},
    }


def _nearby(scope: Scope, event: Event, now: dt.datetime) -> dict[str, Any]:
    if event.point is None:
        return {"component": None, "events": []}
    lon, lat = event.point.x, event.point.y
    component = nearest_component(scope, lon, lat, event.category)
    return {
        "component": component_brief(component, component.distance_m if component else None),
        "events": open_events_near(scope, lon, lat, event.category, now, leave_out=event.pk),
    }


def _department(event: Event) -> dict[str, Any] | None:
    found = event.department
    return None if found is None else {"id": found.pk, "name": pick(found.name, found.name_en)}


def _limit(condition: Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    return {
        "value": condition.limit_value,
        "unit": condition.limit_unit,
        "unit_label": condition.get_limit_unit_display(),
        "label": condition.limit_label,
        "emergency": condition.emergency,
    }


def clock_why(event: Event, now: dt.datetime) -> str:
    """Say why the clock reads as it does, in one sentence."""
    if event.state in ENDED:
        return _("The case is ended; its clock has stopped.")
    if event.state == State.SUSPENDED:
        return _("The case is suspended; its clock stands still.")
    if event.deadline_at is None:
        return _("No limit is set for this case.")
    if event.condition is None:
        return _("The deadline came with the case from another system.")
    due = deadline_for(event.condition, event.filed_at or event.reported_at)
    if abs((due.at - event.deadline_at).total_seconds()) > 1:
        # Set under another calendar, or extended: the stored deadline is what counts.
        return _("Limit: %(limit)s; the deadline was set apart from it.") % {
            "limit": event.condition.limit_label
        }
    return due.sentence(timezone.localdate(now), filed=event.filed_at is not None)


def stages(event: Event) -> list[dict[str, Any]]:
    """Return the stops of a case: which are behind it, and where it stands."""
    here = _STANDS_AT.get(event.state, State(event.state))
    road = list(_ROAD)
    if event.state == State.REJECTED:
        road = [*road[:2], (State.REJECTED, "closed_at")]
    place = [state for state, _column in road].index(here)
    ended = event.state in ENDED
    return [
        {
            "key": state.value,
            "label": str(state.label),
            "done": i < place or (i == place and ended),
            "current": i == place and not ended,
            "at": getattr(event, column),
        }
        for i, (state, column) in enumerate(road)
    ]


def photo_row(photo: EventPhoto) -> dict[str, Any]:
    """Return where a photograph is served; its file's own address is never told."""
    url = reverse("api-photo", args=[photo.uuid])
    return {
        "id": photo.uuid,
        "url": url,
        "thumb_url": f"{url}?size=thumb",
        "stage": photo.stage,
        "stage_label": photo.get_stage_display(),
        "width": photo.width,
        "height": photo.height,
        "taken_at": photo.uploaded_at,
    }


def step_row(step: EventStep) -> dict[str, Any]:
    """Return one line of the case's life."""
    return {
        "sequence": step.sequence,
        "action": step.action,
        "action_label": label(Action, step.action),
        "after": step.after,
        "after_label": label(State, step.after),
        "at": step.at,
        "actor": masked(step.actor),
        "note": step.note,
    }
