"""The base map's layers: water, blocks, rails, streets and named places. Everybody may see them."""

from __future__ import annotations

from pathlib import Path

from mapgrid.core.tiles import TileQuestion, TileSource, TileSql, read_sql
from mapgrid.ground.models import Street

SQL = Path(__file__).parent / "sql"
TABLES = ("ground_street", "ground_water", "ground_rail", "ground_block", "ground_place")
PLACES_FROM_ZOOM = 15
RANK_FROM_ZOOM: dict[str, int] = {
    Street.Rank.MAJOR: 0,
    Street.Rank.MINOR: 12,
    Street.Rank.ALLEY: 14,
}


def base_sql(question: TileQuestion) -> TileSql:
    """Return the layers of the base map that a zoom shows."""
    zoom = question.address.zoom
    names = ["water", "blocks", "rails", "streets"]
    if zoom >= PLACES_FROM_ZOOM:
        names.append("places")
    return TileSql(
        layers={name: read_sql(SQL / f"tile_{name}.sql").substitute() for name in names},
        params={"ranks": [rank for rank, first in RANK_FROM_ZOOM.items() if zoom >= first]},
    )


GROUND_TILES = TileSource("ground", "base", TABLES, base_sql)
