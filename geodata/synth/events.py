"""The cases of the demonstration city: eighteen months of reports and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from geodata.synth.drawing import Reports, draw_reports
from geodata.synth.ending import settle, states
from geodata.synth.lifecycle import (
    ACTIONS,
    DISPATCH,
    REOPEN,
    REWORK,
    Lives,
    live,
)
from geodata.synth.model import (
    SEED,
    Bools,
    City,
    CityEvents,
    ConditionSpec,
    Deadlines,
    Progress,
)
from geodata.synth.notes import replies, report_notes, step_notes
from geodata.synth.profiles import profile_of
from geodata.synth.warp import to_lonlat


def build_events(
    city: City,
    conditions: Sequence[ConditionSpec],
    until: datetime,
    deadlines: Deadlines,
    *,
    seed: int = SEED,
    progress: Progress | None = None,
) -> CityEvents:
    """Make the cases of the eighteen months before a moment.

    Parameters
    ----------
    city : City
        Where they happen; its ``times`` says how many there are.
    conditions : sequence of ConditionSpec
        The catalogue. Unknown codes get the habits of their kind and major group.
    until : datetime
        Aware; the last cases are still open then.
    deadlines : callable
        ``deadlines(filed_at, condition_index)``: UTC datetime64[s] and int arrays to datetime64[s].
    seed : int
        The same city, catalogue, moment and seed always give the same cases.
    progress : callable, optional
        Called with a word and the share done.

    Raises
    ------
    ValueError
        If ``until`` is naive or there are no conditions.
    """
    if until.tzinfo is None:
        raise ValueError("until must be aware: give it a time zone")
    if not conditions:
        raise ValueError("give at least one condition")
    tell = progress or (lambda word, share: None)
    specs = list(conditions)
    end = np.datetime64(until.astimezone(UTC).replace(tzinfo=None), "s")
    rng = np.random.default_rng([seed, 81, city.times])
    tell("reports", 0.0)
    reports, rain = draw_reports(city, specs, end, _limits_s(specs, end, deadlines), rng)
    tell("lives", 0.4)
    emergency = np.array([s.emergency for s in specs])[reports.condition]
    public = np.array([profile_of(s).public for s in specs])[reports.condition]
    lives = live(reports, emergency, public, deadlines, rng)
    settle(lives, end, city.times, rng)
    tell("words", 0.6)
    events = _event_rows(city, specs, reports, lives, end, rng)
    steps = _step_rows(lives, end, rng)
    tell("done", 1.0)
    return CityEvents(events=events, steps=steps, rain=rain)


def _limits_s(specs: list[ConditionSpec], until: np.datetime64, deadlines: Deadlines) -> np.ndarray:
    """Return about how long each limit lasts: a mean over two weeks of filing at ten."""
    days = (until.astype("datetime64[D]") - np.arange(30, 44)).astype("datetime64[s]")
    filed = np.repeat(days + np.timedelta64(2, "h"), len(specs))
    index = np.tile(np.arange(len(specs)), len(days))
    lasting = (deadlines(filed, index).astype("datetime64[s]") - filed).astype(np.int64)
    return np.asarray(lasting.reshape(len(days), len(specs)).mean(axis=0).astype(np.int64))


def _uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Draw version-4 UUIDs from the seed."""
    raw = rng.integers(0, 256, (count, 16), dtype=np.uint8)
    raw[:, 6] = (raw[:, 6] & 0x0F) | 0x40
    raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
    text = raw.tobytes().hex()
    cut = (text[i : i + 32] for i in range(0, len(text), 32))
    return [f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in cut]


def _event_rows(
    city: City,
    specs: list[ConditionSpec],
    reports: Reports,
    lives: Lives,
    until: np.datetime64,
    rng: np.random.Generator,
) -> pd.DataFrame:
    n = len(reports.at)
    done = lives.moments <= until
    state = states(lives, until)
    closed, rejected = state == "closed", state == "rejected"
    duplicate = closed & (lives.duplicate_of >= 0)
    outcome = np.full(n, "", dtype=object)
    outcome[closed] = np.where(lives.not_fixed[closed], "not_fixed", "fixed")
    outcome[closed & (lives.track == "on_the_spot")] = "fixed"
    outcome[duplicate], outcome[rejected] = "duplicate", "rejected"
    lonlat = to_lonlat(reports.xy)
    keys = np.array([profile_of(s).department for s in specs], dtype=object)[reports.condition]
    return pd.DataFrame(
        {
            "event_uuid": _uuids(rng, n),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "condition_index": reports.condition,
            "source": lives.source,
            "reported_at": reports.at,
            "note": report_notes(city, specs, reports.condition, reports.xy, rng),
            "component_index": reports.component,
            "location_kind": reports.place,
            "gps_accuracy_m": _accuracy(lives.source, rng),
            "track": lives.track,
            "state": state,
            "outcome": outcome,
            "department_key": np.where(done[:, DISPATCH], keys, ""),
            "rework_count": done[:, REWORK].astype(np.int64),
            "reopened": done[:, REOPEN],
            "reply": replies(closed | rejected, outcome, lives.track, rng),
            "satisfied": _satisfied(lives.source, closed, outcome, rng),
            "duplicate_of": np.where(duplicate, lives.duplicate_of, -1),
            "deadline_at": lives.deadline,
        }
    )


def _accuracy(source: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw accuracies in metres: a worker's phone, a resident's indoors, a desk's guess."""
    median = np.where(source == "public", 14.0, np.where(source == "desk", 30.0, 6.0))
    return np.asarray(np.round(median * np.exp(rng.normal(0, 0.45, len(source))), 1))


def _satisfied(
    source: np.ndarray, closed: Bools, outcome: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Ask the residents: 1 satisfied, 0 not, -1 nobody asked or answered."""
    draw = rng.random(len(source))
    asked = closed & (source == "public") & (outcome != "duplicate") & (draw < 0.88)
    content = np.where(outcome == "not_fixed", draw < 0.3, draw < 0.80)
    return np.where(asked, content.astype(np.int64), -1)


def _step_rows(lives: Lives, until: np.datetime64, rng: np.random.Generator) -> pd.DataFrame:
    done = lives.moments <= until
    event, column = np.nonzero(done)
    actions = np.array(ACTIONS, dtype=object)[column]
    first = np.concatenate([[0], np.flatnonzero(np.diff(event)) + 1]) if len(event) else event
    start = np.repeat(first, np.diff(np.concatenate([first, [len(event)]])))
    return pd.DataFrame(
        {
            "event_index": event,
            "sequence": np.arange(len(event)) - start + 1,
            "action": actions,
            "at": lives.moments[event, column],
            "note": step_notes(actions, rng),
        }
    )
