"""A stand-in for the working calendar, for checks and tests of the demonstration city alone.

The product's own calendar knows holidays and swapped days; this one knows Monday to Friday, 08-12
and 14-18.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

from geodata.synth.drawing import LOCAL
from geodata.synth.model import ConditionSpec, Deadlines, Ints, Times

CATALOGUE = Path(__file__).resolve().parents[2] / "fixtures" / "catalogue"
_HOUR = 3600
_DAY_S = 8 * _HOUR


def starter_conditions() -> tuple[list[ConditionSpec], Ints, np.ndarray]:
    """Read the starter catalogue.

    Returns
    -------
    specs : list of ConditionSpec
    limit_s : array of int
        Limit of each condition in seconds of its own clock.
    round_the_clock : array of bool
    """
    seconds = {"emergency_hours": _HOUR, "working_hours": _HOUR, "working_days": _DAY_S}
    specs, limits, emergency = [], [], []
    for name in ("starter-components.toml", "starter-incidents.toml"):
        for category in tomllib.loads((CATALOGUE / name).read_text("utf-8"))["categories"]:
            for condition in category["conditions"]:
                value, unit = condition["limit"].split()
                urgent = unit == "emergency_hours"
                specs.append(
                    ConditionSpec(category["kind"], category["code"], condition["code"], urgent)
                )
                limits.append(int(float(value) * seconds[unit]))
                emergency.append(urgent)
    return specs, np.array(limits), np.array(emergency)


def _sessions() -> tuple[Times, Ints]:
    """Return the start of every working session (UTC) and the seconds worked before it."""
    days = np.arange(np.datetime64("2015-01-01"), np.datetime64("2046-01-01"))
    worked = days[(days.astype(int) + 3) % 7 < 5]
    opens = np.array([8, 14]) * _HOUR
    starts = (
        worked[:, None].astype("datetime64[s]") + opens.astype("timedelta64[s]")
    ).ravel() - LOCAL
    return starts, np.arange(len(starts)) * 4 * _HOUR


def office_deadlines(limit_s: Ints, round_the_clock: np.ndarray) -> Deadlines:
    """Make the ``deadlines`` callable of :func:`geodata.synth.build_events` from plain limits."""
    starts, before = _sessions()

    def deadlines(filed_at: Times, condition: Ints) -> Times:
        filed_at = filed_at.astype("datetime64[s]")
        limit = limit_s[condition]
        session = np.searchsorted(starts, filed_at, side="right") - 1
        into = np.minimum((filed_at - starts[session]).astype(np.int64), 4 * _HOUR)
        due = before[session] + into + limit
        last = (due - 1) // (4 * _HOUR)
        worked = starts[last] + (due - before[last]).astype("timedelta64[s]")
        plain = filed_at + limit.astype("timedelta64[s]")
        return np.asarray(np.where(round_the_clock[condition], plain, worked))

    return deadlines
