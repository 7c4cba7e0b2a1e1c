"""Components (covers, lamps, bins ...), hazard points, departments and the planted hot spots."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.synth.board import EAST, INSET_M, NORTH, Line, Plan
from geodata.synth.model import DISTRICT_CODE, Floats
from geodata.synth.names import words
from geodata.synth.streets import plan_streets
from geodata.synth.warp import Warp


@dataclass(frozen=True, slots=True)
class Sort:
    """How many of a component a subdistrict has and where across the street they stand."""

    code: str
    name: str
    department: str
    count: int
    place: str


SORTS = (
    Sort("0101", "上水井盖", "utilities", 44, "lane"),
    Sort("0102", "污水井盖", "drainage", 76, "lane"),
    Sort("0103", "雨水井盖", "drainage", 58, "lane"),
    Sort("0104", "雨水箅子", "drainage", 72, "gutter"),
    Sort("0106", "路灯井盖", "lighting", 12, "kerb"),
    Sort("0110", "热力井盖", "utilities", 22, "lane"),
    Sort("0111", "燃气井盖", "utilities", 20, "lane"),
    Sort("0114", "园林井盖", "greenery", 8, "park"),
    Sort("0118", "化粪池井盖", "community", 18, "compound"),
    Sort("0123", "不明井盖", "roads", 8, "lane"),
    Sort("0126", "沟槽盖板", "drainage", 12, "gutter"),
    Sort("0130", "消火栓", "emergency", 16, "kerb"),
    Sort("0137", "路灯", "lighting", 94, "row"),
    Sort("0205", "道路护栏", "traffic", 12, "kerb"),
    Sort("0206", "交通标志", "traffic", 20, "kerb"),
    Sort("0207", "交通信号灯", "traffic", 14, "crossing"),
    Sort("0301", "果皮箱", "sanitation", 34, "kerb"),
    Sort("0302", "垃圾分类收集点", "sanitation", 14, "compound"),
    Sort("0303", "公共厕所", "sanitation", 6, "compound"),
    Sort("0401", "行道树", "greenery", 34, "kerb"),
    Sort("0405", "公园座椅", "greenery", 6, "park"),
)
assert sum(sort.count for sort in SORTS) == 600
ROW_SPACING_M = 36.0

HAZARDS = (
    ("dangerous_house", "危旧房屋", "rain", 34, "community_staff"),
    ("flood_prone", "易积水点", "rain", 28, "street_duty_officer"),
    ("construction_site", "施工工地", "all", 18, "site_safety_officer"),
    ("fire_lane", "消防通道", "all", 26, "property_manager"),
    ("other", "其他隐患", "winter", 14, "grid_worker"),
)


def departments() -> pd.DataFrame:
    """Return the invented departments: key, name, name_en, kind."""
    return pd.DataFrame(words()["departments"], columns=["key", "name", "name_en", "kind"])


def _inner_lines(plan: Plan) -> list[Line]:
    """Return the plan's streets with all four borders."""
    return [*plan_streets(plan), plan.lines[EAST], plan.lines[NORTH]]


def _across(place: str, half: Floats, rng: np.random.Generator) -> Floats:
    """Offset from the centre line for a place across the street, in metres, without a side."""
    n = len(half)
    road = half * 0.62
    if place == "lane":
        return road * rng.uniform(0.12, 0.85, n)
    if place == "gutter":
        return road * rng.uniform(0.9, 0.97, n)
    return road + rng.uniform(0.5, 1.4, n)


def on_streets(
    plan: Plan, rng: np.random.Generator, count: int, place: str, power: dict[str, float]
) -> Floats:
    """Draw board points (count, 2) along the plan's streets, weighted by length and rank.

    Points on a border of the subdistrict stay on its own side.
    """
    lines = _inner_lines(plan)
    weight = np.array([(line.high - line.low) * power[line.kind] for line in lines])
    which = rng.choice(len(lines), count, p=weight / weight.sum())
    low, high = (np.array([getattr(line, k) for line in lines])[which] for k in ("low", "high"))
    at = np.array([line.at for line in lines])[which]
    upright = np.array([line.vertical for line in lines])[which]
    half = np.array([INSET_M[line.kind] for line in lines])[which]
    along = rng.uniform(low + 4, high - 4)
    return sided(plan, rng, upright, at, along, _across(place, half, rng))


def sided(
    plan: Plan,
    rng: np.random.Generator,
    upright: np.ndarray,
    at: Floats,
    along: Floats,
    across: Floats,
) -> Floats:
    """Put points to either side of their line, but always inside the subdistrict."""
    south, east, north = plan.lines[4], plan.lines[EAST], plan.lines[NORTH]
    side = np.where(rng.random(len(at)) < 0.5, 1.0, -1.0)
    low = np.where(upright, south.low, south.at)
    high = np.where(upright, east.at, north.at)
    side = np.where(at <= low, 1.0, np.where(at >= high, -1.0, side))
    moved = at + side * across
    return np.column_stack([np.where(upright, moved, along), np.where(upright, along, moved)])


