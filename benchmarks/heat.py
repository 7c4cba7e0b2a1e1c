"""What the heat costs: loading a reader's events once, then every tile.

``./run python benchmarks/heat.py``
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import timedelta

import _project  # noqa: F401  (sets Django up before our own imports)
import numpy as np
from django.utils import timezone
from tiles import some_places

from mapgrid.core.scope import SYSTEM, Scope
from mapgrid.core.tiles import tile_at, to_the_minute
from mapgrid.events.models import Event
from mapgrid.heat.asked import BANDWIDTHS_M, HeatAsked
from mapgrid.heat.selectors import (
    HeatSurface,
    forget_surfaces,
    heat_legend,
    heat_question,
    heat_surface,
    heat_tile,
)

ZOOMS = (10, 12, 13, 14, 15, 16, 18)


def main() -> int:
    """Print the loading time and the tiles of each question and bandwidth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiles", type=int, default=40, help="timed tiles a zoom")
    options = parser.parse_args()
    if not Event.objects.exists():
        print("No events here; make some with: ./run manage load_demo")
        return 2
    print(f"{Event.objects.count():,} events; milliseconds, p50/p95 a tile\n")
    print(f"{'question':<26}{'h m':>5}{'events':>10}{'load':>7}{'scale':>7}  tiles at {ZOOMS}")
    for name, (scope, days) in questions().items():
        for bandwidth_m in BANDWIDTHS_M:
            line(name, scope, days, bandwidth_m, options.tiles)
    return 0


def questions() -> dict[str, tuple[Scope, int]]:
    """Return who asks for how many days."""
    path = Event.objects.exclude(scope_path="").values_list("scope_path", flat=True)[0]
    street = Scope(paths=(path.split(".")[0] + ".",))
    return {
        "one street, 30 days": (street, 30),
        "one street, 18 months": (street, 550),
        "all, 30 days": (SYSTEM, 30),
        "all, 18 months": (SYSTEM, 550),
    }


def line(name: str, scope: Scope, days: int, bandwidth_m: int, tiles: int) -> None:
    """Time one question."""
    start = time.perf_counter()
    surface = load(scope, days, bandwidth_m)
    loaded = time.perf_counter()
    heat_legend(surface)
    scaled = time.perf_counter()
    draw = random.Random(1)
    places = some_places(scope, draw, tiles)
    parts = []
    for zoom in ZOOMS:
        times = []
        for lon, lat in places:
            before = time.perf_counter()
            heat_tile(surface, tile_at(lon, lat, zoom))
            times.append((time.perf_counter() - before) * 1e3)
        p50, p95 = np.percentile(times, [50, 95])
        parts.append(f"{p50:.0f}/{p95:.0f}")
    head = f"{name:<26}{bandwidth_m:>5}{len(surface.density):>10,}"
    costs = f"{(loaded - start) * 1e3:>7.0f}{(scaled - loaded) * 1e3:>7.0f}"
    print(head + costs + "  " + "  ".join(parts), flush=True)


def load(scope: Scope, days: int, bandwidth_m: int) -> HeatSurface:
    """Load a surface as a first request does."""
    forget_surfaces()
    now = to_the_minute(timezone.now())
    first = (timezone.localdate() - timedelta(days=days - 1)).isoformat()
    asked = HeatAsked.parse({"from": first, "bandwidth_m": str(bandwidth_m)}, now)
    question = heat_question(scope, asked, now)
    return heat_surface(question, question.version())


if __name__ == "__main__":
    sys.exit(main())
