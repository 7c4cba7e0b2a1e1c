"""The rows of the access matrix: for each endpoint, what each reader must get and must not get."""

from __future__ import annotations

import csv
import io
import json
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.events.models import Event, EventPhoto
from mapgrid.grids.models import Cell
from mapgrid.register.models import Building
from tests import world
from tests.api import oracle
from tests.api.tiles import features, heat_corners, tiles_over
from tests.cast import Cast, sees_path, spot

Key = tuple[str, str]
Check = Callable[["Reader"], None]
ROWS: dict[Key, tuple[str, Check]] = {}
ABSENT = 10**9
CLOCKS = ("late", "soon", "ok", "still", "lost")
BORDER = spot((1, 1, 1), 0.98, 0.5)  # a metre or two from the neighbour's events
FAR = spot((2, 2, 2), 0.5, 0.5)
REPORTERS = ("inside", "neighbour", "community", "centre", "administrator", "stranger")
EDITORS = ("community", "centre", "administrator")
EXPORTERS = ("centre", "administrator")


@dataclass
class Reader:
    """One of the cast with a client."""

    cast: Cast
    role: str
    client: Client

    def get(self, address: str, **params: str) -> Any:
        response = self.client.get(address, params)
        assert response.status_code == 200, (address, response.status_code, response.content[:500])
        return response.json()

    def status(self, address: str) -> int:
        return int(self.client.get(address).status_code)

    def send(self, method: str, address: str, **body: Any) -> Any:
        return getattr(self.client, method)(address, json.dumps(body), "application/json")

    @property
    def events(self) -> set[str]:
        return self.cast.events(self.role)

    def assert_alike(self, foreign: Any, absent: Any) -> None:
        """What is foreign answers as what is not there: same status, same body."""
        assert foreign.status_code == absent.status_code
        assert foreign.content == absent.content


def row(name: str, method: str, sample: str) -> Callable[[Check], Check]:
    """Register the check of one endpoint; ``sample`` is an address for who is not logged in."""

    def keep(check: Check) -> Check:
        ROWS[name, method] = (sample, check)
        return check

    return keep


@row("api-me", "GET", "/api/me")
def me(reader: Reader) -> None:
    assert reader.get("/api/me")["username"] == reader.role


@row("api-catalogue", "GET", "/api/catalogue")
def catalogue(reader: Reader) -> None:
    assert len(reader.get("/api/catalogue")["kinds"]) == 2


@row("api-search", "GET", "/api/search?q=x")
def search(reader: Reader) -> None:
    for number in Event.objects.values_list("number", flat=True):
        hits = _hits(reader, number)
        assert hits.get("event", []) == ([number] if number in reader.events else [])
    buildings = reader.cast.buildings(reader.role)
    for building in Building.objects.all():
        hits = _hits(reader, building.name)
        assert hits.get("building", []) == ([str(building.pk)] if building.pk in buildings else [])
    # Names of grids, places and streets are for everybody who is logged in.
    assert world.STREET in _hits(reader, world.STREET)["grid"]
    assert _hits(reader, "测试公园")["place"]
    assert _hits(reader, "测试路")["street"] == ["测试路"]


def _hits(reader: Reader, text: str) -> dict[str, list[str]]:
    groups = reader.get("/api/search", q=text)["groups"]
    return {group["kind"]: [hit["id"] for hit in group["results"]] for group in groups}


@row("api-place", "GET", "/api/place?lon=113.6&lat=34.75")
def place(reader: Reader) -> None:
    path = Cell.objects.get(code=world.code(1, 1, 1)).path
    for lon, lat in (BORDER, spot((1, 2, 1), 0.03, 0.3), spot((2, 1, 2), 0.5, 0.5)):
        for key in ("component:0102", "incident:0110"):
            found = reader.get("/api/place", lon=str(lon), lat=str(lat), category=key)
            expected = oracle.near_events(reader.cast, reader.role, lon, lat, key)
            assert {event["number"] for event in found["events"]} == expected
            nearest = oracle.nearest_component(reader.cast, reader.role, lon, lat)
            got = found["component"] and found["component"]["id"]
            assert got == (nearest if key.startswith("component") else None)
        rows = oracle.event_rows(reader.cast, reader.role)
        likely = {r["condition__code"] for r in rows if r["condition__code"]}
        assert {choice["condition"] for choice in found["likely"]} == likely
    found = reader.get("/api/place", lon=str(BORDER[0]), lat=str(BORDER[1]))
    assert found["grid"]["name"] == "A1a"  # the why line names grids, which are public
    assert {p["name"] for p in found["people"]} == oracle.people(reader.role, path)


