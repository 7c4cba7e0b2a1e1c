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

Every rectangle is then cut in two again and again, by weight, so that crossings are T-shaped and
blocks uneven, as in a town that grew. All coordinates are multiples of eight metres: borders meet
exactly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.synth.board import HEIGHT_M, SPINES, WIDTH_M, Box, Line, Plan, snap
from geodata.synth.division import divide, fill_grid
from geodata.synth.names import stem_pool
from geodata.synth.spines import column_spines, row_spines

NAMES_PER_PLAN = 160
# Slot on the board (west to east, north row then south row) -> index of the official community:
# 五棉北 三棉西 三棉东 方圆经纬 / 五棉南 四棉西 四棉东 锦绣城:
# 北 lies north of 南 and 西 west of 东.
SLOT_COMMUNITY = (5, 3, 0, 6, 2, 4, 1, 7)
SLOT_GRIDS = ((1, 5), (1, 3), (1, 3), (1, 5), (2, 4), (1, 3), (1, 3), (2, 4))
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
        halves = [
            Box(
                x[i], y[low], x[i + 1], y[high], vertical[i], flat[low], vertical[i + 1], flat[high]
            )
            for i in range(3)
        ]
        middle = halves[1]
        at = snap(middle.x0 + middle.width * rng.uniform(0.42, 0.58))
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
    for i, grid in enumerate(divide(plan, rng, box, [1.0] * count, 1.2, "minor")):
        fill_grid(plan, rng, slot, grid, wanted[0] if wanted and i == chosen else None)