_RANK_POWER = {"major": 2.2, "minor": 1.5, "alley": 0.55}


def _row_points(plan: Plan, rng: np.random.Generator, count: int) -> Floats:
    """Space lamps regularly along whole streets until the count is reached."""
    lines = [line for line in _inner_lines(plan) if line.kind != "alley"]
    parts: list[Floats] = []
    total = 0
    for k in rng.permutation(len(lines)):
        line = lines[k]
        along = np.arange(line.low + 12, line.high - 8, ROW_SPACING_M)
        stretch = min(len(along), 14, count - total)
        first = int(rng.integers(len(along) - stretch + 1))
        along = along[first : first + stretch]
        n = len(along)
        across = np.full(n, INSET_M[line.kind] * 0.62 + 0.9)
        points = sided(plan, rng, np.full(n, line.vertical), np.full(n, line.at), along, across)
        parts.append(points)
        total += n
        if total >= count:
            break
    return np.concatenate(parts)[:count]


def _in_compounds(
    plan: Plan, rng: np.random.Generator, count: int, uses: tuple[str, ...]
) -> Floats:
    """Draw points near the edge of compounds, where no building stands."""
    boxes = [plan.inner(box) for box, use, _ in plan.compounds if use in uses]
    rect = np.array(boxes)[rng.integers(len(boxes), size=count)]
    x = rng.uniform(rect[:, 0] + 3, rect[:, 2] - 3)
    y = rng.uniform(rect[:, 1] + 3, rect[:, 3] - 3)
    # Along the wall of a compound, or on the round walk of a park.
    edge = rng.uniform(12.0, 19.0, count) if uses == ("park",) else rng.uniform(0.6, 2.2, count)
    side = rng.integers(4, size=count)
    x = np.where(side == 0, rect[:, 0] + edge, np.where(side == 1, rect[:, 2] - edge, x))
    y = np.where(side == 2, rect[:, 1] + edge, np.where(side == 3, rect[:, 3] - edge, y))
    return np.column_stack([x, y])


def _crossings(plan: Plan, rng: np.random.Generator, count: int) -> Floats:
    """Draw points at the corners of major crossings."""
    ups = [line for line in _inner_lines(plan) if line.vertical and line.kind != "alley"]
    flats = [line for line in _inner_lines(plan) if not line.vertical and line.kind == "major"]
    points = np.array([(u.at, f.at) for u in ups for f in flats if u.low <= f.at <= u.high])
    chosen = points[rng.integers(len(points), size=count)]
    south, east, north = plan.lines[4], plan.lines[EAST], plan.lines[NORTH]
    low, high = np.array([south.low, south.at]), np.array([east.at, north.at])
    side = np.where(rng.random((count, 2)) < 0.5, 1.0, -1.0)
    side = np.where(chosen <= low, 1.0, np.where(chosen >= high, -1.0, side))
    return np.asarray(chosen + side * rng.uniform(10.5, 12.5, (count, 2)))


def component_rows(plan: Plan, warp: Warp, seed: int, index: int, first: int) -> gpd.GeoDataFrame:
    """Return the metric components of one subdistrict; ``first`` is the first sequence number."""
    rng = np.random.default_rng([seed, 51, index])
    points, codes, names, owners = [], [], [], []
    for sort in SORTS:
        if sort.place == "row":
            part = _row_points(plan, rng, sort.count)
        elif sort.place == "compound":
            part = _in_compounds(plan, rng, sort.count, ("danwei", "walkup", "village"))
        elif sort.place == "park":
            part = _in_compounds(plan, rng, sort.count, ("park",))
        elif sort.place == "crossing":
            part = _crossings(plan, rng, sort.count)
        else:
            part = on_streets(plan, rng, sort.count, sort.place, _RANK_POWER)
        points.append(part)
        codes += [sort.code] * sort.count
        names += [sort.name] * sort.count
        owners += [sort.department] * sort.count
    metric = warp.metric(np.concatenate(points))
    days = rng.integers(0, 365 * 24, len(codes))
    installed = np.datetime64("2001-03-01") + days.astype("timedelta64[D]")
    state = rng.choice(
        ["in_use", "damaged", "missing", "retired"], len(codes), p=[0.95, 0.035, 0.005, 0.01]
    )
    return gpd.GeoDataFrame(
        {
            "id16": [f"{DISTRICT_CODE}{code}{first + i:06d}" for i, code in enumerate(codes)],
            "category_code": codes,
            "name": names,
            "owner_department_key": owners,
            "installed_on": installed,
            "state": state,
        },
        geometry=gpd.points_from_xy(metric[:, 0], metric[:, 1]),
    )


