"""Buildings on the ground: bent, checked against borders and each other, filled with households."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geodata.synth.board import Plan
from geodata.synth.draft import Draft
from geodata.synth.model import Bools, Ints
from geodata.synth.shapes import footprints
from geodata.synth.warp import Warp

CLEARANCE_M = 0.8
HOUSING = frozenset({"danwei", "walkup", "tower", "village"})
# Storeys and flats a landing that a style of housing may have.
FLOORS = {
    "danwei": (2, 3, 4),
    "walkup": (3, 4, 5, 6),
    "tower": tuple(range(7, 25)),
    "village": (2, 3, 4),
}
FLATS = {"danwei": (2, 3), "walkup": (2, 3), "tower": (2, 3, 4), "village": (1,)}
BAND = (50, 70)
PUBLIC_KIND = {"danwei": "residential", "walkup": "residential", "tower": "residential"}


@dataclass(frozen=True)
class Standing:
    """Buildings that passed the checks: metric footprints and their rows in the draft."""

    footprints: np.ndarray
    row: Ints
    floors: Ints
    households: Ints


def stand(draft: Draft, warp: Warp, cells: np.ndarray, rng: np.random.Generator) -> Standing:
    """Bend a draft, drop what would touch a border or a neighbour, and set floors and households.

    Parameters
    ----------
    draft : Draft
        Buildings on the board.
    cells : array of shapely polygons
        Metric micro-grids, by leaf index.
    """
    centre, axis = warp.frame(np.column_stack([draft.x, draft.y]))
    tilt = np.array(draft.tilt)
    cos, sin = np.cos(tilt), np.sin(tilt)
    turned = np.column_stack(
        [axis[:, 0] * cos - axis[:, 1] * sin, axis[:, 0] * sin + axis[:, 1] * cos]
    )
    size = np.column_stack([draft.width_m, draft.depth_m])
    shapes = footprints(np.array(draft.outline), centre, turned, size)
    leaf = np.array(draft.leaf)
    keep = np.flatnonzero(_clear(shapes, cells[leaf]))
    floors, households = _fill(draft, keep, rng)
    return Standing(shapes[keep], keep, floors, households)


def _clear(shapes: np.ndarray, cells: np.ndarray) -> Bools:
    """Tell which footprints lie well inside their cell and clear of every earlier one."""
    grown = shapely.buffer(shapes, CLEARANCE_M, join_style="mitre")
    shapely.prepare(cells)
    fits: Bools = shapely.contains_properly(cells, grown)
    tree = shapely.STRtree(grown)
    first, second = tree.query(shapes, predicate="intersects")
    for a, b in zip(first, second, strict=True):
        if a < b and fits[a] and fits[b]:
            fits[b] = False
    return fits


def _fill(draft: Draft, keep: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Choose floors and flats so that most micro-grids hold 50 to 70 households."""
    leaf = np.array(draft.leaf)[keep]
    kind = np.array(draft.kind)[keep]
    stairs = np.array(draft.entrances)[keep]
    floors = np.array(draft.floors)[keep]
    households = np.zeros(len(keep), dtype=np.int64)
    for one in np.unique(leaf):
        rows = np.flatnonzero((leaf == one) & np.isin(kind, list(HOUSING)))
        if len(rows):
            wanted = _wanted(rng)
            style = str(kind[rows[0]])
            if style == "village":
                floors[rows] = rng.choice(FLOORS[style], len(rows))
                households[rows] = _spread(rng, len(rows), wanted)
            else:
                floors[rows], households[rows] = _storeys(rng, style, stairs[rows], wanted)
    return floors, households


def _wanted(rng: np.random.Generator) -> int:
    if rng.random() < 0.055:
        return int(rng.choice((36, 41, 45, 74, 79, 87)))
    return int(np.clip(rng.normal(57, 4.5), BAND[0] + 1, BAND[1] - 1))


def _spread(rng: np.random.Generator, count: int, wanted: int) -> Ints:
    share = np.full(count, wanted // count)
    share[rng.permutation(count)[: wanted - share.sum()]] += 1
    return share


def _storeys(rng: np.random.Generator, style: str, stairs: Ints, wanted: int) -> tuple[Ints, Ints]:
    """Return floors and households a building whose sum comes nearest to ``wanted``."""
    total = int(stairs.sum())
    pairs = [(f, n) for f in FLOORS[style] for n in FLATS[style]]
    misses = [abs(f * n * total - wanted) + 4 * (n == 3) for f, n in pairs]
    base, flats = pairs[int(np.argmin(misses))]
    floors = np.full(len(stairs), base)
    # One or two houses get a floor more or less: rows are not all alike, and the sum comes closer.
    for i in rng.permutation(len(stairs)):
        gap = wanted - int((floors * stairs).sum()) * flats
        step = int(np.sign(gap))
        if step and abs(gap) > stairs[i] * flats / 2 and floors[i] + step in FLOORS[style]:
            floors[i] += step
    households = floors * stairs * flats
    over = int(households.sum()) - BAND[1]
    if over > 0 and wanted <= BAND[1]:
        # Some flats on the ground floor of the longest house are offices and stores.
        households[int(np.argmax(households))] -= min(over + 2, int(households.max()) // 3)
    return floors, households


def building_rows(
    draft: Draft,
    standing: Standing,
    plan: Plan,
    names: list[str],
    street_code: str,
    numbers: dict[int, tuple[str, int]],
) -> gpd.GeoDataFrame:
    """Return the metric building table of one subdistrict.

    Parameters
    ----------
    names : list of str
        Compound names.
    numbers : dict
        Compound -> (street name, house number of its gate).
    """
    leaf = np.array(draft.leaf)[standing.row]
    kind = np.array(draft.kind)[standing.row]
    entrances = np.array(draft.entrances)[standing.row]
    # Reading order inside a compound gives the house numbers.
    x, y = np.array(draft.x)[standing.row], np.array(draft.y)[standing.row]
    compound = np.array([plan.leaves[i].compound for i in leaf])
    order = np.lexsort([x, -np.round(y / 20.0), compound])
    label = np.empty(len(leaf), dtype=object)
    address = np.empty(len(leaf), dtype=object)
    count: dict[tuple[int, str], int] = {}
    for i in order:
        what = "house" if kind[i] in HOUSING else str(kind[i])
        key = (int(compound[i]), what)
        count[key] = count.get(key, 0) + 1
        street, number = numbers[int(compound[i])]
        label[i], address[i] = _label(what, count[key], names[compound[i]], f"{street}{number}号")
    return gpd.GeoDataFrame(
        {
            "source_id": [f"{street_code}-B{i + 1:05d}" for i in range(len(leaf))],
            "name": label,
            "address": address,
            "compound": [names[i] for i in compound],
            "kind": [PUBLIC_KIND.get(k, k) for k in kind],
            "floors": standing.floors,
            "entrances": np.where(standing.households > 0, entrances, 1),
            "households": standing.households,
            "leaf": leaf,
        },
        geometry=standing.footprints,
    )


_WORDS = {
    "shed": "车棚",
    "service": "附属用房",
    "school": "教学楼",
    "hospital": "病房楼",
    "market": "交易大棚",
    "commercial": "商业楼",
    "office": "写字楼",
    "industrial": "仓库",
}


def _label(what: str, number: int, compound: str, gate: str) -> tuple[str, str]:
    if what == "house":
        return f"{number}号楼", f"{gate}院{number}号楼"
    if what == "shop":
        return f"临街{number}号", f"{gate}附{number}号"
    word = _WORDS[what]
    return f"{compound}{number}号{word}", f"{gate}{number}号{word}"
