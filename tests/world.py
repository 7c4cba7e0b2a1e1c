"""A small invented world on squares of one thousandth of a degree, for tests of grids and events.

::

      34.752 ┌────────┬────────┬────────┬────────┐
             │ A1 a   │ A2 a   │ B1 a   │ B2 a   │
      34.751 ├────────┼────────┼────────┼────────┤
             │ A1 b   │ A2 b   │ B1 b   │ B2 b   │
      34.750 └────────┴────────┴────────┴────────┘
          113.600  113.601  113.602  113.603  113.604

One street with two communities (A, B), four grids (A1 …) and eight micro-grids (A1 a …).
"""

from __future__ import annotations

import datetime as dt

import shapely
from django.utils import timezone

from geodata.coverage import CellTable
from mapgrid.grids.models import Edition, Grid
from mapgrid.grids.services import edition_load, edition_publish

WEST, SOUTH, STEP = 113.600, 34.750, 0.001
STREET = "410102999"
LONG_AGO = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def xs(column: int) -> float:
    """Longitude of a column line; every cell uses the same double for the same line."""
    return round(WEST + column * STEP, 6)


def ys(row: int) -> float:
    """Latitude of a row line."""
    return round(SOUTH + row * STEP, 6)


def square(column: int, row: int, width: int = 1, height: int = 1) -> shapely.Polygon:
    """Return a rectangle with a vertex at every lattice point, so that neighbours share them."""
    bottom = [(xs(c), ys(row)) for c in range(column, column + width)]
    right = [(xs(column + width), ys(r)) for r in range(row, row + height)]
    top = [(xs(c), ys(row + height)) for c in range(column + width, column, -1)]
    left = [(xs(column), ys(r)) for r in range(row + height, row, -1)]
    return shapely.Polygon(bottom + right + top + left)


def code(*parts: int) -> str:
    """Return the code below the street: community, grid, micro-grid."""
    return STREET + "".join(f"{part:03d}" for part in parts)


def cell_rows(widths: tuple[int, int] = (2, 2)) -> list[tuple[str, int, str, str, shapely.Polygon]]:
    """Return (code, depth, parent, name, polygon) of every cell.

    ``widths`` moves the border between the communities: (2, 2) is the drawing, (3, 1) gives A the
    grid B1.
    """
    rows = [(STREET, 1, "", "测试街道", square(0, 0, 4, 2))]
    first = 0
    for community, width in enumerate(widths, start=1):
        name = "AB"[community - 1]
        rows.append((code(community), 2, STREET, name, square(first, 0, width, 2)))
        for grid in range(1, width + 1):
            column = first + grid - 1
            rows.append(
                (
                    code(community, grid),
                    3,
                    code(community),
                    f"{name}{grid}",
                    square(column, 0, 1, 2),
                )
            )
            for micro in (1, 2):
                row = 2 - micro  # 1 is the upper one: north to south
                rows.append(
                    (
                        code(community, grid, micro),
                        4,
                        code(community, grid),
                        f"{name}{grid}{'ab'[micro - 1]}",
                        square(column, row),
                    )
                )
        first += width
    return rows


def cell_table(rows: list[tuple[str, int, str, str, shapely.Polygon]]) -> CellTable:
    """Return the rows as geodata takes them."""
    index = {row[0]: i for i, row in enumerate(rows)}
    return CellTable.from_sequences(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [index.get(row[2], -1) for row in rows],
        [row[4] for row in rows],
    )


def load(name: str = "2024-01", widths: tuple[int, int] = (2, 2)) -> Edition:
    """Store the world as a draft."""
    rows = cell_rows(widths)
    return edition_load(name=name, cells=cell_table(rows), names=[row[3] for row in rows])


def publish(name: str = "2024-01", since: dt.datetime = LONG_AGO) -> Edition:
    """Store the world and put it in force."""
    return edition_publish(edition=load(name), effective_from=since).edition


def grid(*parts: int) -> Grid:
    """Return the identity of a cell."""
    return Grid.objects.get(code=code(*parts))


def soon(minutes: int = 60) -> dt.datetime:
    """Return a moment that is not yet."""
    return timezone.now() + dt.timedelta(minutes=minutes)
