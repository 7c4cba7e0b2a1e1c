"""What stands where inside a micro-grid: housing, a pocket park, shop fronts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synth.board import Leaf, Plan
from geodata.synth.cells import DEDICATED_USES

Rect = tuple[float, float, float, float]
SHOP_DEPTH_M = 9.0
SHOP_CLEARANCE_M = 5.0
# Chance that a side of a housing block is lined with shops, by the street before it.
SHOP_CHANCE = {"major": 0.74, "minor": 0.52, "alley": 0.05}
# Chance of an extra parcel in a housing block and the share of its ground that it takes.
EXTRA = (("park", 0.085, 0.34), ("school", 0.04, 0.42), ("commercial", 0.05, 0.3))


@dataclass(frozen=True, slots=True)
class Parcel:
    """A rectangle on the board with one use. ``leaf`` is the index of its micro-grid."""

    leaf: int
    rect: Rect
    use: str


@dataclass(frozen=True, slots=True)
class Frontage:
    """A strip for shops along one side (0 west, 1 south, 2 east, 3 north) of a micro-grid."""

    leaf: int
    rect: Rect
    side: int


def make_parcels(plan: Plan, seed: int, index: int) -> tuple[list[Parcel], list[Frontage]]:
    """Divide the ground of every leaf; a leaf's first parcel is its main one."""
    rng = np.random.default_rng([seed, 41, index % 2**16])
    parcels: list[Parcel] = []
    fronts: list[Frontage] = []
    for i, leaf in enumerate(plan.leaves):
        rect = plan.inner(leaf.box)
        if leaf.use in DEDICATED_USES:
            parcels.append(Parcel(i, rect, leaf.use))
            continue
        extra = _extra(rng, plan, leaf, i, rect)
        if extra is not None:
            rect, parcel = extra
        rect, strips = _frontages(rng, plan, leaf, i, rect)
        parcels.append(Parcel(i, rect, leaf.use))
        if extra is not None:
            parcels.append(parcel)
        fronts += strips
    return parcels, fronts


def _extra(
    rng: np.random.Generator, plan: Plan, leaf: Leaf, i: int, rect: Rect
) -> tuple[Rect, Parcel] | None:
    """Take one end of the block for a park, a kindergarten or a commercial yard, now and then."""
    x0, y0, x1, y1 = rect
    draw = rng.random()
    by_river = any(plan.lines[k].kind == "river" for k in leaf.box[4:])
    for use, chance, share in EXTRA:
        chance *= 2.5 if use == "park" and by_river else 1.0
        if draw < chance and min(x1 - x0, y1 - y0) > 42 and max(x1 - x0, y1 - y0) > 84:
            share *= rng.uniform(0.85, 1.15)
            if x1 - x0 > y1 - y0:
                at = x0 + (x1 - x0) * share
                return (at + 3, y0, x1, y1), Parcel(i, (x0, y0, at, y1), use)
            at = y0 + (y1 - y0) * share
            return (x0, at + 3, x1, y1), Parcel(i, (x0, y0, x1, at), use)
        draw -= chance
        if draw < 0:
            return None
    return None


def _frontages(
    rng: np.random.Generator, plan: Plan, leaf: Leaf, i: int, rect: Rect
) -> tuple[Rect, list[Frontage]]:
    """Line at most two sides with shops and return what is left of the ground."""
    box = list(rect)
    strips: list[Frontage] = []
    taken = SHOP_DEPTH_M + SHOP_CLEARANCE_M
    for side in rng.permutation(4):
        kind = plan.lines[leaf.box[4 + side]].kind
        across = box[3] - box[1] if side in {1, 3} else box[2] - box[0]
        if len(strips) == 2 or across < 58 or rng.random() >= SHOP_CHANCE.get(kind, 0.0):
            continue
        strip = list(box)
        if side in {0, 1}:
            strip[side + 2] = box[side] + SHOP_DEPTH_M
            box[side] += taken
        else:
            strip[side - 2] = box[side] - SHOP_DEPTH_M
            box[side] -= taken
        strips.append(Frontage(i, (strip[0], strip[1], strip[2], strip[3]), int(side)))
    return (box[0], box[1], box[2], box[3]), strips
