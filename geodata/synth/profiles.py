"""When, where and how often each category happens: the habits of the invented city.

Shares follow the known order of magnitude of a Chinese city's cases: about two fifths street order, three
tenths sanitation, the rest spread thin. The shapes (refuse in summer, leaks of heat in winter) are our reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synth.model import ConditionSpec, Floats

SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (0.9, 0.85, 1, 1, 1.05, 1.05, 1.05, 1.05, 1, 1, 1, 0.95),
    "summer": (0.5, 0.5, 0.7, 0.9, 1.2, 1.5, 1.75, 1.7, 1.3, 0.95, 0.7, 0.5),
    "warm": (0.4, 0.45, 0.8, 1.15, 1.35, 1.4, 1.3, 1.35, 1.35, 1.2, 0.7, 0.45),
    "winter": (1.9, 1.6, 1.0, 0.5, 0.4, 0.35, 0.3, 0.3, 0.5, 0.9, 1.7, 2.0),
    "heating": (2.4, 2.1, 1.0, 0.05, 0.02, 0.02, 0.02, 0.02, 0.05, 0.3, 2.2, 2.5),
    "autumn": (0.6, 0.5, 0.7, 0.8, 0.8, 0.8, 0.8, 0.9, 1.2, 1.9, 2.2, 1.2),
    "spring": (0.5, 0.7, 1.5, 1.8, 1.4, 1.0, 0.8, 0.8, 0.9, 1.1, 0.9, 0.5),
    "rain": (0.4, 0.5, 0.6, 0.8, 0.9, 1.2, 1.8, 1.7, 1.3, 0.9, 0.6, 0.4),
    "frost": (2.6, 1.6, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 2.2),
    "term": (0.7, 0.5, 1.2, 1.2, 1.2, 1.1, 0.4, 0.4, 1.3, 1.2, 1.2, 1.1),
}
HOURS: dict[str, tuple[float, ...]] = {
    "day": (0.05, 0.03, 0.02, 0.02, 0.05, 0.2, 0.9, 2.6, 6, 8, 7.5, 6, 3.2, 3, 6, 7, 6.5, 5, 3.2, 2.4, 1.6,
            0.9, 0.4, 0.15),
    "office": (0.02, 0.02, 0.02, 0.02, 0.02, 0.05, 0.3, 1.5, 7, 9.5, 9, 7, 1.6, 1.8, 7, 8.5, 8, 6, 1.6, 1.2,
               0.6, 0.3, 0.1, 0.05),
    "rush": (0.05, 0.03, 0.02, 0.02, 0.05, 0.3, 2.2, 7.5, 7, 4, 3.5, 4.5, 4.5, 3.2, 3, 4, 6.5, 8, 6.5, 4.2,
             2.4, 1.2, 0.5, 0.2),
    "evening": (0.5, 0.2, 0.1, 0.05, 0.05, 0.3, 1.6, 2.8, 2.6, 2, 2, 2.8, 3, 1.8, 1.8, 2.2, 3, 5, 7.5, 9,
                8.5, 6, 3, 1.2),
    "dark": (0.6, 0.3, 0.2, 0.2, 0.3, 1.2, 0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4, 0.5, 0.6, 0.8, 1.8, 5.5,
             8.5, 8, 5, 2.2, 1),
    "home": (0.5, 0.3, 0.2, 0.15, 0.2, 0.5, 1.5, 3.4, 4.2, 4, 3.6, 3.6, 3.4, 2.4, 2.6, 3, 3.2, 4, 5.2, 6.2,
             5.6, 4, 2, 1),
    "any": (1.2, 1, 0.9, 0.9, 1, 1.6, 2.8, 4.2, 4.8, 4.8, 4.6, 4.6, 4.4, 4, 4.2, 4.6, 4.8, 5.2, 5.2, 4.8,
            4.2, 3.2, 2.2, 1.6),
}
WEEKS: dict[str, tuple[float, ...]] = {
    "flat": (1.04, 1.02, 1, 1, 1.02, 0.97, 0.93),
    "workday": (1.2, 1.15, 1.1, 1.1, 1.15, 0.65, 0.5),
    "weekend": (0.88, 0.86, 0.88, 0.9, 1.08, 1.32, 1.26),
}


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
        How much a day of 20 mm adds, as a multiple of a dry day; negative keeps people off the street.
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


P = Profile
PROFILES: dict[tuple[str, str], Profile] = {
    ("component", "0101"): P(0.7, rain=0.2, department="utilities", hours="day", place="component"),
    ("component", "0102"): P(1.5, "rain", rain=0.9, department="drainage", place="component"),
    ("component", "0103"): P(1.1, "rain", rain=1.0, department="drainage", place="component"),
    ("component", "0104"): P(2.0, "rain", rain=1.8, department="drainage", place="component"),
    ("component", "0106"): P(0.2, department="lighting", place="component"),
    ("component", "0110"): P(0.7, "heating", department="utilities", place="component", public=0.4),
    ("component", "0111"): P(0.3, department="utilities", place="component", public=0.4),
    ("component", "0114"): P(0.12, department="greenery", place="component"),
    ("component", "0118"): P(0.7, "summer", rain=0.5, department="community", place="component", public=0.5),
    ("component", "0123"): P(0.25, department="roads", place="component"),
    ("component", "0126"): P(0.4, "rain", rain=0.6, department="drainage", place="component"),
    ("component", "0130"): P(0.35, department="emergency", place="component"),
    ("component", "0137"): P(2.3, "winter", "dark", department="lighting", place="component", public=0.4),
    ("component", "0201"): P(1.5, "rain", rain=0.5, department="roads"),
    ("component", "0202"): P(2.0, rain=0.4, department="roads", public=0.35),
    ("component", "0205"): P(0.5, hours="rush", department="traffic", place="component"),
    ("component", "0206"): P(0.4, department="traffic", place="component"),
    ("component", "0207"): P(0.35, hours="rush", rain=0.4, department="traffic", place="component"),
    ("component", "0209"): P(0.3, department="traffic", place="front"),
    ("component", "0301"): P(1.5, "warm", department="sanitation", place="component"),
    ("component", "0302"): P(1.6, "summer", department="sanitation", place="component", public=0.35),
    ("component", "0303"): P(0.45, "summer", department="sanitation", place="component", public=0.5),
    ("component", "0401"): P(1.1, "autumn", rain=0.5, department="greenery", place="component"),
    ("component", "0405"): P(0.25, department="greenery", place="component"),
    ("component", "0406"): P(0.5, "spring", department="greenery", place="park"),
    ("component", "0504"): P(0.5, "flat", "evening", department="emergency", place="compound", public=0.4),
    ("incident", "0101"): P(0.9, "spring", "office", "workday", department="enforcement", place="village"),
    ("incident", "0103"): P(7.5, "autumn", "day", rain=-0.12, department="sanitation"),
    ("incident", "0104"): P(2.0, "spring", "day", department="sanitation", place="lane"),
    ("incident", "0105"): P(0.6, "autumn", "evening", rain=-0.5, department="sanitation", place="village"),
    ("incident", "0106"): P(1.4, "warm", "evening", department="enforcement", place="front", public=0.55),
    ("incident", "0107"): P(1.7, "warm", "evening", "weekend", rain=-0.3, department="enforcement",
                            place="compound", public=0.75),
    ("incident", "0108"): P(0.9, "summer", "day", rain=0.6, department="sanitation", place="river"),
    ("incident", "0110"): P(11.5, "summer", "day", department="sanitation", place="refuse"),
    ("incident", "0111"): P(0.5, "frost", "rush", rain=0.5, department="sanitation"),
    ("incident", "0112"): P(0.35, "warm", department="sanitation"),
    ("incident", "0113"): P(3.4, "flat", "day", department="community", place="compound", public=0.35),
    ("incident", "0114"): P(1.5, "rain", "day", rain=1.2, department="drainage", place="lane", public=0.4),
    ("incident", "0201"): P(4.2, "flat", "day", "workday", department="enforcement", place="front", public=0.1),
    ("incident", "0202"): P(0.5, "spring", "office", "workday", department="enforcement", place="front"),
    ("incident", "0203"): P(0.8, "autumn", "office", "workday", department="enforcement", place="street"),
    ("incident", "0204"): P(2.2, "flat", "evening", department="enforcement", place="front", public=0.1),
    ("incident", "0301"): P(0.8, "spring", "office", "workday", rain=-0.5, department="enforcement", place="site"),
    ("incident", "0302"): P(0.8, "summer", "evening", department="enforcement", place="site", public=0.85),
    ("incident", "0305"): P(0.5, "spring", "office", "workday", department="roads"),
    ("incident", "0306"): P(0.6, "spring", "dark", department="sanitation", place="major"),
    ("incident", "0401"): P(11.0, "warm", "evening", rain=-0.4, department="enforcement", place="front", public=0.2),
    ("incident", "0402"): P(9.5, "warm", "evening", rain=-0.35, department="enforcement", place="front"),
    ("incident", "0403"): P(3.6, "flat", "day", department="enforcement", place="front"),
    ("incident", "0404"): P(8.0, "term", "rush", "workday", department="traffic", place="gate", public=0.4),
    ("incident", "0405"): P(6.6, "flat", "rush", "workday", department="enforcement", place="gate", public=0.1),
    ("incident", "0407"): P(2.4, "flat", "evening", department="emergency", place="compound", public=0.4),
    ("incident", "0408"): P(1.0, "spring", "day", rain=-0.6, department="enforcement", place="front"),
    ("incident", "0409"): P(0.7, "warm", "evening", department="community", place="compound", public=0.8),
    ("incident", "0502"): P(0.35, "winter", "any", department="utilities", public=0.6),
    ("incident", "0503"): P(0.6, "rain", "day", rain=1.0, department="utilities", public=0.4),
    ("incident", "0504"): P(0.5, "rain", "day", rain=2.6, department="greenery", public=0.4),
    ("incident", "0505"): P(0.5, "rain", "day", rain=0.8, department="roads", public=0.4),
    ("incident", "0506"): P(2.0, "rain", "any", rain=9.0, department="drainage", place="low", public=0.5),
    ("incident", "0507"): P(0.6, "rain", "day", rain=1.8, department="community", place="old", public=0.5),
    ("incident", "0601"): P(1.7, "flat", "home", department="community", place="compound", public=0.7),
    ("incident", "0602"): P(1.2, "winter", "home", department="community", place="compound", public=0.5),
    ("incident", "0603"): P(1.6, "summer", "home", department="community", place="compound", public=0.9),
    ("incident", "0604"): P(0.4, "winter", "dark", department="community", place="street", public=0.4),
    ("incident", "0605"): P(2.6, "flat", "evening", department="emergency", place="compound", public=0.25),
    ("incident", "0606"): P(2.8, "flat", "day", department="community", place="compound", public=0.2),
    ("incident", "0607"): P(1.3, "heating", "home", department="utilities", place="compound", public=0.95),
}
# For a category that is not listed: by kind and major group.
FALLBACK: dict[tuple[str, str], Profile] = {
    ("component", "01"): P(0.13, department="utilities", place="street"),
    ("component", "02"): P(0.15, department="roads", place="street"),
    ("component", "03"): P(0.13, department="sanitation", place="front"),
    ("component", "04"): P(0.13, "spring", department="greenery", place="park"),
    ("component", "05"): P(0.1, department="emergency", place="compound"),
    ("incident", "01"): P(0.35, department="sanitation", place="street"),
    ("incident", "02"): P(0.25, "flat", "office", "workday", department="enforcement", place="front"),
    ("incident", "03"): P(0.25, "spring", "office", "workday", department="enforcement", place="site"),
    ("incident", "04"): P(0.6, "warm", "day", department="enforcement", place="front"),
    ("incident", "05"): P(0.12, "flat", "any", rain=0.4, department="emergency", place="compound", public=0.7),
    ("incident", "06"): P(0.25, "flat", "home", department="community", place="compound", public=0.7),
}
ANYTHING = P(0.2)
# An emergency is the rare form of its category, where the category has a quieter form too.
EMERGENCY_SHARE = 0.16


def profile_of(spec: ConditionSpec) -> Profile:
    """Return the habits of a condition's category."""
    known = PROFILES.get((spec.kind, spec.category_code))
    return known or FALLBACK.get((spec.kind, spec.category_code[:2]), ANYTHING)


def condition_shares(specs: list[ConditionSpec]) -> Floats:
    """Divide each category's share among its conditions; earlier ones and quiet ones are commoner."""
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
