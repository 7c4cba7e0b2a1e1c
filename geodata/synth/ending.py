"""The last days: makes the picture at ``until`` one that a centre would know.

Limits of a few hours would leave almost nothing open at a quiet moment. This step takes back the
last steps of some recent cases, so that a believable desk is open: most in time, about one in
eight overdue, some suspended for want of a part. It only removes steps at the end of a life, so
every history stays valid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synth.lifecycle import (
    ACTIONS,
    CLOSE,
    EXTEND,
    FILE,
    HANDLE,
    NEVER,
    RETURN,
    STATE_AFTER,
    SUSPEND,
    Lives,
)
from geodata.synth.model import Bools, Ints

_STATES = np.array([STATE_AFTER.get(action, "") for action in ACTIONS], dtype=object)


@dataclass(frozen=True, slots=True)
class Desk:
    """How many cases one subdistrict should have open at the end."""

    in_time: int = 226
    overdue: int = 33
    suspended: int = 15


def states(lives: Lives, until: np.datetime64) -> np.ndarray:
    """Return the state of every case at a moment."""
    return np.asarray(_STATES[lives.last_step(until)])


def settle(
    lives: Lives,
    until: np.datetime64,
    times: int,
    rng: np.random.Generator,
    desk: Desk | None = None,
) -> None:
    """Take back last steps, in place, until the desk at ``until`` is as full as wanted."""
    wanted = desk or Desk()
    state = states(lives, until)
    closed = (state == "closed") & ~np.isnat(lives.moments[:, FILE])
    closed &= ~np.isnat(lives.moments[:, CLOSE])
    filed, deadline = lives.moments[:, FILE], lives.deadline
    is_open = ~np.isin(state, ["closed", "rejected"])
    waiting = state == "suspended"

    old = (
        closed
        & (deadline < until - np.timedelta64(6, "D"))
        & (filed > until - np.timedelta64(150, "D"))
    )
    slow = (deadline - filed) > np.timedelta64(36, "h")
    missing = wanted.suspended * times - int(waiting.sum())
    rows = _pick(old & slow & _handled(lives), missing, rng)
    _suspend(lives, rows, rng)

    overdue = is_open & ~waiting & (deadline < until)
    recent = closed & (deadline < until) & (deadline > until - np.timedelta64(9, "D"))
    missing = wanted.overdue * times - int(overdue.sum())
    _reopen_desk(lives, _pick(recent, missing, rng, newest=deadline), rng)

    in_time = is_open & ~waiting & ~overdue
    missing = wanted.in_time * times - int(in_time.sum())
    running = closed & (deadline > until)
    # Some of the quick ones stay closed: not everything is left to the last day.
    _reopen_desk(lives, _pick(running & (rng.random(len(closed)) < 0.9), missing, rng), rng)


def _handled(lives: Lives) -> Bools:
    return np.asarray(~np.isnat(lives.moments[:, HANDLE]))


def _pick(
    candidates: Bools, count: int, rng: np.random.Generator, newest: np.ndarray | None = None
) -> Ints:
    rows = np.flatnonzero(candidates)
    count = max(0, min(count, len(rows)))
    if newest is None or not len(rows):
        return rng.choice(rows, count, replace=False) if count else rows[:0]
    # The newer the missed deadline, the likelier that the case is still open.
    age = (newest[rows].max() - newest[rows]).astype(float)
    weight = np.exp(-age / max(age.max() / 3, 1.0))
    return rng.choice(rows, count, replace=False, p=weight / weight.sum())


def _suspend(lives: Lives, rows: Ints, rng: np.random.Generator) -> None:
    """Leave cases suspended since a few hours after their handling began."""
    pause = rng.integers(3600, 30_000, len(rows)).astype("timedelta64[s]")
    lives.moments[rows, EXTEND] = NEVER
    lives.moments[rows, SUSPEND] = lives.moments[rows, HANDLE] + pause
    lives.moments[rows, SUSPEND + 1 :] = NEVER


def _reopen_desk(lives: Lives, rows: Ints, rng: np.random.Generator) -> None:
    """Take back the last steps; one in eight keeps its result, one in five has not begun."""
    draw = rng.random(len(rows))
    keep = draw < 0.12
    lives.moments[rows[keep], RETURN + 1 :] = NEVER
    lives.moments[rows[~keep], RETURN:] = NEVER
    fresh = rows[draw > 0.8]
    lives.moments[fresh, EXTEND:] = NEVER
    lives.moments[fresh, HANDLE] = NEVER
