"""Blocks, water and named places: the ground that the map is painted with."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely

from geodata.synth.board import RIVER, RIVER_HALF_M, RIVERSIDE_ROAD_M, Plan
from geodata.synth.cells import DEDICATED_USES
from geodata.synth.model import Floats
from geodata.synth.names import stem_pool, words
from geodata.synth.parcels import Parcel
from geodata.synth.plan import NAMES_PER_PLAN
from geodata.synth.shapes import blob
from geodata.synth.warp import Warp

DENSE_M = 18.0
PLACE_SUFFIX = {
    "park": "游园",
    "school": "小学",
    "hospital": "医院",
    "market": "农贸市场",
    "commercial": "广场",
    "industrial": "货场",
}


@dataclass
class Ground:
    """Metric rows of the base map, gathered over all plans."""

    blocks: list[tuple[str, str, shapely.Geometry]] = field(default_factory=list)
    water: list[tuple[str, str, shapely.Geometry]] = field(default_factory=list)

    @staticmethod
    def frame(rows: list[tuple[str, str, shapely.Geometry]]) -> gpd.GeoDataFrame:
        """Return rows (kind, name, geometry) as a frame without a CRS."""
        return gpd.GeoDataFrame(
            {"kind": [row[0] for row in rows], "name": [row[1] for row in rows]},
            geometry=[row[2] for row in rows],
        )


def compound_names(plan: Plan, seed: int, index: int) -> list[str]:
    """Name every compound; the same arguments always give the same names."""
    rng = np.random.default_rng([seed, 42, index % 2**16])
    pool = stem_pool(seed)
    # The streets of a plan take stems from the front of its share, compounds from the back.
    at = (index + 1) * NAMES_PER_PLAN - 1
    result = []
    for box, use, _ in plan.compounds:
        stem = pool[at % len(pool)]
        at -= 1
        if use in PLACE_SUFFIX:
            suffix = "公园" if use == "park" and box.area > 20000 else PLACE_SUFFIX[use]
            result.append(stem + ("中心" * (use == "hospital" and box.area > 14000)) + suffix)
            continue
        if use == "danwei" and rng.random() < 0.55:
            stem = stem[0] + str(rng.choice(words()["danwei_units"]))
        result.append(stem + str(rng.choice(words()["compound_suffix"][use])))
    return result


def on_ground(rect: tuple[float, float, float, float], warp: Warp) -> shapely.Polygon:
    """Bend a board rectangle, with vertices close enough to follow the bend."""
    return bent(shapely.box(*rect), warp)


def bent(shape: shapely.Geometry, warp: Warp) -> shapely.Geometry:
    """Bend any board geometry into metres."""
    return shapely.transform(shapely.segmentize(shape, DENSE_M), warp.metric)


def add_blocks(
    ground: Ground, plan: Plan, names: list[str], parcels: list[Parcel], warp: Warp, seed: int
) -> None:
    """Add a plan's compounds, the small parcels inside them, ponds and river banks."""
    rng = np.random.default_rng([seed, 43, len(ground.blocks)])
    holes: dict[int, list[shapely.Geometry]] = {}
    for parcel in parcels:
        leaf = plan.leaves[parcel.leaf]
        if parcel.use == leaf.use:
            continue
        shape = shapely.box(*parcel.rect)
        holes.setdefault(leaf.compound, []).append(shape.buffer(1.5, join_style="mitre"))
        name = names[leaf.compound][:2] + PLACE_SUFFIX[parcel.use].replace("小学", "幼儿园")
        ground.blocks.append((parcel.use, name, bent(shape, warp)))
        if parcel.use == "park":
            _pond(ground, rng, parcel.rect, warp, 0.6)
    for i, (box, use, _) in enumerate(plan.compounds):
        shape = shapely.box(*plan.inner(box))
        for hole in holes.get(i, []):
            shape = shape.difference(hole)
        kind = use if use in DEDICATED_USES else "residential"
        ground.blocks.append((kind, names[i], bent(shape, warp)))
        if use == "park":
            _pond(ground, rng, plan.inner(box), warp, 1.0)
    add_river(ground, plan, warp, seed)


def _pond(
    ground: Ground,
    rng: np.random.Generator,
    rect: tuple[float, float, float, float],
    warp: Warp,
    chance: float,
) -> None:
    x0, y0, x1, y1 = rect
    if rng.random() > chance:
        return
    size = min(x1 - x0, y1 - y0)
    centre = np.array(
        [[x0 + (x1 - x0) * rng.uniform(0.42, 0.58), y0 + (y1 - y0) * rng.uniform(0.42, 0.58)]]
    )
    stretch = min(1.9, (x1 - x0) / size) if x1 - x0 > y1 - y0 else 1.0
    ground.water.append(("pond", "", blob(rng, warp.metric(centre)[0], 0.23 * size, stretch)))


def _bank(x: Floats, y: float, half: Floats, warp: Warp) -> shapely.Polygon:
    north = np.column_stack([x, y + half])
    south = np.column_stack([x, y - half])
    return shapely.Polygon(warp.metric(np.concatenate([south, north[::-1]])))


def add_river(ground: Ground, plan: Plan, warp: Warp, seed: int) -> None:
    """Add the river of a plan and the green strips on its banks; the width swells and narrows."""
    river = plan.lines[RIVER]
    if river.kind != "river":
        return
    x = np.arange(river.low, river.high + 1, 10.0)
    phase = seed % 7
    half = RIVER_HALF_M + 2.6 * np.sin(x / 97.0 + phase) + 1.6 * np.sin(x / 41.0 + 2 * phase)
    ground.water.append(("river", river.name, _bank(x, river.at, half, warp)))
    edge = RIVERSIDE_ROAD_M - 6.0
    for side, word in ((1, "北"), (-1, "南")):
        shore = np.column_stack([x, river.at + side * half])
        road = np.column_stack([x, np.full_like(x, river.at + side * edge)])
        strip = shapely.Polygon(warp.metric(np.concatenate([shore, road[::-1]])))
        ground.blocks.append(("park", f"{river.name}{word}岸绿带", strip))
