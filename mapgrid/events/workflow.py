"""The life of an event as plain data. The database guard and the tests are made from these tables.

::

    reported → accepted → verified → filed → dispatched → handling → returned → checked → closed
        └──────────┴─────────┴→ rejected        ⇅ suspended             ↺ rework      ↺ reopened
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REPORTED = "reported", _("Reported")
    ACCEPTED = "accepted", _("Accepted")
    VERIFIED = "verified", _("Verified")
    FILED = "filed", _("Filed")
    REJECTED = "rejected", _("Rejected")
    DISPATCHED = "dispatched", _("Dispatched")
    HANDLING = "handling", _("Handling")
    RETURNED = "returned", _("Result returned")
    CHECKED = "checked", _("Checked")
    CLOSED = "closed", _("Closed")
    SUSPENDED = "suspended", _("Suspended")


class Track(models.TextChoices):
    ON_THE_SPOT = "on_the_spot", _("Fixed on the spot")
    CIRCULATED = "circulated", _("Circulated")
    WHISTLE = "whistle", _("Whistle")


class Outcome(models.TextChoices):
    FIXED = "fixed", _("Fixed")
    NOT_FIXED = "not_fixed", _("Closed, not fixed")
    DUPLICATE = "duplicate", _("Duplicate")
    REJECTED = "rejected", _("Rejected")


class Action(models.TextChoices):
    REPORT = "report", _("Report")
    ACCEPT = "accept", _("Accept")
    VERIFY = "verify", _("Verify on site")
    FILE = "file", _("File")
    REJECT = "reject", _("Reject")
    DISPATCH = "dispatch", _("Dispatch")
    HANDLE = "handle", _("Start handling")
    RETURN_RESULT = "return_result", _("Return the result")
    CHECK = "check", _("Check after handling")
    REWORK = "rework", _("Send back for rework")
    EXTEND = "extend", _("Extend")
    SUSPEND = "suspend", _("Suspend")
    RESUME = "resume", _("Resume")
    CLOSE = "close", _("Close")
    REOPEN = "reopen", _("Reopen")
    MARK_DUPLICATE = "mark_duplicate", _("Mark as duplicate")
    MOVE = "move", _("Move the point")
    REASSIGN = "reassign", _("Change of grid")
    IMPORT = "import", _("Import")


class Source(models.TextChoices):
    PATROL = "patrol", _("Patrol")
    PUBLIC = "public", _("Resident")
    DESK = "desk", _("Desk")
    INSPECTION = "inspection", _("Inspection")


class Origin(models.TextChoices):
    NATIVE = "native", _("Reported here")
    IMPORTED = "imported", _("Imported")
    DEMO = "demo", _("Demonstration")


@dataclass(frozen=True)
class Transition:
    """One allowed step. ``before`` and ``after`` are states; several befores share one after."""

    action: Action
    before: tuple[State, ...]
    after: State


S = State
TRANSITIONS: tuple[Transition, ...] = (
    Transition(Action.ACCEPT, (S.REPORTED,), S.ACCEPTED),
    Transition(Action.VERIFY, (S.ACCEPTED,), S.VERIFIED),
    Transition(Action.FILE, (S.ACCEPTED, S.VERIFIED), S.FILED),
    Transition(Action.REJECT, (S.REPORTED, S.ACCEPTED, S.VERIFIED), S.REJECTED),
    Transition(Action.DISPATCH, (S.FILED,), S.DISPATCHED),
    Transition(Action.HANDLE, (S.DISPATCHED,), S.HANDLING),
    Transition(Action.RETURN_RESULT, (S.DISPATCHED, S.HANDLING, S.REPORTED), S.RETURNED),
    Transition(Action.CHECK, (S.RETURNED,), S.CHECKED),
    Transition(Action.REWORK, (S.RETURNED, S.CHECKED), S.DISPATCHED),
    Transition(Action.SUSPEND, (S.DISPATCHED, S.HANDLING), S.SUSPENDED),
    Transition(Action.RESUME, (S.SUSPENDED,), S.HANDLING),
    Transition(Action.CLOSE, (S.CHECKED,), S.CLOSED),
    Transition(Action.REOPEN, (S.CLOSED,), S.FILED),
    Transition(Action.MARK_DUPLICATE, (S.REPORTED, S.ACCEPTED, S.VERIFIED, S.FILED), S.CLOSED),
)
# Actions that leave the state as it is.
STATELESS: frozenset[Action] = frozenset({Action.EXTEND, Action.MOVE, Action.REASSIGN})
ENDED: tuple[State, ...] = (S.CLOSED, S.REJECTED)
TO_DISPATCH: tuple[State, ...] = (S.REPORTED, S.ACCEPTED, S.VERIFIED, S.FILED)
IN_HAND: tuple[State, ...] = (S.DISPATCHED, S.HANDLING, S.RETURNED, S.CHECKED)


def allowed_pairs() -> list[tuple[State, State]]:
    """Return every (before, after) that the guard lets through, sorted."""
    return sorted({(b, t.after) for t in TRANSITIONS for b in t.before})
