"""What makes the demonstration believable, measured: ``python -m geodata.synth.checks``.

Every check compares what was planted, or what the field knows, with what can be found in the
tables, by means that know nothing of how they were made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import gaussian_filter, maximum_filter
from scipy.spatial import cKDTree

from geodata.synth.buildings import BAND
from geodata.synth.city import build_city
from geodata.synth.drawing import LOCAL
from geodata.synth.events import build_events
from geodata.synth.model import SEED, City, CityEvents, ConditionSpec, Floats
from geodata.synth.office import office_deadlines, starter_conditions
from geodata.synth.warp import to_metric
from geodata.synth.weather import month_of

LEVELS = ("street", "community", "grid", "micro")
PIXEL_M = 20.0
BANDWIDTH_M = 45.0
NEAR_M = 50.0
NEAR_DAYS = 14.0


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what, the figure, and the range that it should lie in."""

    name: str
    value: float
    low: float
    high: float

    @property
    def passed(self) -> bool:
        return bool(self.low <= self.value <= self.high)


def ground_checks(city: City) -> Iterator[Check]:
    """Check cells, buildings and households."""
    cells = city.cells
    for level in LEVELS:
        shapes = cells.geometry.values[(cells["level"] == level).to_numpy()]
        yield Check(f"{level} cells form a valid coverage", shapely.coverage_is_valid(shapes), 1, 1)
    yield Check("parents whose children do not make them up exactly", _broken_parents(city), 0, 0)
    yield Check("buildings cut by a micro-grid's border", _cut_buildings(city), 0, 0)
    micro = cells[(cells["level"] == "micro") & (cells["kind"] == "basic")]
    homes = (
        city.buildings.groupby("micro_code")["households"].sum().reindex(micro["code"]).fillna(0)
    )
    share = float(homes.between(*BAND).mean())
    yield Check(f"share of micro-grids with {BAND[0]}-{BAND[1]} households", share, 0.85, 0.98)
    yield Check("micro-grids per subdistrict", float(_count(city, "micro")), 205, 240)
    yield Check("grids per subdistrict", float(_count(city, "grid")), 38, 42)
    yield Check("buildings per subdistrict", len(city.buildings) / city.times, 1250, 1750)
    total = float(city.buildings["households"].sum()) / city.times
    yield Check("households per subdistrict", total, 11_000, 13_000)


def _count(city: City, level: str) -> float:
    return float((city.cells["level"] == level).sum()) / city.times


def _broken_parents(city: City) -> int:
    """Count parents that are not, vertex by vertex, the union of their children."""
    cells = city.cells.set_index("code")
    broken = 0
    for parent, children in cells[cells["parent_code"] != ""].groupby("parent_code"):
        joined = shapely.coverage_union_all(children.geometry.values)
        broken += not joined.normalize().equals_exact(cells.geometry[parent].normalize(), 0.0)
    return broken


def _cut_buildings(city: City) -> int:
    cells = city.cells.set_index("code").geometry
    around = cells.reindex(city.buildings["micro_code"]).values
    return int((~shapely.contains_properly(around, city.buildings.geometry.values)).sum())


def event_checks(
    city: City, told: CityEvents, specs: list[ConditionSpec], until: np.datetime64
) -> Iterator[Check]:
    """Check times, places, weather and the desk at the end; ``until`` is UTC."""
    events = told.events
    local = events["reported_at"].to_numpy() + LOCAL
    hour = (local.astype("datetime64[h]").astype(int) % 24).astype(int)
    yield Check(
        "share reported from 07 to 22", float(((hour >= 7) & (hour < 22)).mean()), 0.9, 0.99
    )
    yield Check("share reported from 00 to 05", float((hour < 5).mean()), 0.002, 0.03)
    yield from _season_checks(told, specs, local)
    found, distance = hotspots_found(city, told, specs)
    yield Check("planted hot spots found again", found, 0.8, 1)
    yield Check("mean distance of found to planted, m", distance, 0, 45)
    seen, chance = repeat_shares(told, specs, np.random.default_rng(1))
    yield Check("share that repeats within 50 m and 14 days", seen, 0.15, 0.55)
    yield Check("the same share over chance", seen / chance, 1.3, 6)
    yield from _desk_checks(city, told, until)


