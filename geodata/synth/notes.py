"""Words of the demonstration cases: where it is, what is wrong, what was done. All invented."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from geodata.synth.model import City, ConditionSpec, Floats, Ints
from geodata.synth.names import FOLDER
from geodata.synth.warp import to_metric


@cache
def phrases() -> dict[str, Any]:
    """Return the phrases of ``fixtures/synth/notes.json``."""
    loaded: dict[str, Any] = json.loads((FOLDER / "notes.json").read_text("utf-8"))
    return loaded


def pick(rng: np.random.Generator, choices: list[str], count: int) -> np.ndarray:
    """Draw texts (count,) as an object array."""
    return np.array(choices, dtype=object)[rng.integers(len(choices), size=count)]


def where_words(city: City, xy: Floats) -> np.ndarray:
    """Say where metric points (n, 2) lie: the nearest named place and on which side of it."""
    named = city.places[(city.places["name"] != "") & (city.places["kind"] != "office")]
    points = to_metric(named[["lon", "lat"]].to_numpy())
    distance, nearest = cKDTree(points).query(xy)
    gap = xy - points[nearest]
    side = np.round(np.arctan2(gap[:, 1], gap[:, 0]) / (np.pi / 2)).astype(int) % 4
    side = np.where(distance < 15.0, 4, side)
    names = named["name"].to_numpy().astype(object)
    words = np.array(phrases()["side"], dtype=object)
    return np.asarray(names[nearest] + words[side])


def report_notes(
    city: City, specs: list[ConditionSpec], condition: Ints, xy: Floats, rng: np.random.Generator
) -> np.ndarray:
    """Write what each reporter wrote; some write nothing about the place, a few nothing at all."""
    said = phrases()
    what = np.empty(len(condition), dtype=object)
    order = np.argsort(condition, kind="stable")
    bounds = np.searchsorted(condition[order], np.arange(len(specs) + 1))
    for i, spec in enumerate(specs):
        rows = order[bounds[i] : bounds[i + 1]]
        choices = said[spec.kind].get(spec.category_code) or said["fallback"][spec.kind]
        what[rows] = pick(rng, choices, len(rows))
    place = where_words(city, xy) + "，"
    place[rng.random(len(place)) < 0.12] = ""
    note = place + what + pick(rng, said["tail"], len(place))
    note[rng.random(len(note)) < 0.015] = ""
    return np.asarray(note)


# Column of the moments table -> key of the phrases, for steps that carry words.
STEP_WORDS = {
    "reject": "reject",
    "mark_duplicate": "duplicate",
    "handle": "handle",
    "extend": "extend",
    "suspend": "suspend",
    "return_result": "return",
    "rework": "rework",
    "reopen": "reopen",
}


def step_notes(actions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write the words of steps; most steps have none."""
    notes = np.full(len(actions), "", dtype=object)
    for action, key in STEP_WORDS.items():
        rows = np.flatnonzero(actions == action)
        if action == "handle":
            rows = rows[rng.random(len(rows)) < 0.3]
        notes[rows] = pick(rng, phrases()[key], len(rows))
    return notes


def replies(
    ended: np.ndarray, outcome: np.ndarray, track: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Write the reply to the reporter of each ended case; about one in sixty has none on record."""
    said = phrases()
    reply = np.full(len(outcome), "", dtype=object)
    answered = ended & (rng.random(len(outcome)) > 0.016)
    for value in ("fixed", "not_fixed", "rejected", "duplicate"):
        rows = np.flatnonzero(answered & (outcome == value))
        reply[rows] = pick(rng, said[f"reply_{value}"], len(rows))
    rows = np.flatnonzero(answered & (outcome == "fixed") & (track == "on_the_spot"))
    reply[rows] = pick(rng, said["reply_worker"], len(rows))
    return reply
