"""The outlines and labels of the editions in force: names and codes are public."""

from __future__ import annotations

from pathlib import Path

from mapgrid.core.tiles import TileQuestion, TileSource, TileSql, read_sql
from mapgrid.grids.models import DEPTH, Level
from mapgrid.grids.selectors import editions_in_force

SQL = Path(__file__).parent / "sql"
TABLES = ("grids_cell", "grids_edition")
LEVEL_FROM_ZOOM: dict[str, int] = {
    Level.DISTRICT: 0,
    Level.STREET: 0,
    Level.COMMUNITY: 10,
    Level.GRID: 12,
    Level.MICRO: 14,
}


def grids_sql(question: TileQuestion) -> TileSql:
    """Return the cells of the levels that a zoom shows; one query finds the editions in force."""
    zoom = question.address.zoom
    levels = [level for level, first in LEVEL_FROM_ZOOM.items() if zoom >= first]
    editions = editions_in_force(question.now).order_by("id").values_list("id", flat=True)
    return TileSql(
        layers={
            "cells": read_sql(SQL / "tile_cells.sql").substitute(),
            "labels": read_sql(SQL / "tile_labels.sql").substitute(),
        },
        params={
            "editions": list(editions),
            "depths": [DEPTH[level] for level in levels],
        },
    )


GRID_TILES = TileSource("grids", "grids", TABLES, grids_sql)