def _season_checks(
    told: CityEvents, specs: list[ConditionSpec], local: np.ndarray
) -> Iterator[Check]:
    day = local.astype("datetime64[D]")
    month = month_of(day) + 1
    water, refuse = _of(told, specs, "incident", "0506"), _of(told, specs, "incident", "0110")
    heat = _of(told, specs, "component", "0110") | _of(told, specs, "incident", "0607")
    rain = told.rain.set_index("day")["rain_mm"]
    each = pd.Series(day[water]).value_counts().reindex(rain.index).fillna(0)
    ratio = float(each[rain >= 10].mean() / max(each[rain == 0].mean(), 1e-9))
    yield Check("standing water on a day of 10 mm over a dry day", ratio, 4, 60)
    summer = _a_day(day, refuse & np.isin(month, (6, 7, 8)), (6, 7, 8), told)
    winter = _a_day(day, refuse & np.isin(month, (12, 1, 2)), (12, 1, 2), told)
    yield Check("exposed refuse, summer over winter", summer / max(winter, 1e-9), 1.8, 5)
    share = float(np.isin(month[heat], (11, 12, 1, 2, 3)).mean())
    yield Check("share of heat cases in the heating months", share, 0.85, 1)
    yield Check("rain of the last 365 days, mm", float(rain.iloc[-365:].sum()), 300, 950)


def _of(told: CityEvents, specs: list[ConditionSpec], kind: str, code: str) -> np.ndarray:
    wanted = np.array([s.kind == kind and s.category_code == code for s in specs])
    return np.asarray(wanted[told.events["condition_index"].to_numpy()])


def _a_day(day: np.ndarray, chosen: np.ndarray, months: tuple[int, ...], told: CityEvents) -> float:
    days = told.rain["day"].to_numpy()
    return float(chosen.sum() / max(np.isin(month_of(days) + 1, months).sum(), 1))


def _desk_checks(city: City, told: CityEvents, until: np.datetime64) -> Iterator[Check]:
    events = told.events
    is_open = ~events["state"].isin(["closed", "rejected"])
    clock = is_open & (events["state"] != "suspended")
    overdue = clock & (events["deadline_at"] < until)
    yield Check("open cases per subdistrict", float(is_open.sum()) / city.times, 200, 310)
    yield Check("share of open cases overdue", float(overdue.sum() / is_open.sum()), 0.09, 0.18)
    outline = shapely.union_all(
        city.cells.geometry.values[(city.cells["level"] == "street").to_numpy()]
    )
    shapely.prepare(outline)
    outside = ~shapely.contains_xy(outline, events["lon"].to_numpy(), events["lat"].to_numpy())
    yield Check("cases in no grid per subdistrict", float(outside.sum()) / city.times, 3, 8)
    ended = events["state"] == "closed"
    unreplied = float((events["reply"][ended] == "").mean())
    yield Check("share of closed cases without a recorded reply", unreplied, 0.005, 0.04)


def hotspots_found(city: City, told: CityEvents, specs: list[ConditionSpec]) -> tuple[float, float]:
    """Look for each planted hot spot among the peaks of its own kinds and months.

    A Gaussian density of the cases is taken on 20 m pixels; a spot counts as found when one of
    the twelve highest peaks per subdistrict lies within 60 m of it.

    Returns
    -------
    share : float
        Share of the planted spots that were found.
    distance_m : float
        Mean distance from the planted centre to its peak, over those found.
    """
    xy = to_metric(told.events[["lon", "lat"]].to_numpy())
    local = told.events["reported_at"].to_numpy() + LOCAL
    month = month_of(local.astype("datetime64[D]")) + 1
    groups = np.array([f"{s.kind}:{s.category_code[:2]}" for s in specs])
    group = groups[told.events["condition_index"].to_numpy()]
    gaps = []
    for _, spots in city.hotspots.groupby("label"):
        rows = np.isin(group, list(spots["majors"].iloc[0])) & np.isin(
            month, spots["months"].iloc[0]
        )
        peaks = _peaks(xy[rows], 12 * city.times)
        gap, _ = cKDTree(peaks).query(to_metric(spots[["lon", "lat"]].to_numpy()))
        gaps.append(gap)
    distance = np.concatenate(gaps)
    found = distance <= 60.0
    return float(found.mean()), float(distance[found].mean()) if found.any() else float("inf")


