"""Components and hazard points in the reader's scope, counted where they are too many to draw."""

from __future__ import annotations

from pathlib import Path
from string import Template

from mapgrid.core.tiles import TileQuestion, TileSource, TileSql, cut_sql, read_sql

SQL = Path(__file__).parent / "sql"
COMPONENTS_FROM_ZOOM = 15
HAZARDS_FROM_ZOOM = 12
MOST_POINTS = 2000

_DEPARTMENTS = Template("""($cut
    OR component.supervising_id = ANY(%(cut_departments)s::bigint[])
    OR component.owning_id = ANY(%(cut_departments)s::bigint[])
    OR component.maintaining_id = ANY(%(cut_departments)s::bigint[]))""")


def components_sql(question: TileQuestion) -> TileSql:
    """Return ``components``, or ``component_counts`` in a tile with more than ``MOST_POINTS``."""
    cut, params = cut_sql(question.scope, "component")
    params |= {"cut_departments": list(question.scope.department_ids), "most": MOST_POINTS}
    return _points("components", _DEPARTMENTS.substitute(cut=cut), params)


def hazards_sql(question: TileQuestion) -> TileSql:
    """Return ``hazards``, or ``hazard_counts`` in a tile with more than ``MOST_POINTS``."""
    cut, params = cut_sql(question.scope, "hazard")
    return _points("hazards", cut, params | {"most": MOST_POINTS})


def _points(name: str, cut: str, params: dict[str, object]) -> TileSql:
    shown = read_sql(SQL / f"tile_{name}.sql").substitute(cut=cut)
    counted = read_sql(SQL / "tile_counts.sql").substitute(rows=f"{name}_rows")
    return TileSql(
        ctes=(f"{name}_rows AS MATERIALIZED ({shown})",),
        layers={
            name: read_sql(SQL / "tile_points.sql").substitute(rows=f"{name}_rows"),
            f"{name[:-1]}_counts": counted,
        },
        params=params,
    )


COMPONENT_TILES = TileSource(
    "components",
    "assets",
    ("assets_component", "catalogue_category"),
    components_sql,
    COMPONENTS_FROM_ZOOM,
)
HAZARD_TILES = TileSource(
    "hazards", "assets", ("assets_hazardpoint",), hazards_sql, HAZARDS_FROM_ZOOM
)
