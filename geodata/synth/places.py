"""Named places for the search box: compounds, parks, schools, shops, stops, community offices."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geodata.synth.blocks import PLACE_SUFFIX
from geodata.synth.board import RAIL, Plan
from geodata.synth.cells import DEDICATED_USES
from geodata.synth.model import Floats
from geodata.synth.names import AreaName, stem_pool, words
from geodata.synth.parcels import Parcel
from geodata.synth.plan import SLOT_COMMUNITY
from geodata.synth.warp import Warp


def place_rows(
    plan: Plan,
    names: list[str],
    communities: tuple[AreaName, ...],
    parcels: list[Parcel],
    buildings: gpd.GeoDataFrame,
    warp: Warp,
    seed: int,
    index: int,
) -> gpd.GeoDataFrame:
    """Return the metric place table of one subdistrict: name, kind, point."""
    rng = np.random.default_rng([seed, 45, index])
    rows: list[tuple[str, str, float, float]] = []
    for i, (box, use, _) in enumerate(plan.compounds):
        x0, y0, x1, y1 = plan.inner(box)
        kind = use if use in DEDICATED_USES else "compound"
        rows.append((names[i], kind, (x0 + x1) / 2, (y0 + y1) / 2))
    for parcel in parcels:
        leaf = plan.leaves[parcel.leaf]
        if parcel.use != leaf.use:
            x0, y0, x1, y1 = parcel.rect
            name = names[leaf.compound][:2] + PLACE_SUFFIX[parcel.use].replace("小学", "幼儿园")
            rows.append((name, parcel.use, (x0 + x1) / 2, (y0 + y1) / 2))
    rows += _stops(plan) + _offices(plan, communities)
    metric = warp.metric(np.array([row[2:] for row in rows]))
    shops = _shops(buildings, rng, seed)
    points = np.concatenate([metric, shops[1]])
    return gpd.GeoDataFrame(
        {
            "name": [*(row[0] for row in rows), *shops[0]],
            "kind": [*(row[1] for row in rows), *("shop" for _ in shops[0])],
        },
        geometry=gpd.points_from_xy(points[:, 0], points[:, 1]),
    )


def _stops(plan: Plan) -> list[tuple[str, str, float, float]]:
    """Bus stops at the crossings of through roads, and the freight station at the railway."""
    ups = [line for line in plan.lines[:3] if line.kind == "major"]
    flats = [line for line in plan.lines[4:8] if line.kind == "major"]
    rows = [(f"{u.name}{f.name}站", "station", u.at + 9, f.at + 40) for u in ups for f in flats]
    rail = plan.lines[RAIL]
    if rail.kind == "rail":
        rows.append(("纺城货运站", "station", rail.low + 150, rail.at + 9))
    return rows


def _offices(plan: Plan, communities: tuple[AreaName, ...]) -> list[tuple[str, str, float, float]]:
    rows = []
    for slot, which in enumerate(SLOT_COMMUNITY):
        lived_in = [
            leaf
            for leaf in plan.leaves
            if leaf.community == slot and leaf.use not in DEDICATED_USES
        ]
        leaf = lived_in[len(lived_in) // 2]
        x0, y0, _, _ = plan.inner(leaf.box)
        rows.append((f"{communities[which].short}社区党群服务中心", "office", x0 + 2, y0 + 2))
    return rows


def _shops(
    buildings: gpd.GeoDataFrame, rng: np.random.Generator, seed: int
) -> tuple[list[str], Floats]:
    shops = buildings[buildings["kind"] == "shop"]
    kinds, pool = words()["shop_kinds"], stem_pool(seed)
    stems = rng.integers(len(pool), size=len(shops))
    sorts = rng.integers(len(kinds), size=len(shops))
    names = [pool[a] + kinds[b] for a, b in zip(stems, sorts, strict=True)]
    centre = shops.geometry.centroid
    return names, np.column_stack([centre.x, centre.y])
