"""Tiles over the small world, fetched and decoded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
from django.test import Client

WEST, SOUTH, EAST, NORTH = 113.599, 34.749, 113.613, 34.753
Address = tuple[int, int, int]


def _column(lon: float, zoom: int) -> int:
    return int((lon + 180) / 360 * 2**zoom)


def _row(lat: float, zoom: int) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)


def tiles_over(zoom: int) -> Iterator[Address]:
    """Yield every tile that the world touches."""
    for x in range(_column(WEST, zoom), _column(EAST, zoom) + 1):
        for y in range(_row(NORTH, zoom), _row(SOUTH, zoom) + 1):
            yield zoom, x, y


def features(
    client: Client, group: str, layer: str, addresses: Iterator[Address], **params: str
) -> list[dict[str, Any]]:
    """Return the features of one layer over several tiles."""
    found: list[dict[str, Any]] = []
    for zoom, x, y in addresses:
        response = client.get(f"/api/tiles/{group}/{zoom}/{x}/{y}.mvt", params)
        assert response.status_code in (200, 204), response.content[:300]
        if response.content:
            decoded = mapbox_vector_tile.decode(response.content)
            found += decoded.get(layer, {}).get("features", [])
    return found


def heat_corners(zoom: int, x: int, y: int, every: int) -> Iterator[tuple[int, float, float]]:
    """Yield index, longitude and latitude of some corners of a heat tile, from the north-west."""
    for j in range(0, 65, every):
        for i in range(0, 65, every):
            lon = (x + i / 64) / 2**zoom * 360 - 180
            mercator = math.pi * (1 - 2 * (y + j / 64) / 2**zoom)
            yield j * 65 + i, lon, math.degrees(math.atan(math.sinh(mercator)))
