"""What becomes of a report: its steps in time, cut off at the moment that the demonstration shows.

Every case has one row of moments, one column a possible step, in the order in which they can
happen; a missing step is NaT. Cutting a row at a moment leaves a valid beginning of a life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synth.drawing import LOCAL, Reports
from geodata.synth.model import Bools, Deadlines, Floats, Ints, Spans, Times

ACTIONS = (
    "report",
    "accept",
    "verify",
    "reject",
    "mark_duplicate",
    "file",
    "dispatch",
    "handle",
    "extend",
    "suspend",
    "resume",
    "return_result",
    "check",
    "rework",
    "handle",
    "return_result",
    "check",
    "close",
    "reopen",
    "dispatch",
    "handle",
    "return_result",
    "check",
    "close",
)
(
    REPORT,
    ACCEPT,
    VERIFY,
    REJECT,
    DUPLICATE,
    FILE,
    DISPATCH,
    HANDLE,
    EXTEND,
    SUSPEND,
    RESUME,
    RETURN,
    CHECK,
    REWORK,
    HANDLE_2,
    RETURN_2,
    CHECK_2,
    CLOSE,
    REOPEN,
    DISPATCH_3,
    HANDLE_3,
    RETURN_3,
    CHECK_3,
    CLOSE_3,
) = range(len(ACTIONS))
STATE_AFTER = {
    "report": "reported",
    "accept": "accepted",
    "verify": "verified",
    "reject": "rejected",
    "mark_duplicate": "closed",
    "file": "filed",
    "dispatch": "dispatched",
    "handle": "handling",
    "suspend": "suspended",
    "resume": "handling",
    "return_result": "returned",
    "check": "checked",
    "rework": "dispatched",
    "close": "closed",
    "reopen": "filed",
}
NEVER = np.datetime64("NaT", "s")


@dataclass
class Lives:
    """Moments (n, steps) in UTC and what is known of each case when it is over."""

    moments: Times
    deadline: Times
    source: np.ndarray
    track: np.ndarray
    duplicate_of: Ints
    not_fixed: Bools

    def last_step(self, until: np.datetime64) -> Ints:
        """Return the column of the last step at or before ``until``."""
        done = self.moments <= until
        done[:, EXTEND] = False
        return np.asarray(len(ACTIONS) - 1 - np.argmax(done[:, ::-1], axis=1))


def live(
    reports: Reports,
    emergency: Bools,
    public: Floats,
    deadlines: Deadlines,
    rng: np.random.Generator,
) -> Lives:
    """Draw the whole life of every report, as if time had no end.

    Parameters
    ----------
    emergency, public : arrays, shape (n,)
        Whether the limit runs round the clock; the share of such cases that residents report.
    deadlines : callable
        From filing times (UTC) and condition indices to deadlines (UTC).
    """
    n = len(reports.at)
    moments = np.full((n, len(ACTIONS)), NEVER, dtype="datetime64[s]")
    source = _sources(public, rng)
    track = _tracks(reports.condition, source, emergency, rng)
    moments[:, REPORT] = reports.at
    _intake(moments, source, track, emergency, rng)
    filed = ~np.isnat(moments[:, FILE])
    deadline = np.full(n, NEVER, dtype="datetime64[s]")
    deadline[filed] = deadlines(moments[filed, FILE], reports.condition[filed])
    lives = Lives(moments, deadline, source, track, np.full(n, -1), rng.random(n) < 0.024)
    _handle(lives, np.flatnonzero(filed), emergency, rng)
    _on_the_spot(lives, np.flatnonzero(track == "on_the_spot"), rng)
    _duplicates(reports, lives, rng)
    _follow_chains(lives)
    return lives


def _seconds(values: Floats) -> Spans:
    return np.asarray(np.maximum(values, 1.0).astype("timedelta64[s]"))


def _lognormal(
    rng: np.random.Generator, median_s: float, sigma: float, most_s: float, n: int
) -> Spans:
    return _seconds(np.minimum(median_s * np.exp(rng.normal(0, sigma, n)), most_s))


def _sources(public: Floats, rng: np.random.Generator) -> np.ndarray:
    draw = rng.random(len(public))
    rest = (draw - public) / np.maximum(1 - public, 1e-9)
    staff = np.where(rest < 0.8, "patrol", np.where(rest < 0.93, "inspection", "desk"))
    return np.where(draw < public, "public", staff).astype(object)


def _tracks(
    condition: Ints, source: np.ndarray, emergency: Bools, rng: np.random.Generator
) -> np.ndarray:
    draw = rng.random(len(condition))
    # Some conditions are small enough to be put right by the worker who finds them, others hardly
    # ever.
    easy = rng.beta(1.6, 1.8, int(condition.max(initial=0)) + 1)[condition] * 0.9
    spot = (source == "patrol") & ~emergency & (draw < easy)
    return np.where(spot, "on_the_spot", np.where(draw > 0.968, "whistle", "circulated")).astype(
        object
    )


def _intake(
    moments: Times,
    source: np.ndarray,
    track: np.ndarray,
    emergency: Bools,
    rng: np.random.Generator,
) -> None:
    """From the report to filing or rejection."""
    rows = np.flatnonzero(track != "on_the_spot")
    m = moments[rows]
    k = len(rows)
    m[:, ACCEPT] = m[:, REPORT] + _lognormal(rng, 300, 0.8, 3600, k)
    check = (source[rows] == "public") | ((source[rows] == "desk") & (rng.random(k) < 0.5))
    m[check, VERIFY] = (m[:, ACCEPT] + _lognormal(rng, 1300, 0.5, 7200, k))[check]
    at = np.where(check, m[:, VERIFY], m[:, ACCEPT])
    refused = rng.random(k) < np.where(source[rows] == "public", 0.062, 0.012)
    refused &= ~emergency[rows]
    m[refused, REJECT] = (at + _lognormal(rng, 700, 0.6, 7200, k))[refused]
    m[~refused, FILE] = (at + _lognormal(rng, 380, 0.6, 3600, k))[~refused]
    moments[rows] = m


def _duplicates(reports: Reports, lives: Lives, rng: np.random.Generator) -> None:
    """Mark repeats of a report that is still being worked on, instead of filing them."""
    m = lives.moments
    rows = np.flatnonzero((reports.parent >= 0) & ~np.isnat(m[:, FILE]))
    parent = reports.parent[rows]
    soon = reports.at[rows] - reports.at[parent] < np.timedelta64(7, "h")
    soon &= (m[parent, FILE] < m[rows, FILE]) & (m[parent, CLOSE] > m[rows, FILE])
    soon &= rng.random(len(rows)) < 0.95
    rows, parent = rows[soon], parent[soon]
    lives.duplicate_of[rows] = parent
    m[rows, DUPLICATE] = m[rows, FILE]
    m[rows, FILE:] = NEVER
    lives.deadline[rows] = NEVER


def _follow_chains(lives: Lives) -> None:
    """Let every duplicate point at the first report of its chain."""
    for _ in range(6):
        rows = np.flatnonzero(lives.duplicate_of >= 0)
        further = lives.duplicate_of[lives.duplicate_of[rows]]
        lives.duplicate_of[rows] = np.where(further >= 0, further, lives.duplicate_of[rows])


def _daytime(moment: Times, rng: np.random.Generator) -> Times:
    """Move what falls into the night to the next morning between eight and half past ten."""
    local = moment + LOCAL
    day = local.astype("datetime64[D]")
    hour = (local - day).astype("timedelta64[s]").astype(np.int64) / 3600
    morning = day + (8 * 3600 + rng.integers(0, 9000, len(moment))).astype("timedelta64[s]")
    early, late = hour < 7.5, hour >= 20.5
    shifted = np.where(early, morning, np.where(late, morning + np.timedelta64(1, "D"), local))
    return np.asarray((shifted - LOCAL).astype("datetime64[s]"))


def _handle(lives: Lives, rows: Ints, emergency: Bools, rng: np.random.Generator) -> None:
    """From filing to closing, timed against the limit."""
    m, k = lives.moments[rows], len(rows)
    urgent = emergency[rows]
    filed, deadline = m[:, FILE], lives.deadline[rows]
    limit_s = np.maximum((deadline - filed).astype(np.int64), 600).astype(float)
    m[:, DISPATCH] = filed + _lognormal(rng, 330, 0.7, 3000, k)
    m[:, HANDLE] = m[:, DISPATCH] + _seconds(np.minimum(limit_s * rng.beta(1.3, 6, k), 3 * 86_400))
    late = rng.random(k) < 0.085
    share = np.where(late, 1.03 + rng.exponential(0.55, k), 0.12 + 0.8 * rng.beta(2.0, 1.7, k))
    done = filed + _seconds(limit_s * share)
    spare = _seconds(np.minimum(rng.uniform(900, 5400, k), 0.25 * limit_s))
    in_time = np.minimum(_daytime(done, rng), deadline - spare)
    done = np.where(urgent, done, np.where(late, _daytime(done, rng), np.maximum(in_time, filed)))
    m[:, RETURN] = np.maximum(done, m[:, HANDLE] + _lognormal(rng, 900, 0.5, 7200, k))
    _interruptions(m, limit_s, urgent, rng)
    _closing(m, lives.source[rows], urgent, rng)
    _in_time(m, deadline, ~late, rng)
    lives.moments[rows] = m


def _interruptions(m: Times, limit_s: Floats, urgent: Bools, rng: np.random.Generator) -> None:
    """A few cases are suspended for weeks or months, a few get more time."""
    k = len(m)
    long = limit_s > 1.5 * 86_400
    wait = long & ~urgent & (rng.random(k) < 0.02)
    pause = rng.gamma(2.0, 26.0, k) * 86_400
    m[wait, SUSPEND] = (m[:, HANDLE] + _lognormal(rng, 5 * 3600, 0.6, 86_400, k))[wait]
    m[wait, RESUME] = _daytime((m[:, SUSPEND] + _seconds(pause))[wait], rng)
    m[wait, RETURN] = (m[:, RESUME] + _seconds(0.6 * limit_s))[wait]
    more = long & ~wait & (rng.random(k) < 0.05)
    asked = m[:, HANDLE] + _seconds(0.25 * np.minimum(limit_s, 8 * 86_400))
    more &= asked < m[:, RETURN]
    m[more, EXTEND] = asked[more]


def _closing(m: Times, source: np.ndarray, urgent: Bools, rng: np.random.Generator) -> None:
    """Check, rework now and then, close; some residents come back."""
    k = len(m)

    def after(column: Times, median_s: float, sigma: float = 0.7) -> Times:
        moment = column + _lognormal(rng, median_s, sigma, 3 * 86_400, k)
        return np.asarray(np.where(urgent, moment, _daytime(moment, rng)))

    m[:, CHECK] = after(m[:, RETURN], 2700)
    again = rng.random(k) < 0.05
    m[again, REWORK] = after(m[:, CHECK], 900)[again]
    m[again, HANDLE_2] = after(m[:, REWORK], 2400)[again]
    m[again, RETURN_2] = after(m[:, HANDLE_2], 5 * 3600)[again]
    m[again, CHECK_2] = after(m[:, RETURN_2], 2700)[again]
    m[:, CLOSE] = after(np.where(again, m[:, CHECK_2], m[:, CHECK]), 1800)
    back = (source == "public") & (rng.random(k) < 0.03)
    m[back, REOPEN] = after(m[:, CLOSE], 30 * 3600)[back]
    m[back, DISPATCH_3] = after(m[:, REOPEN], 700)[back]
    m[back, HANDLE_3] = after(m[:, DISPATCH_3], 4000)[back]
    m[back, RETURN_3] = after(m[:, HANDLE_3], 8 * 3600)[back]
    m[back, CHECK_3] = after(m[:, RETURN_3], 2700)[back]
    m[back, CLOSE_3] = after(m[:, CHECK_3], 1800)[back]


def _in_time(m: Times, deadline: Times, wanted: Bools, rng: np.random.Generator) -> None:
    """Fit the last steps of most punctual cases in before the deadline, in their order."""
    start = np.where(np.isnat(m[:, SUSPEND]) & np.isnat(m[:, REWORK]), m[:, RETURN], NEVER)
    room = (deadline - start).astype("timedelta64[s]")
    rows = np.flatnonzero(wanted & (room > np.timedelta64(3, "s")) & (m[:, CLOSE] > deadline))
    left = room[rows].astype(np.int64)
    first = (left * rng.uniform(0.2, 0.5, len(rows))).astype("timedelta64[s]")
    second = (left * rng.uniform(0.55, 0.95, len(rows))).astype("timedelta64[s]")
    m[rows, CHECK] = start[rows] + first
    m[rows, CLOSE] = start[rows] + second


def _on_the_spot(lives: Lives, rows: Ints, rng: np.random.Generator) -> None:
    """Put right by the worker who found it: a picture before, one after, checked at the desk."""
    m, k = lives.moments[rows], len(rows)
    m[:, RETURN] = m[:, REPORT] + _lognormal(rng, 420, 0.6, 2400, k)
    m[:, CHECK] = m[:, RETURN] + _lognormal(rng, 1500, 0.7, 10_800, k)
    m[:, CLOSE] = m[:, CHECK] + _lognormal(rng, 240, 0.5, 1800, k)
    lives.moments[rows] = m
