"""Vector tiles made inside PostGIS: addresses, sources, one statement a group, versions.

Each app registers a ``TileSource`` that turns a question into SQL. A group's sources become one
statement, whose text, bound parameters and data version together are the tile's version: whatever
changes an answer (rows, scope, filter, edition in force, the minute) changes its ETag with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.utils.translation import gettext as _

from mapgrid.core.changes import data_version
from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.core.scope import Scope

EXTENT = 4096
BUFFER = 64
MAX_ZOOM = 22
WORLD_BITS = 26  # stored tile positions count 2^26 units around the world
PIXELS = 256
WORLD_M = 40_075_016.685578488  # web mercator's side, EPSG:3857 metres
LARGEST_KEPT_BYTES = 512 * 1024

Params = dict[str, Any]


@dataclass(frozen=True)
class TileAddress:
    """One tile of the web-mercator pyramid.

    Raises
    ------
    InvalidError
        ``tile.address`` when there is no such tile.
    """

    zoom: int
    x: int
    y: int

    def __post_init__(self) -> None:
        side = 1 << self.zoom if 0 <= self.zoom <= MAX_ZOOM else 0
        if not (0 <= self.x < side and 0 <= self.y < side):
            raise InvalidError(
                "tile.address",
                _("There is no tile %(z)s/%(x)s/%(y)s: zoom 0 to %(max)s, x and y below 2^zoom.")
                % {"z": self.zoom, "x": self.x, "y": self.y, "max": MAX_ZOOM},
            )

    @property
    def params(self) -> Params:
        """What every source's SQL may bind: the address and the size of a pixel."""
        pixels = PIXELS << self.zoom
        return {
            "tile_z": self.zoom,
            "tile_x": self.x,
            "tile_y": self.y,
            "tile_pixel_m": WORLD_M / pixels,
            "tile_pixel_deg": 360 / pixels,
        }

    @property
    def key_range(self) -> tuple[int, int]:
        """The first and last Morton key inside the tile (see ``events/sql/0004_tile_keys.sql``)."""
        shift = 2 * (WORLD_BITS - self.zoom)
        first = _interleave(self.x, self.y) << shift
        return first, first + (1 << shift) - 1


def _interleave(x: int, y: int) -> int:
    return sum(((x >> i & 1) << 2 * i) | ((y >> i & 1) << 2 * i + 1) for i in range(WORLD_BITS))


def tile_at(lon: float, lat: float, zoom: int) -> TileAddress:
    """Return the tile that a place lies in; beyond the projection's end, the last row."""
    side = 1 << zoom
    sine = math.sin(math.radians(max(-85.0511, min(85.0511, lat))))
    down = 0.5 - math.atanh(sine) / (2 * math.pi)
    return TileAddress(zoom, min(side - 1, int((lon + 180) / 360 * side)), int(down * side))


def to_the_minute(moment: dt.datetime) -> dt.datetime:
    """Cut a moment to its minute, so that what depends on it has one version a minute."""
    return moment.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class TileQuestion:
    """Who asks for which tile, with which filter, and when.

    Parameters
    ----------
    address : TileAddress
    scope : Scope
    now : datetime
        Part of the version where a layer depends on it: give it ``to_the_minute``.
    params : mapping of str to str
        The query string.
    language : str
        For the few texts that a tile carries.
    """

    address: TileAddress
    scope: Scope
    now: dt.datetime
    params: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh-hans"


@dataclass(frozen=True)
class TileSql:
    """One source's share of the statement.

    Parameters
    ----------
    layers : mapping of str to str
        Layer name to a SELECT with ``geom`` in tile coordinates, ``fid`` (the feature's id) and the
        attributes. Every value is a bound parameter.
    params : dict
        The bound values; names are shared by the whole group.
    ctes : tuple of str
        ``name AS (…)`` that the layers read.
    """

    layers: Mapping[str, str]
    params: Params = field(default_factory=dict)
    ctes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TileSource:
    """Some layers of a group, and the tables whose data version is theirs.

    Parameters
    ----------
    name, group : str
    tables : tuple of str
        Versioned tables (``core.changes``) that the layers read.
    build : callable
        ``TileQuestion -> TileSql``.
    from_zoom : int
        Below this the source has nothing to show.
    """

    name: str
    group: str
    tables: tuple[str, ...]
    build: Callable[[TileQuestion], TileSql]
    from_zoom: int = 0


