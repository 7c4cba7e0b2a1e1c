"""Draws what, when and where: the reports, before anybody works on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.synth.model import City, ConditionSpec, Floats, Ints, Times
from geodata.synth.pools import Pools
from geodata.synth.profiles import HOURS, Profile, condition_shares, profile_of
from geodata.synth.warp import to_metric
from geodata.synth.weather import month_of, rain_mm, weekday_of

DAYS = 548
EVENTS_PER_SUBDISTRICT = 20_000
OUTSIDE_PER_SUBDISTRICT = 5
LOCAL = np.timedelta64(8, "h")
# The city takes the system up: the last day sees this many times the reports of the first.
GROWTH = (0.62, 1.42)
HOTSPOT_SHARE = 0.24
REPEAT_SHARE = 0.26
REPEAT_DAYS_MAX = 13.0
REPEAT_SCATTER_M = 9.0
SLOW_S = 3 * 86_400
SWEEP_PER_SUBDISTRICT = 170
LATEST_PER_SUBDISTRICT = 12
SECONDS_A_DAY = 86_400


@dataclass
class Reports:
    """Columns of drawn reports, ordered by time. ``xy`` is metric; ``at`` is UTC.

    ``parent`` is the earlier report that a repeat goes back to, or -1.
    """

    condition: Ints
    at: Times
    xy: Floats
    component: Ints
    place: np.ndarray
    parent: Ints

    def reordered(self, order: Ints) -> Reports:
        """Return the rows in another order, with ``parent`` renumbered."""
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        parent = self.parent[order]
        return Reports(
            self.condition[order],
            self.at[order],
            self.xy[order],
            self.component[order],
            self.place[order],
            np.where(parent >= 0, back[parent], -1),
        )


def draw_reports(
    city: City,
    specs: list[ConditionSpec],
    until: np.datetime64,
    limit_s: Ints,
    rng: np.random.Generator,
) -> tuple[Reports, pd.DataFrame]:
    """Draw every report of the eighteen months before ``until`` (UTC), and the rain of these days.

    ``limit_s`` is about how long each condition's limit lasts, in seconds of the wall clock.
    """
    last_day = (until + LOCAL).astype("datetime64[D]")
    days = last_day - np.arange(DAYS, -1, -1)
    rain = rain_mm(city.seed, days)
    profiles = [profile_of(spec) for spec in specs]
    total = EVENTS_PER_SUBDISTRICT * city.times
    repeats = int(total * REPEAT_SHARE)
    condition, at = _when(
        profiles, condition_shares(specs), days, rain, until, total - repeats, rng
    )
    _sweep(condition, at, until, limit_s, city.times, rng)
    pools = Pools(city)
    xy, component, place = _where(city, specs, profiles, pools, condition, at, rng)
    base = Reports(condition, at, xy, component, place, np.full(len(at), -1))
    joined = _with_repeats(base, repeats, until, rng)
    joined = joined.reordered(np.argsort(joined.at, kind="stable"))
    _keep_inside(joined, pools, rng)
    _put_outside(joined, pools, OUTSIDE_PER_SUBDISTRICT * city.times, rng)
    return joined, pd.DataFrame({"day": days, "rain_mm": rain})


def _when(
    profiles: list[Profile],
    share: Floats,
    days: Times,
    rain: Floats,
    until: np.datetime64,
    count: int,
    rng: np.random.Generator,
) -> tuple[Ints, Times]:
    """Draw conditions and moments; the hour follows the habit of the category."""
    trend = np.linspace(*GROWTH, len(days))
    month, weekday = month_of(days), weekday_of(days)
    weights = np.array([p.day_weight(month, weekday, rain) * trend for p in profiles])
    # A category keeps its share of the whole period, whatever its seasons add up to.
    each = rng.multinomial(count, share)
    conditions, moments = [], []
    for i, n in enumerate(each):
        if n == 0:
            continue
        sums = np.cumsum(weights[i])
        day = days[np.searchsorted(sums, rng.random(n) * sums[-1])]
        hours = np.cumsum(HOURS[profiles[i].hours])
        hour = np.searchsorted(hours, rng.random(n) * hours[-1])
        second = hour * 3600 + rng.integers(0, 3600, n)
        moment = day.astype("datetime64[s]") + second.astype("timedelta64[s]") - LOCAL
        late = moment >= until
        # What would still come today came yesterday, or any day of the week before.
        back = rng.integers(1, 8, int(late.sum())).astype("timedelta64[D]")
        moment[late] -= back
        conditions.append(np.full(n, i))
        moments.append(moment)
    return np.concatenate(conditions), np.concatenate(moments)


def _sweep(
    condition: Ints,
    at: Times,
    until: np.datetime64,
    limit_s: Ints,
    times: int,
    rng: np.random.Generator,
) -> None:
    """Move reports to the end: a sweep for worn-out things before winter, and what just came in.

    The sweep looks for what has a long limit (pavements, kerbs, sheds, dead cars); it fills the
    last eight days in office hours. A few urgent cases of the last two hours are still on the
    desk.
    """
    slow = np.flatnonzero(limit_s[condition] > SLOW_S)
    rows = rng.choice(slow, min(len(slow), SWEEP_PER_SUBDISTRICT * times), replace=False)
    day = (until + LOCAL).astype("datetime64[D]") - rng.integers(0, 8, len(rows))
    opens = np.where(rng.random(len(rows)) < 0.55, 8.2, 14.2) + rng.uniform(0, 3.5, len(rows))
    moment = day.astype("datetime64[s]") + (opens * 3600).astype("timedelta64[s]") - LOCAL
    moment[moment >= until] -= np.timedelta64(1, "D")
    at[rows] = moment
    quick = np.flatnonzero(limit_s[condition] <= 5 * 3600)
    hour = int((until + LOCAL - (until + LOCAL).astype("datetime64[D]")).astype(int)) // 3600
    wanted = (LATEST_PER_SUBDISTRICT if 7 <= hour < 22 else 3) * times
    rows = rng.choice(quick, min(len(quick), wanted), replace=False)
    at[rows] = until - rng.integers(240, 6600, len(rows)).astype("timedelta64[s]")


def _where(
    city: City,
    specs: list[ConditionSpec],
    profiles: list[Profile],
    pools: Pools,
    condition: Ints,
    at: Times,
    rng: np.random.Generator,
) -> tuple[Floats, Ints, np.ndarray]:
    """Draw places: hot spots take a share, pools the rest; components pull to themselves."""
    kinds = np.array([p.place for p in profiles], dtype=object)
    place = kinds[condition]
    xy = np.empty((len(condition), 2))
    for kind in np.unique(place.astype(str)):
        rows = np.flatnonzero(place == kind)
        xy[rows] = pools.draw(rng, "street" if kind == "component" else kind, len(rows))
    hot = _hotspots(city, specs, condition, at, rng)
    rows = np.flatnonzero(hot >= 0)
    spots = city.hotspots
    centre = to_metric(spots[["lon", "lat"]].to_numpy())
    radius = spots["radius_m"].to_numpy()[hot[rows]]
    drawn = centre[hot[rows]] + rng.normal(0, 1, (len(rows), 2)) * (radius / 2)[:, None]
    on_street = np.isin(place[rows], ["street", "front", "lane", "gate", "refuse", "major", "low"])
    drawn[on_street] = pools.to_kerb(drawn[on_street]) + rng.normal(
        0, 4.0, (int(on_street.sum()), 2)
    )
    xy[rows] = drawn
    component = _snap(city, specs, condition, xy, pools, rng)
    place = np.where((component < 0) & (place == "component"), "street", place)
    return xy, component, place


def _hotspots(
    city: City, specs: list[ConditionSpec], condition: Ints, at: Times, rng: np.random.Generator
) -> Ints:
    """Choose for each report a hot spot of its kind and month, or -1."""
    spots = city.hotspots
    groups = [f"{spec.kind}:{spec.category_code[:2]}" for spec in specs]
    names = sorted(set(groups))
    group = np.array([names.index(g) for g in groups])[condition]
    month = month_of((at + LOCAL).astype("datetime64[D]"))
    chosen = np.full(len(condition), -1)
    willing = rng.random(len(condition)) < HOTSPOT_SHARE
    for g, name in enumerate(names):
        takes = np.array([name in majors for majors in spots["majors"]])
        for m in range(12):
            active = np.flatnonzero(
                takes & np.array([m + 1 in months for months in spots["months"]])
            )
            rows = np.flatnonzero(willing & (group == g) & (month == m))
            if not len(active) or not len(rows):
                continue
            weight = spots["weight"].to_numpy()[active]
            chosen[rows] = rng.choice(active, len(rows), p=weight / weight.sum())
    return chosen


def _snap(
    city: City,
    specs: list[ConditionSpec],
    condition: Ints,
    xy: Floats,
    pools: Pools,
    rng: np.random.Generator,
) -> Ints:
    """Move component cases to the nearest component of their kind; return its row, or -1."""
    component = np.full(len(condition), -1)
    codes = city.components["category_code"].to_numpy()
    for code in np.unique(codes):
        members = np.flatnonzero(codes == code)
        wanted = [
            i for i, s in enumerate(specs) if s.kind == "component" and s.category_code == code
        ]
        rows = np.flatnonzero(np.isin(condition, wanted))
        if not len(rows):
            continue
        _, nearest = cKDTree(pools.components[members]).query(xy[rows])
        component[rows] = members[nearest]
    rows = np.flatnonzero(component >= 0)
    error = rng.normal(0, 1.6, (len(rows), 2))
    error[rng.random(len(rows)) < 0.3] = 0.0
    xy[rows] = pools.components[component[rows]] + error
    return component


def _with_repeats(
    base: Reports, count: int, until: np.datetime64, rng: np.random.Generator
) -> Reports:
    """Add near repeats: the same condition, metres off, within two weeks of a report."""
    parent = rng.integers(len(base.at), size=count)
    later = np.minimum(0.15 + rng.exponential(3.6, count), REPEAT_DAYS_MAX)
    seconds = (later * SECONDS_A_DAY).astype("timedelta64[s]")
    hour = rng.integers(-5400, 5400, count).astype("timedelta64[s]")
    # Whole days later at about the same hour: the habit of the place comes back.
    whole = np.maximum(1, np.round(later)).astype("timedelta64[D]").astype("timedelta64[s]")
    same_day = rng.random(count) < 0.16
    quick = rng.integers(900, 5 * 3600, count).astype("timedelta64[s]")
    step = np.where(same_day, quick, np.minimum(whole, seconds + np.timedelta64(12, "h")) + hour)
    at = base.at[parent] + step
    over = at >= until
    at[over] = base.at[parent][over] + (until - base.at[parent][over]) / 2
    scatter = rng.normal(0, REPEAT_SCATTER_M / 1.4, (count, 2))
    fixed = base.component[parent] >= 0
    scatter[fixed] /= 4.0
    return Reports(
        np.concatenate([base.condition, base.condition[parent]]),
        np.concatenate([base.at, at]),
        np.concatenate([base.xy, base.xy[parent] + scatter]),
        np.concatenate([base.component, base.component[parent]]),
        np.concatenate([base.place, base.place[parent]]),
        np.concatenate([base.parent, parent]),
    )


def _keep_inside(reports: Reports, pools: Pools, rng: np.random.Generator) -> None:
    """Pull what scattered over the outer border back: to its component, its parent, or a street."""
    rows = np.flatnonzero(~pools.inside(reports.xy) & (reports.parent < 0))
    for _ in range(4):
        fixed = reports.component[rows] >= 0
        reports.xy[rows[fixed]] = pools.components[reports.component[rows[fixed]]]
        reports.xy[rows[~fixed]] = pools.draw(rng, "street", int((~fixed).sum()))
        rows = rows[~pools.inside(reports.xy[rows])]
    again = np.flatnonzero(~pools.inside(reports.xy) & (reports.parent >= 0))
    reports.xy[again] = reports.xy[reports.parent[again]]


def _put_outside(reports: Reports, pools: Pools, count: int, rng: np.random.Generator) -> None:
    """Lay a few recent reports just beyond the border: somebody has to notice them."""
    ring = pools.outline.buffer(rng.uniform(22, 55)).boundary
    free = np.flatnonzero((reports.component < 0) & (reports.parent < 0))
    recent = free[-60 * max(1, count // OUTSIDE_PER_SUBDISTRICT) :]
    rows = np.sort(rng.choice(recent, count, replace=False))
    at = rng.random(count) * ring.length
    reports.xy[rows] = np.array([ring.interpolate(float(a)).coords[0] for a in at])
    reports.place[rows] = "outside"
    reports.parent[np.isin(reports.parent, rows)] = -1