def hazard_rows(
    plan: Plan, warp: Warp, seed: int, index: int, street_code: str, buildings: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the metric hazard table of one subdistrict."""
    rng = np.random.default_rng([seed, 52, index])
    rows: dict[str, list[object]] = {k: [] for k in ("kind", "name", "season", "contact_role")}
    points: list[Floats] = []
    old = buildings[buildings["kind"].isin(["residential", "village"]) & (buildings["floors"] <= 4)]
    lived = buildings[buildings["households"] > 0]
    for kind, word, season, count, contact in HAZARDS:
        if kind == "flood_prone":
            part = warp.metric(
                on_streets(plan, rng, count, "gutter", {"major": 1.0, "minor": 2.0, "alley": 1.0})
            )
            near = shapely.STRtree(lived.geometry.values).nearest(shapely.points(part))
            labels = [f"{name}门前{word}" for name in lived["compound"].to_numpy()[near]]
        else:
            pool = old if kind == "dangerous_house" else lived
            chosen = pool.iloc[rng.choice(len(pool), count, replace=False)]
            inner = chosen.geometry.representative_point()
            shift = 0.0 if kind == "dangerous_house" else 9.0
            part = np.column_stack([inner.x, inner.y + shift])
            labels = [
                f"{c}{n}{word}" for c, n in zip(chosen["compound"], chosen["name"], strict=True)
            ]
        points.append(part)
        rows["kind"] += [kind] * count
        rows["name"] += labels
        rows["season"] += [season] * count
        rows["contact_role"] += [contact] * count
    count = len(rows["kind"])
    metric = np.concatenate(points)
    return gpd.GeoDataFrame(
        {
            "source_id": [f"{street_code}-H{i + 1:04d}" for i in range(count)],
            **rows,
            "severity": rng.choice([1, 2, 3], count, p=[0.45, 0.4, 0.15]),
            "next_check_offset_days": rng.integers(-4, 45, count),
        },
        geometry=gpd.points_from_xy(metric[:, 0], metric[:, 1]),
    )


SPOTS = (
    # label, majors (kind:major prefixes) it draws, months, weight, radius_m
    ("market refuse", ("incident:01",), (5, 6, 7, 8, 9), 1.3, 62.0),
    ("night food stalls", ("incident:04", "incident:01"), (4, 5, 6, 7, 8, 9, 10), 1.5, 70.0),
    ("school gate parking", ("incident:04",), (1, 3, 4, 5, 6, 9, 10, 11, 12), 1.1, 48.0),
    ("low underpass", ("incident:05", "component:01"), (6, 7, 8, 9), 1.2, 55.0),
    ("hospital front", ("incident:04", "incident:02"), tuple(range(1, 13)), 1.1, 58.0),
    (
        "village lanes",
        ("incident:01", "incident:06", "component:01"),
        tuple(range(1, 13)),
        1.4,
        85.0,
    ),
    ("old heat main", ("component:01",), (11, 12, 1, 2, 3), 0.9, 60.0),
    ("renewal site", ("incident:03", "incident:01"), (3, 4, 5, 6, 10, 11), 1.0, 75.0),
    (
        "dark riverside",
        ("component:01", "component:03", "component:04"),
        tuple(range(1, 13)),
        0.8,
        80.0,
    ),
    ("leaf fall", ("component:04", "incident:01"), (10, 11, 12), 0.9, 72.0),
)


def hotspot_rows(plan: Plan, warp: Warp, seed: int, index: int) -> pd.DataFrame:
    """Plant ten hot spots, at least 240 m apart, near streets; metric centres in x and y."""
    rng = np.random.default_rng([seed, 53, index])
    pool = warp.metric(
        on_streets(plan, rng, 600, "kerb", {"major": 1.0, "minor": 1.5, "alley": 0.6})
    )
    middle, reach = pool.mean(axis=0), pool.std(axis=0)
    pool = pool[(np.abs(pool - middle) < 1.55 * reach).all(axis=1)]
    chosen: list[Floats] = []
    for point in pool:
        if all(np.hypot(*(point - other)) > 240 for other in chosen):
            chosen.append(point)
        if len(chosen) == len(SPOTS):
            break
    xy = np.array(chosen)
    return pd.DataFrame(
        {
            "label": [spot[0] for spot in SPOTS[: len(xy)]],
            "majors": [spot[1] for spot in SPOTS[: len(xy)]],
            "months": [spot[2] for spot in SPOTS[: len(xy)]],
            "weight": [spot[3] for spot in SPOTS[: len(xy)]],
            "radius_m": [spot[4] for spot in SPOTS[: len(xy)]],
            "x": xy[:, 0],
            "y": xy[:, 1],
            "subdistrict": index,
        }
    )
