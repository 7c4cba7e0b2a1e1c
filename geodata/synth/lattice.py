"""Where the subdistricts of a city lie, and the bend that they share."""

from __future__ import annotations

import math

import numpy as np

from geodata.synth.board import HEIGHT_M, WIDTH_M
from geodata.synth.spines import row_spines
from geodata.synth.warp import Swing, Warp, make_warp

Place = tuple[int, int]


def places(times: int) -> list[Place]:
    """Return (column, row) of each subdistrict, row by row in a block about as wide as high.

    Raises
    ------
    ValueError
        If ``times`` is not between 1 and 99.
    """
    if not 1 <= times <= 99:
        raise ValueError(f"times must be between 1 and 99, not {times}")
    columns = max(1, round(math.sqrt(times * HEIGHT_M / WIDTH_M)))
    return [(i % columns, i // columns) for i in range(times)]


def surroundings(inside: list[Place]) -> list[Place]:
    """Return the lattice places that touch the city from outside, also at a corner."""
    around = {(c + dc, r + dr) for c, r in inside for dc in (-1, 0, 1) for dr in (-1, 0, 1)}
    return sorted(around - set(inside))


def bend(seed: int, inside: list[Place]) -> Warp:
    """Make the bend of the whole city, with a swing for every river and railway around it."""
    rows = range(min(r for _, r in inside) - 1, max(r for _, r in inside) + 2)
    swings = []
    for row in rows:
        spines = row_spines(seed, row)
        rng = np.random.default_rng([seed, 12, row % 2**16])
        for at, kind in zip(spines.at, spines.kinds, strict=True):
            phase = float(rng.uniform(0, 2 * np.pi))
            if kind == "river":
                swings.append(Swing(at, 34.0, 1050.0, phase, 135.0))
            elif kind == "rail":
                swings.append(Swing(at, 46.0, 2700.0, phase, 150.0))
    return make_warp(seed, (WIDTH_M / 2, HEIGHT_M / 2), tuple(swings))
