"""Rows of the access matrix: the reader, the search box, places and grids."""

from __future__ import annotations

from django.utils import timezone

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.events.models import Event
from mapgrid.grids.models import Cell
from mapgrid.register.models import Building
from tests import world
from tests.api import oracle
from tests.api.reader import BORDER, Reader, row
from tests.cast import sees_path, spot


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