@row("api-grid", "GET", f"/api/grids/{world.STREET}")
def grid(reader: Reader) -> None:
    now = timezone.now()
    rows = oracle.event_rows(reader.cast, reader.role)
    for cell in Cell.objects.all():
        found = reader.get(f"/api/grids/{cell.code}")
        inside = [r for r in rows if r["scope_path"].startswith(cell.path)]
        opened = [r for r in inside if r["state"] not in oracle.ENDED]
        clocks = [oracle.clock(r, now) for r in opened]
        assert found["open"] == {
            c: clocks.count(c) for c in ("late", "soon", "ok", "still", "lost")
        }
        for name, model, seen in (
            ("buildings", Building, reader.cast.buildings(reader.role)),
            ("components", Component, reader.cast.components(reader.role)),
            ("hazards", HazardPoint, reader.cast.hazards(reader.role)),
        ):
            paths = dict(model.objects.values_list("id", "scope_path"))  # type: ignore[attr-defined]
            assert found[name] == sum(paths[pk].startswith(cell.path) for pk in seen)
        for child in found["children"]:
            path = f"{cell.path}{child['code']}."
            assert child["open"] == sum(r["scope_path"].startswith(path) for r in opened)
        people = oracle.people(reader.role, cell.path, widest=min(2, cell.path.count(".")))
        assert {person["name"] for person in found["people"]} == people
        assert found["inside"] == sees_path(reader.role, cell.path)
    reader.assert_alike(
        reader.client.get("/api/grids/410102888"), reader.client.get("/api/grids/nothing")
    )


@row("api-events", "GET", "/api/events")
def event_list(reader: Reader) -> None:
    page = reader.get("/api/events", show="all", limit="200")
    assert {event["number"] for event in page["results"]} == reader.events
    assert page["count"] == len(reader.events)
    # A filter for somebody else's grid opens no door.
    foreign = reader.get("/api/events", show="all", limit="200", grid=world.code(2))
    assert {e["number"] for e in foreign["results"]} == {
        r["number"]
        for r in oracle.event_rows(reader.cast, reader.role)
        if r["scope_path"].startswith(f"{world.STREET}.{world.code(2)}.")
    }


@row("api-events", "POST", "/api/events")
def event_report(reader: Reader) -> None:
    body = {
        "uuid": str(uuid.uuid4()), "lon": BORDER[0], "lat": BORDER[1],
        "category": "incident:0110", "condition": "011001",
    }  # fmt: skip
    response = reader.send("post", "/api/events", **body)
    if reader.role not in REPORTERS:
        assert response.status_code == 403
        return
    assert response.status_code == 201
    event = response.json()
    near = oracle.near_events(reader.cast, reader.role, *BORDER, "incident:0110")
    assert {e["number"] for e in event["nearby"]["events"]} == near - {event["number"]}
    seen = event["number"] in reader.events
    assert reader.status(f"/api/events/{event['number']}") == (200 if seen else 404)
    if not seen:
        assert event["people"] == []


@row("api-event-counts", "GET", "/api/events/counts")
def counts(reader: Reader) -> None:
    rows = oracle.event_rows(reader.cast, reader.role)
    clocks = [oracle.clock(r, timezone.now()) for r in rows if r["state"] not in oracle.ENDED]
    found = reader.get("/api/events/counts")
    expected = {name: clocks.count(name) for name in CLOCKS}
    assert {name: found[name] for name in expected} == expected
    assert (found["total"], found["closed"]) == (len(clocks), len(rows) - len(clocks))


@row("api-event-timeline", "GET", "/api/events/timeline")
def timeline(reader: Reader) -> None:
    days = reader.get("/api/events/timeline")["days"]
    rows = oracle.event_rows(reader.cast, reader.role)
    assert sum(day["reported"] for day in days) == len(rows)
    assert sum(day["closed"] for day in days) == sum(r["closed_at"] is not None for r in rows)


@row("api-event-export", "GET", "/api/events/export.csv")
def export(reader: Reader) -> None:
    response = reader.client.get("/api/events/export.csv", {"show": "all"})
    if reader.role not in EXPORTERS:
        assert response.status_code == 403
        return
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert {line[0] for line in list(csv.reader(io.StringIO(text)))[1:]} == reader.events


