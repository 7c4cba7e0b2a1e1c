"""The through lines of the city: roads, rivers and railways across subdistricts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synth.board import HEIGHT_M, WIDTH_M, snap
from geodata.synth.names import words


@dataclass(frozen=True, slots=True)
class Spines:
    """The through lines of a column or a row of the lattice; they run on into the neighbours."""

    at: tuple[int, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]


def column_spines(seed: int, column: int) -> Spines:
    """West border and the two inner north-south roads of a lattice column."""
    rng = np.random.default_rng([seed, 21, column % 2**16])
    pool = words()["majors_ns"]
    shares = (0.0, rng.uniform(0.27, 0.32), rng.uniform(0.69, 0.74))
    names = tuple(pool[(3 * column + i) % len(pool)] for i in range(3))
    at = tuple(column * WIDTH_M + snap(share * WIDTH_M) for share in shares)
    return Spines(at, ("major", "major", "major"), names)


def row_spines(seed: int, row: int) -> Spines:
    """South border, river, middle road and railway of a lattice row.

    Every second row has the river, every third the railway; a minor road takes their place
    elsewhere.
    """
    rng = np.random.default_rng([seed, 22, row % 2**16])
    pool, rivers = words()["majors_ew"], words()["rivers"]
    shares = (0.0, rng.uniform(0.17, 0.2), rng.uniform(0.49, 0.53), rng.uniform(0.83, 0.86))
    at = tuple(row * HEIGHT_M + snap(share * HEIGHT_M) for share in shares)
    river, rail = row % 2 == 0, row % 3 == 0
    kinds = ("major", "river" if river else "minor", "major", "rail" if rail else "minor")
    names = (
        pool[(4 * row) % len(pool)],
        rivers[(row // 2) % len(rivers)] if river else pool[(4 * row + 1) % len(pool)],
        pool[(4 * row + 2) % len(pool)],
        words()["rails"][0] if rail else pool[(4 * row + 3) % len(pool)],
    )
    return Spines(at, kinds, names)
