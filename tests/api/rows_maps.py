"""Rows of the access matrix: tiles, heat, and what needs no rows at all."""

from __future__ import annotations

import struct

import pytest
from django.utils import timezone

from mapgrid.grids.models import Cell
from tests.api import oracle
from tests.api.reader import BORDER, CLOCKS, Reader, row
from tests.api.tiles import features, heat_corners, tiles_over
from tests.cast import spot


@row("api-tile", "GET", "/api/tiles/events/14/0/0.mvt")
def tile(reader: Reader) -> None:
    rows = oracle.event_rows(reader.cast, reader.role)
    placed = [r for r in rows if r["point"] is not None]
    for zoom in (14, 16, 18):
        found = features(reader.client, "events", "events", tiles_over(zoom), show="all")
        assert {f["properties"]["n"] for f in found} == {r["number"] for r in placed}
        assert {f["id"] for f in found} == {r["id"] for r in placed}
    for zoom in (0, 8, 11, 13):
        found = features(reader.client, "events", "event_counts", tiles_over(zoom), show="all")
        assert sum(f["properties"]["n"] for f in found) == len(placed)
        clocks = [oracle.clock(r, timezone.now()) for r in placed]
        for name in CLOCKS:
            assert sum(f["properties"].get(name, 0) for f in found) == clocks.count(name)
    for layer, seen in (
        ("components", reader.cast.components(reader.role)),
        ("hazards", reader.cast.hazards(reader.role)),
    ):
        found = features(reader.client, "assets", layer, tiles_over(16))
        assert {f["properties"]["id"] for f in found} == seen
    found = features(reader.client, "base", "buildings", tiles_over(16))
    named = {f["properties"]["id"] for f in found if "id" in f["properties"]}
    assert named == reader.cast.buildings(reader.role)
    cells = features(reader.client, "grids", "cells", tiles_over(16))
    assert len({f["properties"]["code"] for f in cells}) == Cell.objects.count()


@row("api-tile-probe", "GET", "/api/tiles/probe.mvt")
def probe(reader: Reader) -> None:
    assert reader.status("/api/tiles/probe.mvt") in (200, 204)
    outside = reader.client.get("/api/tiles/probe.mvt", REMOTE_ADDR="203.0.113.7")
    assert outside.status_code == 404


@row("api-heat-value", "GET", "/api/heat/value?lon=113.6&lat=34.75")
def heat_value(reader: Reader) -> None:
    for lon, lat in (BORDER, spot((2, 2, 1), 0.5, 0.5), (113.606, 34.751), (113.62, 34.751)):
        found = reader.get("/api/heat/value", lon=str(lon), lat=str(lat))["value_per_km2"]
        assert found == pytest.approx(oracle.heat(reader.cast, reader.role, lon, lat), rel=1e-6)


@row("api-heat-tile", "GET", "/api/heat/16/0/0")
def heat_tile(reader: Reader) -> None:
    for zoom, x, y in list(tiles_over(15))[:1]:
        response = reader.client.get(f"/api/heat/{zoom}/{x}/{y}")
        values = struct.unpack("<4225f", response.content)
        for index, lon, lat in heat_corners(zoom, x, y, every=7):
            expected = oracle.heat(reader.cast, reader.role, lon, lat)
            assert values[index] == pytest.approx(expected, rel=1e-4, abs=1e-3)


@row("api-heat-legend", "GET", "/api/heat/legend")
def heat_legend(reader: Reader) -> None:
    legend = reader.get("/api/heat/legend")
    rows = [r["point"] for r in oracle.event_rows(reader.cast, reader.role) if r["point"]]
    highest = max((oracle.heat(reader.cast, reader.role, p.x, p.y) for p in rows), default=0.0)
    assert legend["highest"] == pytest.approx(highest, rel=1e-6)


@row("api-schema", "GET", "/api/schema")
def schema(reader: Reader) -> None:
    assert reader.status("/api/schema") == 200


@row("api-docs", "GET", "/api/docs")
def docs(reader: Reader) -> None:
    assert reader.status("/api/docs") == 200


@row("api-unknown", "GET", "/api/nothing")
def unknown(reader: Reader) -> None:
    assert reader.status("/api/nothing") == 404


@row("healthz", "GET", "/healthz")
def health(reader: Reader) -> None:
    assert reader.get("/healthz") == {"status": "ok"}
