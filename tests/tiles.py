"""Asking for tiles in tests, and reading them with a decoder that knows nothing of ours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import mapbox_vector_tile
from django.utils import timezone

from mapgrid.core.scope import SYSTEM, Scope
from mapgrid.core.tiles import TileAddress, TileQuestion, tile_at, tile_plan
from mapgrid.grids.scopes import scope_of
from tests.cast import Cast

Features = list[dict[str, Any]]
MIDDLE = (113.6015, 34.7512)


def scope(cast: Cast, role: str) -> Scope:
    """Return the scope of one of the cast."""
    return scope_of(cast.users[role])


def decode(body: bytes) -> dict[str, Features]:
    """Return the features of each layer, y downwards as in the tile."""
    if not body:
        return {}
    options = {"y_coord_down": True}
    layers = mapbox_vector_tile.decode(body, default_options=options)
    return {name: layer["features"] for name, layer in layers.items()}


def tile(
    group: str,
    address: TileAddress,
    reader: Scope = SYSTEM,
    now: dt.datetime | None = None,
    language: str = "en",
    **params: Any,
) -> dict[str, Features]:
    """Return the layers of one tile."""
    moment = now or timezone.now()
    question = TileQuestion(address, reader, moment, params, language)
    return decode(tile_plan(group, question).render())


def around(zoom: int, lon: float = MIDDLE[0], lat: float = MIDDLE[1]) -> list[TileAddress]:
    """Return the nine tiles around a place."""
    middle = tile_at(lon, lat, zoom)
    return [
        TileAddress(zoom, middle.x + right, middle.y + down)
        for right in (-1, 0, 1)
        for down in (-1, 0, 1)
    ]


def gather(group: str, layer: str, zoom: int, reader: Scope = SYSTEM, **params: Any) -> Features:
    """Return a layer's features from all tiles that the small world touches."""
    return [
        feature
        for address in around(zoom)
        for feature in tile(group, address, reader, **params).get(layer, [])
    ]