_sources: dict[str, TileSource] = {}


def register_tiles(source: TileSource) -> None:
    """Register a source; twice is the same as once."""
    _sources[source.name] = source


def tile_groups() -> list[str]:
    """Return the names of the groups that have a source."""
    return sorted({source.group for source in _sources.values()})


@cache
def read_sql(path: Path) -> Template:
    """Return a named .sql file; ``$name`` marks where a fragment of SQL goes, never a value."""
    return Template(path.read_text(encoding="utf-8"))


# A tile is a short question: compiling it or starting helpers costs more than they save, and a sort
# of one tile's rows fits in memory. Sent with the statement, so that they end with it.
SHORT_STATEMENT = (
    "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;"
    " SET LOCAL work_mem = '32MB'; "
)
_LAYER = Template(
    "coalesce((SELECT ST_AsMVT(t, %($name)s, $extent, 'geom', 'fid') FROM ($select) AS t"
    " WHERE t.geom IS NOT NULL), ''::bytea)"
)


@dataclass(frozen=True)
class TilePlan:
    """A group's statement for one question, not yet run."""

    sql: str
    params: Params
    tables: tuple[str, ...]

    def version(self) -> str:
        """Return the tile's version; one query."""
        state = (self.sql, sorted(self.params.items(), key=lambda item: item[0]))
        digest = hashlib.blake2b(repr(state).encode(), digest_size=12)
        digest.update(data_version(self.tables).encode())
        return digest.hexdigest()

    def render(self) -> bytes:
        """Make the tile; one query, or none where nothing is shown."""
        if not self.sql:
            return b""
        with connection.cursor() as cursor:
            cursor.execute(SHORT_STATEMENT + self.sql, self.params)
            row = cursor.fetchone()
        return bytes(row[0])

    def body(self, version: str) -> bytes:
        """Return the tile of a version, from this process's memory when it is there."""
        kept = caches["tiles"]
        body: bytes | None = kept.get(version)
        if body is None:
            body = self.render()
            if len(body) <= LARGEST_KEPT_BYTES:
                kept.set(version, body)
        return body


def tile_plan(group: str, question: TileQuestion) -> TilePlan:
    """Put the sources of a group together.

    Raises
    ------
    NotFoundError
        ``tile.group`` for an unknown group.
    """
    sources = [_sources[name] for name in sorted(_sources) if _sources[name].group == group]
    if not sources:
        raise NotFoundError(
            "tile.group",
            _("There is no group of layers “%(group)s”; there are: %(known)s.")
            % {"group": group, "known": ", ".join(tile_groups())},
        )
    shown = [source for source in sources if question.address.zoom >= source.from_zoom]
    tables = sorted({table for source in shown for table in source.tables})
    parts = [source.build(question) for source in shown]
    params = question.address.params
    for part in parts:
        params |= part.params
    return TilePlan(_statement(parts, params), params, tuple(tables))


def _statement(parts: Sequence[TileSql], params: Params) -> str:
    ctes = ", ".join(cte for part in parts for cte in part.ctes)
    layers: list[str] = []
    for name, select in (item for part in parts for item in part.layers.items()):
        bound = f"layer_{len(layers)}"
        params[bound] = name
        layers.append(_LAYER.substitute(name=bound, extent=EXTENT, select=select))
    if not layers:
        return ""
    return ("WITH " + ctes + " " if ctes else "") + "SELECT " + " || ".join(layers)


_CUT = Template("""(%(cut_all)s
    OR EXISTS (SELECT FROM unnest(%(cut_paths)s::text[]) AS cut (path)
               WHERE starts_with($alias.scope_path, cut.path))
    OR (%(cut_unassigned)s AND $alias.scope_path = ''))""")


def cut_sql(scope: Scope, alias: str) -> tuple[str, Params]:
    """Return the reader's cut of a table with ``scope_path``, for the few rows of one tile."""
    params: Params = {
        "cut_all": scope.everything,
        "cut_paths": list(scope.paths),
        "cut_unassigned": scope.unassigned,
    }
    return _CUT.substitute(alias=alias), params
