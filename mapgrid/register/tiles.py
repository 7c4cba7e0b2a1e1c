"""Buildings on the base map: everybody sees shapes; names and ids only inside the scope."""

from __future__ import annotations

from pathlib import Path

from mapgrid.core.tiles import TileQuestion, TileSource, TileSql, cut_sql, read_sql

SQL = Path(__file__).parent / "sql"
FROM_ZOOM = 15


def buildings_sql(question: TileQuestion) -> TileSql:
    """Return the layer ``buildings``."""
    cut, params = cut_sql(question.scope, "building")
    select = read_sql(SQL / "tile_buildings.sql").substitute(cut=cut)
    return TileSql(layers={"buildings": select}, params=params)


BUILDING_TILES = TileSource("buildings", "base", ("register_building",), buildings_sql, FROM_ZOOM)
