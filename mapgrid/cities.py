"""One installation is one city: metric system, time zone, number prefix, calendar: a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class City:
    """What a city declares once; see the files in ``cities/`` for the meaning of each line."""

    name: str
    title: str
    title_en: str
    metric_srid: int
    time_zone: str
    event_prefix: str
    datum: str
    calendar: str
    bounds_lonlat: tuple[float, float, float, float]
    demonstration: bool = False
    attribution: str = ""


def read_city(name: str, folders: list[Path]) -> City:
    """Read ``NAME.toml`` from the first folder that holds it."""
    for folder in folders:
        path = folder / f"{name}.toml"
        if path.is_file():
            return _city(name, tomllib.loads(path.read_text(encoding="utf-8")))
    known = sorted({p.stem for f in folders if f.is_dir() for p in f.glob("*.toml")})
    msg = f"No city '{name}'. Known: {', '.join(known)}. Add cities/{name}.toml to make one."
    raise RuntimeError(msg)


def _city(name: str, raw: dict[str, Any]) -> City:
    try:
        west, south, east, north = (float(v) for v in raw.pop("bounds_lonlat"))
        return City(name=name, bounds_lonlat=(west, south, east, north), **raw)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"cities/{name}.toml: {error}"
        raise RuntimeError(msg) from error
