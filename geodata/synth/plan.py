"""The drawing board: lines that divide a subdistrict into communities, grids and micro-grids.

One subdistrict on its board (metres, straight; ``warp`` bends it later)::

    +--------+-----+-----+--------+  north border (major)
    | freight|     |     |        |
    |~~rail~~|~~~~~|~~~~~|~~~~~~~~|  railway
    |   A    |  B1 | B2  |   C    |  communities of the north
    +--------+-----+-----+--------+  middle road (major)
    |   A'   | B1'  | B2'|   C'   |  communities of the south
    |≈≈river≈|≈≈≈≈≈≈|≈≈≈≈|≈≈≈≈≈≈≈≈|
    +--------+------+----+--------+  south border (major)

Every rectangle is then cut in two again and again, by weight, so that crossings are T-shaped and blocks
uneven, as in a town that grew. All coordinates are multiples of eight metres: borders meet exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from geodata.synth.names import stem_pool, words

UNIT_M = 8
WIDTH_M = 1640
HEIGHT_M = 1240
# Half of what a line takes from the land on either side, in metres.
INSET_M = {"major": 16.0, "minor": 9.5, "alley": 5.0, "wall": 1.6, "river": 46.0, "rail": 15.0}
# The first lines of a plan: four north-south, then south border, river, middle, rail, north border.
SPINES = 9
SOUTH, RIVER, MIDDLE, RAIL, NORTH = 4, 5, 6, 7, 8
EAST = 3
NAMES_PER_PLAN = 160
RIVER_HALF_M = 15.0
RIVERSIDE_ROAD_M = 38.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line on the board; ``kind`` is a key of ``INSET_M``."""

    vertical: bool
    at: float
    low: float
    high: float
    kind: str
    name: str = ""


class Box(NamedTuple):
    """A rectangle and the lines (indices) on its west, south, east and north side."""

    x0: int
    y0: int
    x1: int
    y1: int
    west: int
    south: int
    east: int
    north: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Leaf:
    """A micro-grid on the board."""

    box: Box
    community: int
    grid: int
    compound: int
    use: str


@dataclass
class Plan:
    """One subdistrict on the board. ``compounds`` holds (box, use, community)."""

    lines: list[Line] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    compounds: list[tuple[Box, str, int]] = field(default_factory=list)
    grids: int = 0

    def add(self, line: Line) -> int:
        self.lines.append(line)
        return len(self.lines) - 1

    def cut(self, box: Box, vertical: bool, at: int, kind: str) -> tuple[Box, Box]:
        """Cut a box in two by a new line; west or south part first."""
        low, high = (box.y0, box.y1) if vertical else (box.x0, box.x1)
        line = self.add(Line(vertical, at, low, high, kind))
        if vertical:
            return box._replace(x1=at, east=line), box._replace(x0=at, west=line)
        return box._replace(y1=at, north=line), box._replace(y0=at, south=line)

    def inner(self, box: Box) -> tuple[float, float, float, float]:
        """Return the box without streets, banks and walls: x0, y0, x1, y1."""
        west, south, east, north = (INSET_M[self.lines[i].kind] for i in box[4:])
        return box.x0 + west, box.y0 + south, box.x1 - east, box.y1 - north


@dataclass(frozen=True, slots=True)
class Spines:
    """The through lines of a column or a row of the lattice; they run on into the neighbours."""

    at: tuple[int, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]


def _snap(value: float) -> int:
    return round(value / UNIT_M) * UNIT_M


def column_spines(seed: int, column: int) -> Spines:
    """West border and the two inner north-south roads of a lattice column."""
    rng = np.random.default_rng([seed, 21, column % 2**16])
    pool = words()["majors_ns"]
    shares = (0.0, rng.uniform(0.27, 0.32), rng.uniform(0.69, 0.74))
    names = tuple(pool[(3 * column + i) % len(pool)] for i in range(3))
    at = tuple(column * WIDTH_M + _snap(share * WIDTH_M) for share in shares)
    return Spines(at, ("major", "major", "major"), names)