def _peaks(xy: Floats, count: int) -> Floats:
    """Return the highest local maxima (count, 2) of a Gaussian density of metric points."""
    low = xy.min(axis=0)
    size = np.ceil((xy.max(axis=0) - low) / PIXEL_M).astype(int) + 1
    pixel = ((xy - low) / PIXEL_M).astype(int)
    counts = np.bincount(pixel[:, 0] * size[1] + pixel[:, 1], minlength=int(size.prod()))
    density = gaussian_filter(
        counts.reshape(size).astype(float), BANDWIDTH_M / PIXEL_M, mode="constant"
    )
    top = (density == maximum_filter(density, 5)) & (density > 0)
    rows = np.argwhere(top)
    best = rows[np.argsort(-density[top])[:count]]
    return np.asarray(low + (best + 0.5) * PIXEL_M)


def repeat_shares(
    told: CityEvents, specs: list[ConditionSpec], rng: np.random.Generator
) -> tuple[float, float]:
    """Measure near repeats against chance.

    A case repeats when another of its category lies within 50 m and at most 14 days before it.
    Chance keeps every place and every moment, but deals the moments of a category out anew, as in
    Knox's test.

    Returns
    -------
    seen, chance : float
        Shares of all cases.

    References
    ----------
    Knox, E. G. (1964). The detection of space-time interactions. Applied Statistics 13, 25-30.
    """
    xy = to_metric(told.events[["lon", "lat"]].to_numpy())
    days = told.events["reported_at"].to_numpy().astype("datetime64[s]").astype(np.int64) / 86_400
    names = [f"{s.kind}{s.category_code}" for s in specs]
    number = {name: i for i, name in enumerate(sorted(set(names)))}
    category = np.array([number[name] for name in names])[told.events["condition_index"].to_numpy()]
    seen = chance = 0
    for one in range(len(number)):
        rows = np.flatnonzero(category == one)
        if len(rows) > 1:
            seen += _repeats(xy[rows], days[rows])
            chance += _repeats(xy[rows], rng.permutation(days[rows]))
    return seen / len(xy), max(chance, 1) / len(xy)


def _repeats(xy: Floats, days: Floats) -> int:
    space_time = np.column_stack([xy / NEAR_M, days / NEAR_DAYS])
    pairs = cKDTree(space_time).query_pairs(1.0, p=np.inf, output_type="ndarray")
    first, second = pairs[:, 0], pairs[:, 1]
    gap = xy[first] - xy[second]
    near = np.hypot(gap[:, 0], gap[:, 1]) <= NEAR_M
    later = np.where(days[first] >= days[second], first, second)
    return len(np.unique(later[near]))


def all_checks(seed: int, times: int, until: datetime) -> list[Check]:
    """Build the city and its cases with the starter catalogue and run every check."""
    specs, limit_s, emergency = starter_conditions()
    city = build_city(seed=seed, times=times)
    told = build_events(city, specs, until, office_deadlines(limit_s, emergency), seed=seed)
    end = np.datetime64(until.astimezone(UTC).replace(tzinfo=None), "s")
    return [*ground_checks(city), *event_checks(city, told, specs, end)]


def main(arguments: list[str] | None = None) -> int:
    """Print every check with its range; 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument(
        "--until", default="2026-11-21T18:05:00+08:00", help="ISO moment with its offset"
    )
    options = parser.parse_args(arguments)
    checks = all_checks(options.seed, options.times, datetime.fromisoformat(options.until))
    for check in checks:
        mark = "ok  " if check.passed else "FAIL"
        sys.stdout.write(
            f"{mark} {check.name:58s} {check.value:10.3f}  [{check.low:g}, {check.high:g}]\n"
        )
    return 0 if all(check.passed for check in checks) else 1


if __name__ == "__main__":
    raise SystemExit(main())
