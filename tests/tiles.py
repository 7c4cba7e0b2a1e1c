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
WEST, SOUTH, EAST, NORTH = 113.5995, 34.7495, 113.6125, 34.7525


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


def around(zoom: int) -> list[TileAddress]:
    """Return the tiles over the small world and the other street, with a margin."""
    first = tile_at(WEST, NORTH, zoom)
    last = tile_at(EAST, SOUTH, zoom)
    return [
        TileAddress(zoom, x, y)
        for x in range(first.x, last.x + 1)
        for y in range(first.y, last.y + 1)
    ]


def gather(group: str, layer: str, zoom: int, reader: Scope = SYSTEM, **params: Any) -> Features:
    """Return a layer's features from all tiles over the small world."""
    return [
        feature
        for address in around(zoom)
        for feature in tile(group, address, reader, **params).get(layer, [])
    ]
