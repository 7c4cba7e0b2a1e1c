"""Named tables of cells for spatial tests, at coordinates that floats cannot hold exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from geodata.coverage import CellTable

WEST, SOUTH = 113.6, 34.7
CELL_DEG = 0.001


def box(x: float, y: float, width: float = 1, height: float = 1) -> Any:
    """A box in cell sizes from the corner of the specimens."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return polygon(corners)


def polygon(corners: Sequence[tuple[float, float]], *holes: Sequence[tuple[float, float]]) -> Any:
    return shapely.Polygon(_degrees(corners), [_degrees(hole) for hole in holes])


def at(x: float, y: float) -> tuple[float, float]:
    """The degrees of a place given in cell sizes; the same float for the same place."""
    return WEST + x * CELL_DEG, SOUTH + y * CELL_DEG


def _degrees(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [at(x, y) for x, y in corners]


def one_level(level: int = 3, **geometries: Any) -> CellTable:
    """Roots of one level; the keyword is the code, a leading "c" is dropped."""
    codes = [code.removeprefix("c") for code in geometries]
    count = len(codes)
    return CellTable.from_sequences(codes, [level] * count, [-1] * count, [*geometries.values()])


def mesh(side: int = 8, seed: int = 0, pieces: int = 3) -> CellTable:
    """A root, its rows of cells as communities, and bent cells that share their borders exactly.

    ::

        +--~--+--~--+    ~  borders are bent: each has some vertices of its own,
        |  3  /  4  |       the same for both neighbours
        +-~--+---~--+    rows 0 and 1 are communities, the last row has no cells below it
        |  1  \\  2  |
        +--~--+--~--+
    """
    rng = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1)
    nodes[1:-1, 1:-1] += rng.uniform(-0.3, 0.3, nodes[1:-1, 1:-1].shape)
    bends: dict[tuple[tuple[int, int], tuple[int, int]], list[tuple[float, float]]] = {}

    def border(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        low, high = min(a, b), max(a, b)
        if (low, high) not in bends:
            t = np.arange(pieces)[:, None] / pieces
            line = nodes[low] * (1 - t) + nodes[high] * t
            line[1:] += rng.uniform(-0.05, 0.05, line[1:].shape)
            bends[low, high] = [*map(tuple, line), tuple(nodes[high])]
        return bends[low, high] if a < b else bends[low, high][::-1]

    cells, rows = [], []
    for j in range(side):
        for i in range(side):
            ring = [(j, i), (j, i + 1), (j + 1, i + 1), (j + 1, i), (j, i)]
            corners = [p for a, b in pairwise(ring) for p in border(a, b)[:-1]]
            cells.append(polygon(corners))
            rows.append(j)
    return nested(cells, rows, without_children={side - 1})


def nested(cells: list[Any], rows: list[int], without_children: set[int]) -> CellTable:
    """Give cells a community for each row number and one root; some communities stay empty."""
    row = np.array(rows)
    communities = [shapely.union_all(np.array(cells)[row == k]) for k in sorted(set(rows))]
    kept = [k for k, r in enumerate(rows) if r not in without_children]
    # Codes that sort differently as numbers and as bytes.
    codes = ["root", *(f"c{k}" for k in range(len(communities))), *(str(k) for k in kept)]
    levels = [1] + [2] * len(communities) + [4] * len(kept)
    parents = [-1] + [0] * len(communities) + [1 + rows[k] for k in kept]
    shapes = [shapely.union_all(cells), *communities, *(cells[k] for k in kept)]
    return CellTable.from_sequences(codes, levels, parents, shapes)


def awkward() -> CellTable:
    """Everything that is unpleasant, in one coverage.

    ::

        +--------+---+---+   1  has a hole, filled by 2, which has an island of its own (2 again)
        | 1 +--+ | 4 |   |   3  a sliver a thousandth wide along 1
        |   |2 | |   | 5 |   4, 5  meet 3 in T-junctions at places that no float holds exactly
        |   +--+ |3--+   |   6  two parts, one of them enclosed in 5
        +--------+-+-+---+
    """
    hole = [(1.1, 1.1), (1.3, 2.3), (2.7, 2.1), (2.2, 1.05)]
    island = [(5.2, 1.3), (5.7, 1.4), (5.4, 1.9)]
    thin = 4 + 1 / 700
    return one_level(
        c1=polygon([(0, 0), (4, 0), (4, 4), (0, 4)], hole),
        c2=polygon(hole),
        c3=polygon([(4, 0), (thin, 0), (thin, 4 / 3), (thin, 4), (4, 4)]),
        c4=polygon([(thin, 4 / 3), (5, 4 / 3), (5, 4), (thin, 4)]),
        c5=polygon(
            [(thin, 0), (7, 0), (7, 4), (5, 4), (5, 4 / 3), (thin, 4 / 3)],
            island,
        ),
        c6=shapely.union(polygon(island), polygon([(7, 0), (8, 1 / 3), (7, 4)])),
    )


def diagonal() -> tuple[CellTable, np.ndarray, np.ndarray]:
    """Two triangles along a long diagonal, and points so close to it that plain floats get lost.

    ::

                +    The points are 64 x 64 neighbouring floats around (0.5, 0.5), where the floats
              / |    lie 32 times as dense as at the diagonal's far end, so that the difference
        +   x   |    of point and end is rounded by more than the point is off the line.
        | /     |    Kettner et al., "Classroom examples of robustness problems in geometric
        +-------+    computations", Computational Geometry 40 (2008), figure 2.
    """
    low, high = -17.3, 24.1
    cells = CellTable.from_sequences(
        ["above", "below"],
        [3, 3],
        [-1, -1],
        [
            shapely.Polygon([(low, low), (high, high), (low, high)]),
            shapely.Polygon([(low, low), (high, low), (high, high)]),
        ],
    )
    steps = np.arange(64) * 2.0**-53
    lon, lat = np.meshgrid(0.5 + steps, 0.5 + steps)
    return cells, lon.ravel(), lat.ravel()