@row("api-event", "GET", "/api/events/T-111-1")
def event(reader: Reader) -> None:
    absent = reader.client.get("/api/events/T-absent")
    for raw in Event.objects.all():
        response = reader.client.get(f"/api/events/{raw.number}")
        if raw.number not in reader.events:
            reader.assert_alike(response, absent)
            continue
        found = response.json()
        assert {p["name"] for p in found["people"]} == oracle.people(reader.role, raw.scope_path)
        assert {photo["id"] for photo in found["photos"]} == {
            str(key) for key in raw.photos.values_list("uuid", flat=True)
        }
        if raw.point is not None:
            key = f"{raw.category.kind}:{raw.category.code}"  # type: ignore[union-attr]
            near = oracle.near_events(reader.cast, reader.role, raw.point.x, raw.point.y, key)
            assert {e["number"] for e in found["nearby"]["events"]} == near - {raw.number}
            component = found["nearby"]["component"]
            if key.startswith("component"):
                at = oracle.nearest_component(reader.cast, reader.role, raw.point.x, raw.point.y)
                assert (component and component["id"]) == at


@row("api-event-point", "PATCH", "/api/events/T-111-1/point")
def event_point(reader: Reader) -> None:
    body = {"lon": 113.6005, "lat": 34.7515, "version": 1}
    absent = reader.send("patch", "/api/events/T-absent/point", **body)
    for number in ("T-111-1", "T-121-1", "T-211-1", "T-out-1"):
        response = reader.send("patch", f"/api/events/{number}/point", **body)
        if reader.role not in EDITORS:
            assert response.status_code == 403
        elif number in reader.events:
            assert response.status_code == 200
        else:
            reader.assert_alike(response, absent)


@row("api-photo", "GET", f"/api/photos/{uuid.UUID(int=1)}")
def photo(reader: Reader) -> None:
    absent = reader.client.get(f"/api/photos/{uuid.uuid4()}")
    for stored in EventPhoto.objects.select_related("event"):
        for size in ("full", "thumb"):
            response = reader.client.get(f"/api/photos/{stored.uuid}", {"size": size})
            if stored.event.number in reader.events:
                assert response.status_code == 200
            else:
                reader.assert_alike(response, absent)


MODELS: dict[str, Any] = {"component": Component, "hazard": HazardPoint, "building": Building}
NEW: dict[str, dict[str, Any]] = {
    "component": {"category": "component:0102"},
    "hazard": {"kind": "other", "name": "新"},
    "building": {"name": "新"},
}


def _register(name: str) -> None:
    """Register the five checks of one table."""
    base, model = f"/api/{name}s", MODELS[name]

    @row(f"api-{name}-list", "POST", base)
    def add(reader: Reader) -> None:
        for where, code in ((BORDER, world.code(1, 1)), (FAR, world.code(2, 2))):
            response = reader.send("post", base, lon=where[0], lat=where[1], **NEW[name])
            path = Cell.objects.get(code=code).path
            allowed = reader.role in EDITORS and sees_path(reader.role, path)
            assert response.status_code == (201 if allowed else 403)

    @row(f"api-{name}", "GET", f"{base}/1")
    def one(reader: Reader) -> None:
        _read_each(reader, model, base, "")

    @row(f"api-{name}-history", "GET", f"{base}/1/history")
    def past(reader: Reader) -> None:
        _read_each(reader, model, base, "/history")

    @row(f"api-{name}", "PATCH", f"{base}/1")
    def edit(reader: Reader) -> None:
        _write_each(reader, model, base, "patch", "", name="改")

    @row(f"api-{name}-retire", "POST", f"{base}/1/retire")
    def retire(reader: Reader) -> None:
        _write_each(reader, model, base, "post", "/retire")


def _seen(reader: Reader, model: Any) -> set[int]:
    seen = {
        Component: reader.cast.components,
        HazardPoint: reader.cast.hazards,
        Building: reader.cast.buildings,
    }
    return seen[model](reader.role)


def _read_each(reader: Reader, model: Any, base: str, suffix: str) -> None:
    absent = reader.client.get(f"{base}/{ABSENT}{suffix}")
    assert absent.status_code == 404
    seen = _seen(reader, model)
    for pk in model.objects.values_list("id", flat=True):
        response = reader.client.get(f"{base}/{pk}{suffix}")
        if pk in seen:
            assert response.status_code == 200
        else:
            reader.assert_alike(response, absent)


def _write_each(
    reader: Reader, model: Any, base: str, method: str, suffix: str, **body: Any
) -> None:
    absent = reader.send(method, f"{base}/{ABSENT}{suffix}", version=1, **body)
    seen = _seen(reader, model)
    for pk in model.objects.values_list("id", flat=True):
        response = reader.send(method, f"{base}/{pk}{suffix}", version=1, **body)
        if reader.role in EDITORS and pk in seen:
            assert response.status_code == 200
        else:
            assert response.status_code == (404 if reader.role in EDITORS else 403)
            reader.assert_alike(response, absent)


for _name in MODELS:
    _register(_name)


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
