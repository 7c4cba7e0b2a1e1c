"""The demonstration city: everything that stands still, from a seed."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.synth.assets import component_rows, departments, hazard_rows, hotspot_rows
from geodata.synth.blocks import Ground, add_blocks, compound_names
from geodata.synth.board import Plan
from geodata.synth.buildings import building_rows, stand
from geodata.synth.cells import DEDICATED_USES, build_cells, leaf_polygons
from geodata.synth.lattice import Place, bend, places, surroundings
from geodata.synth.layouts import draw_buildings
from geodata.synth.model import DISTRICT_CODE, SEED, STORE_CRS, City
from geodata.synth.names import area_names
from geodata.synth.parcels import make_parcels
from geodata.synth.places import place_rows
from geodata.synth.plan import make_plan
from geodata.synth.streets import (
    MARGIN_M,
    build_rails,
    build_streets,
    plan_streets,
    project,
)
from geodata.synth.warp import Warp, to_lonlat

POOL_FROM = 12


@dataclass
class Part:
    """The tables of one subdistrict, metric unless they say otherwise."""

    cells: gpd.GeoDataFrame
    outline: shapely.Geometry
    ground: Ground
    buildings: gpd.GeoDataFrame
    components: gpd.GeoDataFrame
    hazards: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    hotspots: pd.DataFrame


def build_city(seed: int = SEED, times: int = 1) -> City:
    """Make the demonstration city.

    Parameters
    ----------
    seed : int
        The same seed and ``times`` always give the same city, to the last bit.
    times : int
        How many subdistricts lie side by side; streets, grids and assets grow with them.

    Returns
    -------
    City
        Tables in EPSG:4326; see :class:`City`.

    Raises
    ------
    ValueError
        If ``times`` is not between 1 and 99.
    """
    inside = places(times)
    warp = bend(seed, inside)
    jobs = [(seed, warp, place, index) for index, place in enumerate(inside)]
    if times >= POOL_FROM:
        with ProcessPoolExecutor() as pool:
            parts = list(pool.map(_part, jobs, chunksize=2))
    else:
        parts = [_part(job) for job in jobs]
    around = [_surrounding_plan(seed, place) for place in surroundings(inside)]
    plans = [make_plan(seed, *place, index) for index, place in enumerate(inside)]
    outline = shapely.union_all([part.outline for part in parts])
    lines = [line for plan in (*plans, *around) for line in plan_streets(plan)]
    ground = _surrounding_ground(seed, around, warp, outline)
    hotspots = pd.concat([part.hotspots for part in parts], ignore_index=True)
    lonlat = to_lonlat(hotspots[["x", "y"]].to_numpy())
    return City(
        seed=seed,
        times=times,
        cells=gpd.GeoDataFrame(
            pd.concat([part.cells for part in parts], ignore_index=True), crs=STORE_CRS
        ),
        streets=build_streets(lines, warp, outline),
        water=project(_joined([*(part.ground.water for part in parts), ground.water])),
        rails=build_rails([*plans, *around], warp, outline),
        blocks=project(_joined([*(part.ground.blocks for part in parts), ground.blocks])),
        places=_points(parts, "places"),
        buildings=project(_stacked(parts, "buildings")),
        components=_points(parts, "components"),
        hazards=_points(parts, "hazards"),
        departments=departments(),
        hotspots=hotspots.assign(lon=lonlat[:, 0], lat=lonlat[:, 1]).drop(columns=["x", "y"]),
    )


def _part(job: tuple[int, Warp, Place, int]) -> Part:
    """Build one subdistrict; it needs nothing from its neighbours."""
    seed, warp, place, index = job
    rng = np.random.default_rng([seed, 44, index])
    plan = make_plan(seed, *place, index)
    names = compound_names(plan, seed, index)
    parcels, fronts = make_parcels(plan, seed, index)
    metric, lonlat = leaf_polygons(plan, warp)
    area, communities = area_names(index, DISTRICT_CODE)
    special = {
        i: f"{names[leaf.compound]}专属网格"
        for i, leaf in enumerate(plan.leaves)
        if leaf.use in DEDICATED_USES
    }
    cells, codes = build_cells(plan, lonlat, area, communities, special)
    # Each compound stands a little askew to its streets, as surveyed in its own year.
    tilts = rng.normal(0, np.deg2rad(1.1), len(plan.compounds))
    draft = draw_buildings(parcels, fronts, [tilts[leaf.compound] for leaf in plan.leaves], rng)
    standing = stand(draft, warp, metric, rng)
    buildings = building_rows(draft, standing, plan, names, area.code, _gates(plan, rng))
    buildings["micro_code"] = [codes[i] for i in buildings.pop("leaf")]
    ground = Ground()
    add_blocks(ground, plan, names, parcels, warp, seed)
    return Part(
        cells=cells,
        outline=shapely.coverage_union_all(metric),
        ground=ground,
        buildings=buildings,
        components=component_rows(plan, warp, seed, index, 1 + index * 600),
        hazards=hazard_rows(plan, warp, seed, index, area.code, buildings),
        places=place_rows(plan, names, communities, parcels, buildings, warp, seed, index),
        hotspots=hotspot_rows(plan, warp, seed, index),
    )


def _gates(plan: Plan, rng: np.random.Generator) -> dict[int, tuple[str, int]]:
    """Give every compound a gate: its widest named street and a house number along it."""
    rank = {"major": 0, "minor": 1, "alley": 2}
    gates: dict[int, tuple[str, int]] = {}
    for i, (box, _, _) in enumerate(plan.compounds):
        sides = [plan.lines[k] for k in box[4:]]
        named = [line for line in sides if line.name and line.kind in rank]
        if not named:
            named = [line for line in plan.lines[:3] if line.kind in rank]
        line = min(named, key=lambda one: rank[one.kind])
        along = (box.y0 if line.vertical else box.x0) - line.low
        gates[i] = (line.name, 1 + 2 * int(along // 22) + int(rng.integers(2)))
    return gates


def _surrounding_plan(seed: int, place: Place) -> Plan:
    """Plan what lies next door: base map only, never counted."""
    return make_plan(seed, *place, 1000 + 97 * (place[0] + 50) + place[1])


def _surrounding_ground(
    seed: int, around: list[Plan], warp: Warp, outline: shapely.Geometry
) -> Ground:
    """Paint the neighbours' ground within the margin: no map should end at the border."""
    ground = Ground()
    for k, plan in enumerate(around):
        parcels, _ = make_parcels(plan, seed, 5000 + k)
        add_blocks(ground, plan, [""] * len(plan.compounds), parcels, warp, seed)
    reach = outline.buffer(MARGIN_M)
    shapely.prepare(reach)
    result = Ground()
    for source, target in ((ground.blocks, result.blocks), (ground.water, result.water)):
        shapes = np.array([row[2] for row in source], dtype=object)
        near = np.flatnonzero(shapely.intersects(reach, shapes))
        clipped = shapely.intersection(shapes[near], reach)
        for i, shape in zip(near, clipped, strict=True):
            name = source[i][1] if source[i][0] == "river" else ""
            target += [
                (source[i][0], name, piece)
                for piece in shapely.get_parts(shape)
                if piece.geom_type == "Polygon"
            ]
    return result


def _joined(lists: list[list[tuple[str, str, shapely.Geometry]]]) -> gpd.GeoDataFrame:
    return Ground.frame([row for rows in lists for row in rows])


def _stacked(parts: list[Part], name: str) -> gpd.GeoDataFrame:
    frames: list[Any] = [getattr(part, name) for part in parts]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True))


def _points(parts: list[Part], name: str) -> gpd.GeoDataFrame:
    """Stack a point table, project it and add lon and lat columns."""
    frame = _stacked(parts, name)
    lonlat = to_lonlat(np.column_stack([frame.geometry.x, frame.geometry.y]))
    geometry = gpd.points_from_xy(lonlat[:, 0], lonlat[:, 1])
    return (
        frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index))
        .assign(lon=lonlat[:, 0], lat=lonlat[:, 1])
        .set_crs(STORE_CRS)
    )
