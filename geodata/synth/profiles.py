"""When, where and how often each category happens: the habits of the invented city.

Shares follow the known order of magnitude of a Chinese city's cases: about two fifths street
order, three tenths sanitation, the rest spread thin. The shapes (refuse in summer, leaks of heat
in winter) are our reading.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np

from geodata.synth.model import ConditionSpec, Floats
from geodata.synth.names import FOLDER

# fmt: off
SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (
        0.9, 0.85, 1, 1, 1.05, 1.05, 1.05, 1.05, 1, 1, 1, 0.95,
    ),
    "summer": (
        0.5, 0.5, 0.7, 0.9, 1.2, 1.5, 1.75, 1.7, 1.3, 0.95, 0.7, 0.5,
    ),
    "warm": (
        0.4, 0.45, 0.8, 1.15, 1.35, 1.4, 1.3, 1.35, 1.35, 1.2, 0.7, 0.45,
    ),
    "winter": (
        1.9, 1.6, 1.0, 0.5, 0.4, 0.35, 0.3, 0.3, 0.5, 0.9, 1.7, 2.0,
    ),
    "heating": (
        2.4, 2.1, 1.0, 0.05, 0.02, 0.02, 0.02, 0.02, 0.05, 0.3, 2.2, 2.5,
    ),
    "autumn": (
        0.6, 0.5, 0.7, 0.8, 0.8, 0.8, 0.8, 0.9, 1.2, 1.9, 2.2, 1.2,
    ),
    "spring": (
        0.5, 0.7, 1.5, 1.8, 1.4, 1.0, 0.8, 0.8, 0.9, 1.1, 0.9, 0.5,
    ),
    "rain": (
        0.4, 0.5, 0.6, 0.8, 0.9, 1.2, 1.8, 1.7, 1.3, 0.9, 0.6, 0.4,
    ),
    "frost": (
        2.6, 1.6, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 2.2,
    ),
    "term": (
        0.7, 0.5, 1.2, 1.2, 1.2, 1.1, 0.4, 0.4, 1.3, 1.2, 1.2, 1.1,
    ),
}
HOURS: dict[str, tuple[float, ...]] = {
    "day": (
        0.05, 0.03, 0.02, 0.02, 0.05, 0.2, 0.9, 2.6, 6, 8, 7.5, 6, 3.2, 3, 6, 7, 6.5, 5,
        3.2, 2.4, 1.6, 0.9, 0.4, 0.15,
    ),
    "office": (
        0.02, 0.02, 0.02, 0.02, 0.02, 0.05, 0.3, 1.5, 7, 9.5, 9, 7, 1.6, 1.8, 7, 8.5, 8,
        6, 1.6, 1.2, 0.6, 0.3, 0.1, 0.05,
    ),
    "rush": (
        0.05, 0.03, 0.02, 0.02, 0.05, 0.3, 2.2, 7.5, 7, 4, 3.5, 4.5, 4.5, 3.2, 3, 4,
        6.5, 8, 6.5, 4.2, 2.4, 1.2, 0.5, 0.2,
    ),
    "evening": (
        0.5, 0.2, 0.1, 0.05, 0.05, 0.3, 1.6, 2.8, 2.6, 2, 2, 2.8, 3, 1.8, 1.8, 2.2, 3,
        5, 7.5, 9, 8.5, 6, 3, 1.2,
    ),
    "dark": (
        0.6, 0.3, 0.2, 0.2, 0.3, 1.2, 0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4, 0.5, 0.6,
        0.8, 1.8, 5.5, 8.5, 8, 5, 2.2, 1,
    ),
    "home": (
        0.5, 0.3, 0.2, 0.15, 0.2, 0.5, 1.5, 3.4, 4.2, 4, 3.6, 3.6, 3.4, 2.4, 2.6, 3,
        3.2, 4, 5.2, 6.2, 5.6, 4, 2, 1,
    ),
    "any": (
        1.2, 1, 0.9, 0.9, 1, 1.6, 2.8, 4.2, 4.8, 4.8, 4.6, 4.6, 4.4, 4, 4.2, 4.6, 4.8,
        5.2, 5.2, 4.8, 4.2, 3.2, 2.2, 1.6,
    ),
}
WEEKS: dict[str, tuple[float, ...]] = {
    "flat": (
        1.04, 1.02, 1, 1, 1.02, 0.97, 0.93,
    ),
    "workday": (
        1.2, 1.15, 1.1, 1.1, 1.15, 0.65, 0.5,
    ),
    "weekend": (
        0.88, 0.86, 0.88, 0.9, 1.08, 1.32, 1.26,
    ),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Profile:
    """Habits of one category.

    Attributes
    ----------
    share : float
        Relative frequency before seasons and weather.
    season, hours, week : str
        Keys of the tables above.
    rain : float
        How much a day of 20 mm adds, as a multiple of a dry day; negative keeps people off the
        street.
    place : str
        Pool of places that it happens at.
    department : str
        Who handles it.
    public : float
        Share that residents report.
    """

    share: float
    season: str = "flat"
    hours: str = "day"
    week: str = "flat"
    rain: float = 0.0
    place: str = "street"
    department: str = "roads"
    public: float = 0.24

    def day_weight(self, month: np.ndarray, weekday: np.ndarray, rain_mm: Floats) -> Floats:
        """Return the relative frequency on each day."""
        weight = np.array(SEASONS[self.season])[month] * np.array(WEEKS[self.week])[weekday]
        wet = np.minimum(rain_mm, 60.0) / 20.0
        # What the rain brought is still being reported on the day after.
        lasting = wet + (0.3 * np.concatenate([[0.0], wet[:-1]]) if self.rain > 0 else 0.0)
        return np.asarray(weight * np.maximum(0.15, 1 + self.rain * lasting))


ANYTHING = Profile(0.2)
# An emergency is the rare form of its category, where the category has a quieter form too.
EMERGENCY_SHARE = 0.16


@cache
def profiles() -> dict[tuple[str, str], Profile]:
    """Return the table of ``fixtures/synth/profiles.csv`` by (kind, four-digit code or major)."""
    table: dict[tuple[str, str], Profile] = {}
    with (FOLDER / "profiles.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            table[row["kind"], row["code"]] = Profile(
                share=float(row["share"]),
                season=row["season"],
                hours=row["hours"],
                week=row["week"],
                rain=float(row["rain"]),
                place=row["place"],
                department=row["department"],
                public=float(row["public"]),
            )
    return table


def profile_of(spec: ConditionSpec) -> Profile:
    """Return the habits of a condition's category."""
    table = profiles()
    known = table.get((spec.kind, spec.category_code))
    return known or table.get((spec.kind, spec.category_code[:2]), ANYTHING)


def condition_shares(specs: list[ConditionSpec]) -> Floats:
    """Divide each category's share among its conditions; early and quiet ones are commoner."""
    weight = np.zeros(len(specs))
    members: dict[tuple[str, str], list[int]] = {}
    for i, spec in enumerate(specs):
        members.setdefault((spec.kind, spec.category_code), []).append(i)
    for rows in members.values():
        quiet_exists = any(not specs[i].emergency for i in rows)
        raw = np.array(
            [
                (EMERGENCY_SHARE if specs[i].emergency and quiet_exists else 1.0) * 0.75**place
                for place, i in enumerate(rows)
            ]
        )
        share = profile_of(specs[rows[0]]).share
        if not quiet_exists:
            share *= 0.5
        weight[rows] = share * raw / raw.sum()
    return np.asarray(weight / weight.sum())
