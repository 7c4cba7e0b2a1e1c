"""Streets: plan lines noded at their crossings and bent onto the ground."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from geodata.synth.board import EAST, NORTH, RAIL, RIVER, RIVERSIDE_ROAD_M, SPINES, Line, Plan
from geodata.synth.model import STORE_CRS
from geodata.synth.names import words
from geodata.synth.warp import Warp, to_lonlat

RANKS = ("major", "minor", "alley")
RAIL_STOP_M = 13.0
STEP_M = 20.0
# How far the base map goes on beyond the city's border.
MARGIN_M = 420.0


def plan_streets(plan: Plan) -> list[Line]:
    """Return the streets of one plan, without its east and north border, which are the neighbours'.

    Streets that reach the river end at the riverside road, streets that reach the railway before
    the track; through roads cross both.
    """
    result: list[Line] = []
    for i, line in enumerate(plan.lines):
        if i in {EAST, NORTH}:
            continue
        if i < SPINES:
            if line.kind in RANKS:
                result.append(line)
            elif line.kind == "river":
                result += _riverside(line)
        elif line.kind in RANKS:
            result.append(_stop_short(line, plan) if line.vertical else line)
    return result


def _riverside(river: Line) -> list[Line]:
    return [
        Line(
            False,
            river.at + side * RIVERSIDE_ROAD_M,
            river.low,
            river.high,
            "minor",
            river.name + word,
        )
        for side, word in ((1, "北路"), (-1, "南路"))
    ]


def _stop_short(line: Line, plan: Plan) -> Line:
    for spine, stop_m in ((plan.lines[RIVER], RIVERSIDE_ROAD_M), (plan.lines[RAIL], RAIL_STOP_M)):
        if spine.kind not in {"river", "rail"}:
            continue
        if line.low == spine.at:
            line = replace(line, low=line.low + stop_m)
        elif line.high == spine.at:
            line = replace(line, high=line.high - stop_m)
    return line


def _cuts(lines: list[Line], others: list[Line]) -> list[np.ndarray]:
    """Return for each line the sorted positions of its crossings, ends included."""
    at = np.array([o.at for o in others])
    low, high = np.array([o.low for o in others]), np.array([o.high for o in others])
    result = []
    for line in lines:
        meets = (at >= line.low) & (at <= line.high) & (low <= line.at) & (high >= line.at)
        result.append(np.unique(np.concatenate([[line.low, line.high], at[meets]])))
    return result


def build_streets(lines: list[Line], warp: Warp, inside: shapely.Geometry) -> gpd.GeoDataFrame:
    """Node, bend and project streets; what lies beyond ``inside`` (metric) is cut at the margin."""
    flat = [line for line in lines if not line.vertical]
    upright = [line for line in lines if line.vertical]
    names, ranks, ids, points, owner = [], [], [], [], []
    number = 0
    for group, others in ((flat, upright), (upright, flat)):
        for line, cuts in zip(group, _cuts(group, others), strict=True):
            for low, high in pairwise(cuts):
                inner = np.arange(np.floor(low / STEP_M) + 1, np.ceil(high / STEP_M)) * STEP_M
                along = np.concatenate([[low], inner, [high]])
                across = np.full(len(along), line.at)
                points.append(
                    np.column_stack([across, along] if line.vertical else [along, across])
                )
                owner.append(np.full(len(along), number))
                names.append(line.name)
                ranks.append(line.kind)
                ids.append(f"{'v' if line.vertical else 'h'}{line.at:g}:{line.name}")
                number += 1
    metric = warp.metric(np.concatenate(points))
    geometry = shapely.linestrings(metric, indices=np.concatenate(owner))
    frame = gpd.GeoDataFrame({"name": names, "rank": ranks, "line_id": ids}, geometry=geometry)
    reach = inside.buffer(MARGIN_M)
    shapely.prepare(reach)
    whole = shapely.contains_properly(reach, frame.geometry.values)
    near = shapely.intersects(reach, frame.geometry.values) & ~whole
    frame.loc[near, "geometry"] = shapely.intersection(frame.geometry.values[near], reach)
    frame = frame[(whole | near) & (frame.geometry.geom_type == "LineString")]
    return project(frame.reset_index(drop=True))


def project(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Project a metric frame to lon/lat with the rounding of ``to_lonlat``."""
    geometry = shapely.transform(frame.geometry.values, to_lonlat)
    return frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index)).set_crs(STORE_CRS)


def build_rails(plans: list[Plan], warp: Warp, inside: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the two tracks of every railway in reach of the city."""
    reach = inside.buffer(MARGIN_M)
    rows = []
    for plan in plans:
        rail = plan.lines[RAIL]
        if rail.kind != "rail":
            continue
        x = np.arange(rail.low, rail.high + 1, STEP_M)
        for offset in (-2.6, 2.6):
            line = shapely.LineString(
                warp.metric(np.column_stack([x, np.full_like(x, rail.at + offset)]))
            )
            part = line.intersection(reach)
            rows += [(rail.name, piece) for piece in shapely.get_parts(part) if piece.length > 1]
    names = [name for name, _ in rows] or [words()["rails"][0]][:0]
    frame = gpd.GeoDataFrame({"name": names}, geometry=[line for _, line in rows])
    return project(frame)
