"""Tiles over HTTP: versions, refusals, what a reader is told, and what an answer costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mapgrid.core.tiles import tile_at
from mapgrid.events.models import Event
from mapgrid.ground.models import Street
from tests.api.conftest import ClientOf
from tests.cast import Cast
from tests.tiles import MIDDLE, decode


def url(group: str, zoom: int = 15) -> str:
    address = tile_at(*MIDDLE, zoom)
    return f"/api/tiles/{group}/{address.zoom}/{address.x}/{address.y}.mvt"


def test_a_tile_is_sent_once_and_then_only_asked_about(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("inside")
    first = client.get(url("grids"))
    assert first.status_code == 200
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(url("grids"), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    assert not again.content


def etag(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code in (200, 204)
    return str(response["ETag"])


@pytest.mark.parametrize("group", ["base", "grids", "assets", "events"])
def test_every_group_has_a_new_version_when_its_own_rows_change(
    cast: Cast, client_of: ClientOf, group: str
) -> None:
    client = client_of("administrator")
    with time_machine.travel(timezone.now(), tick=False):
        before = {g: etag(client, url(g)) for g in ("base", "grids", "assets", "events")}
        _write(group)
        after = {g: etag(client, url(g)) for g in before}
    assert {g for g in before if before[g] != after[g]} == {group}


def _write(group: str) -> None:
    table = {
        "base": "ground_street", "grids": "grids_cell", "assets": "assets_hazardpoint",
        "events": "events_event",
    }[group]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id")


def test_what_was_written_is_in_the_next_tile(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("administrator")
    client.get(url("base"))
    line = "SRID=4326;LINESTRING(113.6 34.7512, 113.604 34.7512)"
    Street.objects.create(name="新路", rank="major", line=line)
    streets = decode(client.get(url("base")).content)["streets"]
    assert "新路" in {f["properties"]["name"] for f in streets}


def test_an_event_grows_late_without_any_write(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("administrator")
    start = timezone.now().replace(second=5)
    Event.objects.filter(number="T-111-1").update(deadline_at=start + dt.timedelta(minutes=3))
    clocks, versions = [], []
    for minutes in (0, 4):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False):
            response = client.get(url("events"))
        found = {f["properties"]["n"]: f["properties"] for f in decode(response.content)["events"]}
        clocks.append(found["T-111-1"]["clock"])
        versions.append(response["ETag"])
    assert clocks == ["soon", "late"] or clocks == ["ok", "late"]
    assert versions[0] != versions[1]


def test_readers_with_another_area_never_share_a_version_of_what_is_cut(
    cast: Cast, client_of: ClientOf
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for group in ("assets", "events"):
            versions = {etag(client_of(role), url(group)) for role in ("inside", "neighbour")}
            assert len(versions) == 2
        versions = {etag(client_of(role), url("grids")) for role in ("inside", "neighbour")}
        assert len(versions) == 1


def test_a_filter_is_part_of_the_version(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("administrator")
    with time_machine.travel(timezone.now(), tick=False):
        assert etag(client, url("events")) != etag(client, url("events") + "?clock=late")


def test_an_empty_tile_has_no_body(cast: Cast, client_of: ClientOf) -> None:
    response = client_of("stranger").get(url("events"))
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/tiles/base/5/32/0.mvt", 400, "tile.address"),
        ("/api/tiles/base/40/0/0.mvt", 400, "tile.address"),
        ("/api/tiles/cellars/5/3/3.mvt", 404, "tile.group"),
        (url("events") + "?clock=soonish", 400, "filter.clock"),
        (url("events") + "?from=2026-02-30", 400, "filter.from"),
    ],
)
def test_what_cannot_be_answered_says_why(
    cast: Cast, client_of: ClientOf, path: str, status: int, code: str
) -> None:
    response = client_of("administrator").get(path)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code


def test_nobody_gets_a_tile_without_logging_in(cast: Cast, client_of: ClientOf) -> None:
    assert client_of("anonymous").get(url("base")).status_code == 401


@pytest.mark.parametrize(
    ("group", "role", "new", "known"),
    [
        # session and user, [posts and paths: 1], [editions: 1], version, tile
        ("base", "administrator", 4, 3),
        ("grids", "administrator", 5, 4),
        ("assets", "administrator", 4, 3),
        ("events", "administrator", 4, 3),
        ("events", "inside", 5, 4),
    ],
)
def test_a_tile_costs_a_fixed_number_of_queries(
    cast: Cast, client_of: ClientOf, group: str, role: str, new: int, known: int
) -> None:
    client = client_of(role)
    with time_machine.travel(timezone.now(), tick=False):
        assert queries(client, url(group)) == new
        assert queries(client, url(group)) == known  # from this process's memory
        assert queries(client, url(group), etag(client, url(group))) == known


def queries(client: Client, address: str, version: str = "") -> int:
    headers: dict[str, Any] = {"if-none-match": version} if version else {}
    with CaptureQueriesContext(connection) as caught:
        client.get(address, headers=headers)
    return len([q for q in caught if "SAVEPOINT" not in q["sql"]])


def test_the_probe_answers_this_machine_with_a_tile_made_just_now(cast: Cast) -> None:
    response = Client(REMOTE_ADDR="127.0.0.1").get("/api/tiles/probe.mvt")
    assert response.status_code == 200
    counts = decode(response.content)["event_counts"]
    assert sum(f["properties"]["n"] for f in counts) > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "10.1.2.3"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.1.2.3"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=10.1.2.3"},
        {"REMOTE_ADDR": ""},
    ],
    ids=str,
)
def test_the_probe_knows_nobody_else(cast: Cast, headers: dict[str, str]) -> None:
    assert Client(**headers).get("/api/tiles/probe.mvt").status_code == 404


def test_the_probe_has_nothing_to_show_where_no_event_has_a_place(cast: Cast) -> None:
    Event.objects.update(point=None)
    assert Client(REMOTE_ADDR="::1").get("/api/tiles/probe.mvt").status_code == 204


def test_a_compressed_tile_is_asked_about_like_any_other(cast: Cast, client_of: ClientOf) -> None:
    """Compression makes the version a weak one (W/"…"), and browsers send it back like that."""
    client = client_of("administrator")
    headers = {"accept-encoding": "gzip"}
    first = client.get(url("grids"), headers=headers)
    assert first["Content-Encoding"] == "gzip"
    assert first["ETag"].startswith('W/"')
    again = client.get(url("grids"), headers={**headers, "if-none-match": first["ETag"]})
    assert again.status_code == 304