def row_spines(seed: int, row: int) -> Spines:
    """South border, river, middle road and railway of a lattice row.

    Every second row has the river, every third the railway; a minor road takes their place elsewhere.
    """
    rng = np.random.default_rng([seed, 22, row % 2**16])
    pool, rivers = words()["majors_ew"], words()["rivers"]
    shares = (0.0, rng.uniform(0.17, 0.2), rng.uniform(0.49, 0.53), rng.uniform(0.83, 0.86))
    at = tuple(row * HEIGHT_M + _snap(share * HEIGHT_M) for share in shares)
    river, rail = row % 2 == 0, row % 3 == 0
    kinds = ("major", "river" if river else "minor", "major", "rail" if rail else "minor")
    names = (
        pool[(4 * row) % len(pool)],
        rivers[(row // 2) % len(rivers)] if river else pool[(4 * row + 1) % len(pool)],
        pool[(4 * row + 2) % len(pool)],
        words()["rails"][0] if rail else pool[(4 * row + 3) % len(pool)],
    )
    return Spines(at, kinds, names)


# Slot on the board (west to east, north row then south row) -> index of the official community:
# 五棉北 三棉西 三棉东 方圆经纬 / 五棉南 四棉西 四棉东 锦绣城, so that 北 lies north of 南 and 西 west of 东.
SLOT_COMMUNITY = (5, 3, 0, 6, 2, 4, 1, 7)
SLOT_GRIDS = ((1, 5), (1, 3), (1, 3), (1, 5), (2, 4), (1, 3), (1, 3), (2, 4))
# Which uses a slot prefers: old mill housing, walk-ups, towers, an urban village.
SLOT_USES = {
    0: (0.58, 0.22, 0.04, 0.16),
    1: (0.80, 0.20, 0.00, 0.00),
    2: (0.72, 0.26, 0.02, 0.00),
    3: (0.42, 0.44, 0.14, 0.00),
    4: (0.40, 0.26, 0.02, 0.32),
    5: (0.68, 0.28, 0.04, 0.00),
    6: (0.50, 0.42, 0.08, 0.00),
    7: (0.26, 0.34, 0.26, 0.14),
}
HOUSING = ("danwei", "walkup", "tower", "village")
# (slot, part of the slot, use, weight against a micro-grid)
DEDICATED = (
    (0, 0, "industrial", 3.4),
    (1, 1, "park", 2.6),
    (3, 1, "school", 2.3),
    (2, 1, "market", 1.5),
    (4, 1, "park", 3.0),
    (5, 1, "commercial", 1.7),
    (6, 1, "school", 2.2),
    (7, 1, "hospital", 2.2),
)
MICRO_NET_M2 = 6350.0


def make_plan(seed: int, column: int, row: int, index: int) -> Plan:
    """Draw one subdistrict at a lattice place; the same arguments always give the same plan."""
    rng = np.random.default_rng([seed, 23, index % 2**16])
    plan = Plan()
    boxes = _slots(plan, rng, seed, column, row)
    for slot, parts in enumerate(boxes):
        for part, box in enumerate(parts):
            _fill_part(plan, rng, slot, part, box)
    _name_lines(plan, seed, index)
    return plan


def _name_lines(plan: Plan, seed: int, index: int) -> None:
    """Name minor streets and long alleys; no stem comes twice in a subdistrict."""
    pool = stem_pool(seed)
    used = 0
    for i, line in enumerate(plan.lines[SPINES:], SPINES):
        long_enough = line.kind == "minor" or line.high - line.low > 130
        if line.kind in {"minor", "alley"} and long_enough:
            stem = pool[(index * NAMES_PER_PLAN + used) % len(pool)]
            suffix = ("街" if line.vertical else "路") if line.kind == "minor" else "巷"
            plan.lines[i] = replace(line, name=stem + suffix)
            used += 1


def _slots(
    plan: Plan, rng: np.random.Generator, seed: int, column: int, row: int
) -> list[tuple[Box, Box]]:
    """Cut the board into eight communities, each in two parts by the railway or the river."""
    xs, ys = column_spines(seed, column), row_spines(seed, row)
    east, north = (column + 1) * WIDTH_M, (row + 1) * HEIGHT_M
    vertical = [
        plan.add(Line(True, at, ys.at[0], north, kind, name))
        for at, kind, name in zip(xs.at, xs.kinds, xs.names, strict=True)
    ]
    next_column, next_row = column_spines(seed, column + 1), row_spines(seed, row + 1)
    vertical.append(plan.add(Line(True, east, ys.at[0], north, "major", next_column.names[0])))
    flat = [
        plan.add(Line(False, at, xs.at[0], east, kind, name))
        for at, kind, name in zip(ys.at, ys.kinds, ys.names, strict=True)
    ]
    flat.append(plan.add(Line(False, north, xs.at[0], east, "major", next_row.names[0])))
    x, y = (*xs.at, east), (*ys.at, north)
    result = []
    for low, inner, high in ((2, 3, 4), (0, 1, 2)):
        halves = [Box(x[i], y[low], x[i + 1], y[high], vertical[i], flat[low], vertical[i + 1],
                      flat[high]) for i in range(3)]
        middle = halves[1]
        at = _snap(middle.x0 + middle.width * rng.uniform(0.42, 0.58))
        for box in (halves[0], *plan.cut(middle, True, at, "minor"), halves[2]):
            below = box._replace(y1=y[inner], north=flat[inner])
            above = box._replace(y0=y[inner], south=flat[inner])
            # Part 0 is the strip behind the barrier, part 1 the body of the community.
            result.append((above, below) if low == 2 else (below, above))
    return result


def _fill_part(plan: Plan, rng: np.random.Generator, slot: int, part: int, box: Box) -> None:
    wanted = [(use, weight) for s, p, use, weight in DEDICATED if (s, p) == (slot, part)]
    count = SLOT_GRIDS[slot][part]
    chosen = int(rng.integers(count))
    for i, grid in enumerate(_divide(plan, rng, box, [1.0] * count, 1.2, "minor")):
        _fill_grid(plan, rng, slot, grid, wanted[0] if wanted and i == chosen else None)


def _fill_grid(
    plan: Plan, rng: np.random.Generator, slot: int, box: Box, special: tuple[str, float] | None
) -> None:
    """Cut a grid into compounds by alleys and these into micro-grids by walls."""
    x0, y0, x1, y1 = plan.inner(box)
    weight = special[1] if special else 0.0
    count = max(2, round(((x1 - x0) * (y1 - y0)) / MICRO_NET_M2 - weight))
    weights = [1.0] * count
    if special:
        weights.insert(0, weight) if rng.random() < 0.5 else weights.append(weight)
    leaves = _divide_leaves(plan, rng, box, weights)
    for weight, leaf, compound in leaves:
        ground, use, _ = plan.compounds[compound]
        if weight != 1.0 and special:
            use = special[0]
        elif not use:
            size = sum(other == compound for _, _, other in leaves)
            use = _housing(plan, rng, slot, size)
        plan.compounds[compound] = (ground, use, slot)
        plan.leaves.append(Leaf(leaf, slot, plan.grids, compound, use))
    plan.grids += 1


def _housing(plan: Plan, rng: np.random.Generator, slot: int, size: int) -> str:
    """Choose the housing of a compound of ``size`` leaves that the community is shortest of."""
    built = [leaf.use for leaf in plan.leaves if leaf.community == slot]
    counts = np.array([built.count(use) for use in HOUSING])
    want = np.array(SLOT_USES[slot]) * (counts.sum() + size + 2) - counts
    return HOUSING[int(np.argmax(want + rng.uniform(0, 1.6, len(HOUSING)) * (want > 0)))]


def _compound(plan: Plan, box: Box) -> int:
    """Begin a compound; its use and community come with its first leaf."""
    plan.compounds.append((box, "", 0))
    return len(plan.compounds) - 1


def _place(
    plan: Plan, rng: np.random.Generator, box: Box, weights: list[float], aspect: float
) -> tuple[bool, int, int]:
    """Choose direction, position and where the list of weights is cut, by the ground without streets."""
    total = sum(weights)
    running = np.cumsum(weights)[:-1]
    at = int(np.argmin(np.abs(running - total * rng.uniform(0.42, 0.58)))) + 1
    if weights[0] != 1.0 or weights[-1] != 1.0:
        # A place of its own, like a park, is cut off first: it gets a whole side of the grid.
        at = 1 if weights[0] != 1.0 else len(weights) - 1
    x0, y0, x1, y1 = plan.inner(box)
    vertical = (x1 - x0) * rng.uniform(0.88, 1.12) > aspect * (y1 - y0)
    low, length = (x0, x1 - x0) if vertical else (y0, y1 - y0)
    share = sum(weights[:at]) / total + rng.uniform(-0.035, 0.035)
    return vertical, _snap(low + length * share), at


def _divide(
    plan: Plan, rng: np.random.Generator, box: Box, weights: list[float], aspect: float, kind: str
) -> list[Box]:
    """Cut a box into one box a weight by lines of one kind."""
    if len(weights) == 1:
        return [box]
    vertical, where, at = _place(plan, rng, box, weights, aspect)
    first, second = plan.cut(box, vertical, where, kind)
    return [
        *_divide(plan, rng, first, weights[:at], aspect, kind),
        *_divide(plan, rng, second, weights[at:], aspect, kind),
    ]


def _divide_leaves(
    plan: Plan,
    rng: np.random.Generator,
    box: Box,
    weights: list[float],
    compound: int = -1,
) -> list[tuple[float, Box, int]]:
    """Cut a grid into leaves; an alley makes two compounds of one, a wall does not."""
    if len(weights) == 1:
        if compound < 0:
            compound = _compound(plan, box)
        return [(weights[0], box, compound)]
    vertical, where, at = _place(plan, rng, box, weights, 1.75)
    # A place of its own, like a park, always has a way along it.
    alone = any(w != 1.0 for w in weights)
    alley = alone or (compound < 0 and len(weights) > 3)
    if not alley and compound < 0:
        compound = _compound(plan, box)
    parts = plan.cut(box, vertical, where, "alley" if alley else "wall")
    result = []
    for part, share in zip(parts, (weights[:at], weights[at:]), strict=True):
        result += _divide_leaves(plan, rng, part, share, compound)
    return result
