"""Components, hazard points and buildings: add, edit, move, retire, and what their past tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.register.models import Building
from tests.api.conftest import ClientOf
from tests.cast import Cast

NEW: dict[str, dict[str, Any]] = {
    "components": {"category": "component:0102", "name": "新井"},
    "hazards": {"kind": "flood_prone", "name": "新积水点", "contact_phone": "13912345678"},
    "buildings": {"name": "9 号楼", "floors": 6, "households": 24},
}
KINDS = sorted(NEW)


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def patch(client: Client, address: str, **body: Any) -> Any:
    return client.patch(address, json.dumps(body), content_type="application/json")


def add(client: Client, kind: str, lon: float = 113.6005, lat: float = 34.7515) -> Any:
    return post(client, f"/api/{kind}", lon=lon, lat=lat, **NEW[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_thing_lands_in_its_grid_and_says_why(client_of: ClientOf, kind: str) -> None:
    response = add(client_of("community"), kind)
    assert response.status_code == 201, response.content
    row = response.json()
    assert row["grid"]["name"] == "A1a"
    assert row["why"]["rule"] == "inside"
    assert row["editable"]
    again = client_of("inside").get(f"/api/{kind}/{row['id']}").json()
    assert again == {**row, "editable": False}


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_raises_the_version_and_moves_the_thing(client_of: ClientOf, kind: str) -> None:
    client = client_of("community")
    pk = add(client, kind).json()["id"]
    row = patch(
        client, f"/api/{kind}/{pk}", version=1, name="改名", lon=113.6015, lat=34.7505
    ).json()
    assert (row["name"], row["version"], row["grid"]["name"]) == ("改名", 2, "A2b")


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_on_an_old_version_is_refused_and_changes_nothing(
    client_of: ClientOf, kind: str
) -> None:
    client = client_of("community")
    pk = add(client, kind).json()["id"]
    patch(client, f"/api/{kind}/{pk}", version=1, name="先")
    response = patch(client, f"/api/{kind}/{pk}", version=1, name="后")
    assert response.status_code == 409
    assert response.json()["error"]["data"] == {"version": 2}
    assert client.get(f"/api/{kind}/{pk}").json()["name"] == "先"


@pytest.mark.parametrize("kind", KINDS)
def test_a_retired_thing_keeps_its_row(client_of: ClientOf, kind: str) -> None:
    client = client_of("community")
    pk = add(client, kind).json()["id"]
    row = post(client, f"/api/{kind}/{pk}/retire", version=1).json()
    assert row["state"] == "retired"
    assert client.get(f"/api/{kind}/{pk}").status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_is_not_moved_out_of_ones_area(client_of: ClientOf, kind: str) -> None:
    client = client_of("community")
    pk = add(client, kind).json()["id"]
    response = patch(client, f"/api/{kind}/{pk}", version=1, lon=113.6035, lat=34.7505)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "point.outside")
    assert client.get(f"/api/{kind}/{pk}").json()["grid"]["name"] == "A1a"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [{"version": 1, "lon": 113.6}, {"name": "x"}, {"version": 0}])
def test_half_an_edit_is_refused(client_of: ClientOf, kind: str, body: dict[str, Any]) -> None:
    client = client_of("community")
    pk = add(client, kind).json()["id"]
    assert patch(client, f"/api/{kind}/{pk}", **body).status_code == 400


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("components", {"category": "incident:0110"}),
        ("components", {"category": "component:0999"}),
        ("components", {"code16": "12"}),
        ("components", {"supervising": 10**9}),
        ("components", {"state": "gone"}),
        ("hazards", {"kind": "dragon"}),
        ("hazards", {"severity": 9}),
        ("hazards", {"next_check_on": "soon"}),
        ("buildings", {"floors": -1}),
        ("buildings", {"scope_path": "x"}),
        ("buildings", {"lon": "x"}),
    ],
)
def test_a_wrong_field_is_named(client_of: ClientOf, kind: str, change: dict[str, Any]) -> None:
    body = {"lon": 113.6005, "lat": 34.7515, **NEW[kind], **change}
    response = post(client_of("community"), f"/api/{kind}", **body)
    assert response.status_code == 400
    named = " ".join(response.json()["error"]["fields"])
    assert next(iter(change)) in named


def test_one_16_digit_id_is_given_once(client_of: ClientOf) -> None:
    client = client_of("community")
    place = {"lon": 113.6005, "lat": 34.7515, **NEW["components"], "code16": "4101020102000001"}
    assert post(client, "/api/components", **place).status_code == 201
    response = post(client, "/api/components", **place)
    assert response.status_code == 400


def test_a_contact_of_a_hazard_is_masked(cast: Cast, client_of: ClientOf) -> None:
    pk = min(cast.hazards("inside"))
    response = client_of("community").get(f"/api/hazards/{pk}")
    assert response.json()["contact_masked"] == "张**"
    assert response.json()["contact_phone_masked"] == "139****5678"
    assert "13912345678" not in response.content.decode()
    past = client_of("community").get(f"/api/hazards/{pk}/history").content.decode()
    assert "13912345678" not in past


def test_a_footprint_is_drawn_and_moves_along(client_of: ClientOf) -> None:
    ring = [[113.6004, 34.7514], [113.6006, 34.7514], [113.6006, 34.7516], [113.6004, 34.7514]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    client = client_of("community")
    place = {"lon": 113.6005, "lat": 34.7515, "footprint": shape}
    row = post(client, "/api/buildings", **place).json()
    assert row["footprint"] == shape
    moved = patch(client, f"/api/buildings/{row['id']}", version=1, lon=113.6006, lat=34.7515)
    first = moved.json()["footprint"]["coordinates"][0][0]
    assert first == pytest.approx([113.6005, 34.7514])


def history(client: Client, kind: str, pk: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/{kind}/{pk}/history").json()["results"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_past_tells_who_changed_what(client_of: ClientOf, kind: str) -> None:
    client = client_of("community")
    pk = add(client, kind).json()["id"]
    patch(client, f"/api/{kind}/{pk}", version=1, name="改名")
    lines = history(client, kind, pk)
    assert [line["action"] for line in lines] == ["update", "insert"]
    assert lines[0]["actor"] == "Community staff 测*********"
    changes = {change["field"]: change for change in lines[0]["changes"]}
    assert (changes["name"]["before"], changes["name"]["after"]) == (NEW[kind]["name"], "改名")
    assert set(changes) == {"name"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_past_in_a_foreign_grid_stays_there(client_of: ClientOf, kind: str) -> None:
    """A thing was moved from A2 to A1: the worker of A1 reads its past from then on.

    ::

        +------+------+
        |  A1  |  A2  |     x was called 旧 at A2, and came to A1
        |   x <--     |
        +------+------+
    """
    community = client_of("community")
    pk = add(community, kind, lon=113.6015).json()["id"]
    patch(community, f"/api/{kind}/{pk}", version=1, name="旧")
    patch(community, f"/api/{kind}/{pk}", version=2, name="新", lon=113.6005, lat=34.7515)
    assert [line["version"] for line in history(community, kind, pk)] == [3, 2, 1]
    own = history(client_of("inside"), kind, pk)
    assert [line["version"] for line in own] == [3]
    assert "旧" not in json.dumps(own, ensure_ascii=False)
    assert client_of("neighbour").get(f"/api/{kind}/{pk}/history").status_code == 404


MODELS = {"components": Component, "hazards": HazardPoint, "buildings": Building}


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_reads_and_does_not_edit(client_of: ClientOf, kind: str) -> None:
    worker = client_of("inside")
    count = MODELS[kind].objects.count()  # type: ignore[attr-defined]
    pk = add(client_of("community"), kind).json()["id"]
    assert add(worker, kind).status_code == 403
    assert patch(worker, f"/api/{kind}/{pk}", version=1, name="x").status_code == 403
    assert post(worker, f"/api/{kind}/{pk}/retire", version=1).status_code == 403
    assert MODELS[kind].objects.count() == count + 1  # type: ignore[attr-defined]
