"""How long a vector tile takes, with the tile cache off: ``./run python benchmarks/tiles.py``.

Measured from the reader's question to the tile's bytes: the filter parsed, the version read, the
statement built and run. Tiles are taken around randomly drawn events, so that busy places are asked
for more often, as they are on a map. Every tile is made once to warm the database, then timed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import _project  # noqa: F401  (sets Django up before our own imports)
import numpy as np
from django.db import connection
from django.utils import timezone

from mapgrid.core.scope import SYSTEM, Scope
from mapgrid.core.tiles import TileAddress, TileQuestion, tile_at, tile_plan, to_the_minute
from mapgrid.events.models import Event

BAR_MS = 150
ZOOMS = (10, 13, 16)
GROUPS = ("base", "grids", "assets", "events")


def main() -> int:
    """Print one line a group, zoom and question; 1 when the 95th percentile misses the bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=0, help="refuse to run with fewer events")
    parser.add_argument("--tiles", type=int, default=60, help="timed requests a line")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    count = Event.objects.count()
    if count < max(1, options.events):
        print(f"{count:,} events here; make more with: ./run manage load_demo --times N")
        return 2
    print(f"{count:,} events, {options.tiles} tiles a line, cache off, milliseconds\n")
    print(f"{'question':<26}{'group':<8}{'zoom':>4}{'p50':>8}{'p95':>8}{'max':>8}{'KB p95':>8}")
    draw = random.Random(options.seed)
    worst = 0.0
    for name, (scope, params) in questions().items():
        places = some_places(scope, draw, options.tiles)
        for group in GROUPS if name.startswith("all, default") else ("events",):
            for zoom in ZOOMS:
                addresses = [tile_at(lon, lat, zoom) for lon, lat in places]
                worst = max(worst, line(name, group, zoom, addresses, scope, params))
    print(f"\nworst p95 {worst:.0f} ms, bar {BAR_MS} ms: {'met' if worst < BAR_MS else 'MISSED'}")
    return int(worst >= BAR_MS)


def questions() -> dict[str, tuple[Scope, dict[str, str]]]:
    """Return who asks what: everything or one street, 30 days or the whole period."""
    month = {"show": "all", "from": (timezone.localdate() - timedelta(days=29)).isoformat()}
    whole = {"show": "all"}
    path = Event.objects.exclude(scope_path="").values_list("scope_path", flat=True)[0]
    street = Scope(paths=(path.split(".")[0] + ".",))
    return {
        "all, default filter": (SYSTEM, month),
        "all, whole period": (SYSTEM, whole),
        "all, only open": (SYSTEM, {}),
        "one street, default": (street, month),
        "one street, whole period": (street, whole),
    }


def some_places(scope: Scope, draw: random.Random, count: int) -> list[tuple[float, float]]:
    """Return the places of randomly drawn events inside the scope."""
    rows = Event.objects.filter(point__isnull=False)
    if not scope.everything:
        rows = rows.filter(scope_path__startswith=scope.paths[0])
    ids = list(rows.values_list("id", flat=True))
    chosen = Event.objects.filter(id__in=draw.choices(ids, k=count)).only("point")
    found = [(e.point.x, e.point.y) for e in chosen if e.point is not None]
    return draw.choices(found, k=count)


def line(
    name: str,
    group: str,
    zoom: int,
    addresses: list[TileAddress],
    scope: Scope,
    params: dict[str, str],
) -> float:
    """Time the tiles of one line, print it and return its 95th percentile in milliseconds."""
    now = to_the_minute(timezone.now())

    def make(address: TileAddress) -> int:
        plan = tile_plan(group, TileQuestion(address, scope, now, params))
        plan.version()
        return len(plan.render())

    for address in set(addresses):
        make(address)
    times, sizes = timed(make, addresses)
    p50, p95, most = np.percentile(times, [50, 95, 100])
    size = np.percentile(sizes, 95) / 1024
    print(
        f"{name:<26}{group:<8}{zoom:>4}{p50:>8.1f}{p95:>8.1f}{most:>8.1f}{size:>8.1f}", flush=True
    )
    return float(p95)


def timed(
    make: Callable[[TileAddress], int], addresses: list[TileAddress]
) -> tuple[list[float], list[int]]:
    """Return milliseconds and bytes of each tile."""
    times, sizes = [], []
    for address in addresses:
        start = time.perf_counter()
        sizes.append(make(address))
        times.append((time.perf_counter() - start) * 1e3)
    return times, sizes


if __name__ == "__main__":
    connection.ensure_connection()
    sys.exit(main())
