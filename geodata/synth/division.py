"""Cuts boxes in two, again and again: compounds by alleys, micro-grids by walls."""

from __future__ import annotations

import numpy as np

from geodata.synth.board import Box, Leaf, Plan, snap

# Which uses a community's slot prefers: old mill housing, walk-ups, towers, an urban village.
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
MICRO_NET_M2 = 6350.0


def fill_grid(
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
    """Choose direction, position and where the weights are cut, by ground without streets."""
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
    return vertical, snap(low + length * share), at


def divide(
    plan: Plan, rng: np.random.Generator, box: Box, weights: list[float], aspect: float, kind: str
) -> list[Box]:
    """Cut a box into one box a weight by lines of one kind."""
    if len(weights) == 1:
        return [box]
    vertical, where, at = _place(plan, rng, box, weights, aspect)
    first, second = plan.cut(box, vertical, where, kind)
    return [
        *divide(plan, rng, first, weights[:at], aspect, kind),
        *divide(plan, rng, second, weights[at:], aspect, kind),
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
