"""Places and cases of the demonstration that the stories need, found in its raw rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.e2e.server import Site

OPEN = "e.state NOT IN ('closed', 'rejected')"
POST = """
    SELECT c.code, c.name, c.path FROM people_user u
    JOIN grids_post p ON p.user_id = u.id JOIN grids_cell c ON c.grid_id = p.grid_id
    WHERE u.username = %s"""


@dataclass(frozen=True)
class Spot:
    """A place, and the micro-grid around it."""

    lon: float
    lat: float
    code: str
    name: str


def post_of(site: Site, user: str) -> dict[str, Any]:
    """Return code, name and path of the grid that a login is appointed to."""
    return site.one(POST, user)


def quiet_cover(site: Site, path: str, skip: int = 0) -> tuple[Spot, dict[str, Any]]:
    """Return a sewage cover well inside its micro-grid, with no open case of its kind near it.

    ::

        ┌──────────────┐
        │   ⊕ ←30 m→   │   no other sewage cover, no open case on one
        └──────────────┘
    """
    row = site.rows(
        f"""
        SELECT a.id, a.code16, ST_X(a.point) lon, ST_Y(a.point) lat, c.code, c.name
        FROM assets_component a JOIN catalogue_category k ON k.id = a.category_id
        JOIN grids_cell c ON c.grid_id = a.grid_id
        WHERE k.code = '0102' AND a.state = 'in_use' AND a.border_m > 8 AND a.scope_path LIKE %s
          AND NOT EXISTS (
            SELECT FROM events_event e WHERE {OPEN} AND e.category_id = a.category_id
              AND ST_DWithin(e.point::geography, a.point::geography, 60))
          AND NOT EXISTS (
            SELECT FROM assets_component b WHERE b.id <> a.id AND b.category_id = a.category_id
              AND ST_DWithin(b.point::geography, a.point::geography, 30))
        ORDER BY a.border_m DESC, a.id""",
        path + "%",
    )[skip]
    return Spot(row["lon"], row["lat"], row["code"], row["name"]), row


def inner_spot(site: Site, path: str) -> Spot:
    """Return the place furthest from every border, in the widest micro-grid below ``path``."""
    row = site.one(
        """
        SELECT ST_X(p.centre) lon, ST_Y(p.centre) lat, code, name
        FROM grids_cell, LATERAL (
          SELECT ST_Transform((ST_MaximumInscribedCircle(boundary_m)).center, 4326) centre) p
        WHERE is_leaf AND path LIKE %s ORDER BY ST_Area(boundary_m) DESC, code LIMIT 1""",
        path + "%",
    )
    return Spot(row["lon"], row["lat"], row["code"], row["name"])


def lonely_case(site: Site, clock_sql: str = "true") -> dict[str, Any]:
    """Return an open case that no other symbol stands near, well inside the street."""
    return site.one(f"""
        SELECT e.number, ST_X(e.point) lon, ST_Y(e.point) lat, e.state
        FROM events_event e
        WHERE {OPEN} AND e.grid_id IS NOT NULL AND e.suspended_at IS NULL AND {clock_sql}
          AND NOT EXISTS (
            SELECT FROM events_event o
            WHERE o.id <> e.id AND o.reported_at > e.reported_at - interval '90 days'
              AND ST_DWithin(o.point::geography, e.point::geography, 25))
          AND NOT EXISTS (
            SELECT FROM assets_hazardpoint h
            WHERE ST_DWithin(h.point::geography, e.point::geography, 25))
        ORDER BY e.border_m DESC""")


def closed_case(site: Site) -> dict[str, Any]:
    """Return a closed case of the first weeks that nothing else stands near."""
    return site.one("""
        SELECT e.number, ST_X(e.point) lon, ST_Y(e.point) lat FROM events_event e
        WHERE e.state = 'closed' AND NOT EXISTS (
            SELECT FROM events_event o
            WHERE o.id <> e.id AND ST_DWithin(o.point::geography, e.point::geography, 6))
          AND NOT EXISTS (
            SELECT FROM assets_component c
            WHERE ST_DWithin(c.point::geography, e.point::geography, 12))
          AND NOT EXISTS (
            SELECT FROM assets_hazardpoint h
            WHERE ST_DWithin(h.point::geography, e.point::geography, 12))
        ORDER BY e.reported_at LIMIT 1 OFFSET 40""")


def outside(site: Site) -> tuple[float, float, dict[str, Any]]:
    """Return a place 60 m west of everything, and the cell that is nearest to it by raw rows."""
    edge = site.one("""
        WITH street AS (
          SELECT boundary, ST_XMin(boundary) west, (ST_YMin(boundary) + ST_YMax(boundary)) / 2 lat
          FROM grids_cell WHERE depth = 1),
        cut AS (
          SELECT lat, ST_Intersection(boundary, ST_SetSRID(
            ST_MakeLine(ST_Point(west - 1, lat), ST_Point(west + 1, lat)), 4326)) line
          FROM street)
        SELECT ST_XMin(line) lon, lat FROM cut""")
    lon, lat = edge["lon"] - 60 / 91_500, edge["lat"]
    nearest = site.one(
        """
        SELECT code, name FROM grids_cell WHERE is_leaf
        ORDER BY ST_Distance(boundary_m, ST_Transform(ST_SetSRID(ST_Point(%s, %s), 4326), 4547))
        LIMIT 1""",
        lon,
        lat,
    )
    return lon, lat, nearest
