"""Heat over HTTP."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mapgrid.core.tiles import tile_at
from mapgrid.events.models import Event
from tests.api.conftest import ClientOf
from tests.cast import Cast
from tests.tiles import MIDDLE


def url(zoom: int = 15) -> str:
    address = tile_at(*MIDDLE, zoom)
    return f"/api/heat/{zoom}/{address.x}/{address.y}"


def values(client: Client, address: str) -> np.ndarray:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    grid = np.frombuffer(response.content, dtype="<f4").reshape(65, 65)
    assert float(response["X-Heat-Max"]) == pytest.approx(float(grid.max()), rel=1e-5)
    return grid


def test_a_tile_is_65_rows_of_65_floats(cast: Cast, client_of: ClientOf) -> None:
    assert values(client_of("administrator"), url()).max() > 0


def test_all_tiles_share_one_scale(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("administrator")
    legend = client.get("/api/heat/legend").json()
    assert legend["unit"] == "events/km²"
    assert legend["bandwidth_m"] == 150
    assert legend["period_days"] == 30
    assert legend["max"] == legend["stops"][-1] >= legend["highest"] > 0
    assert max(values(client, url(z)).max() for z in (13, 15, 17)) <= legend["max"]


def test_the_value_of_a_place_is_that_of_the_tile_there(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("community")
    address = tile_at(*MIDDLE, 15)
    lon = (address.x + 0.5) / 2**15 * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (address.y + 0.5) / 2**15))))
    answer = client.get("/api/heat/value", {"lon": lon, "lat": lat}).json()
    assert answer["value_per_km2"] == pytest.approx(float(values(client, url())[32, 32]), rel=1e-5)


def test_a_tile_is_asked_about_until_an_event_changes(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("administrator")
    first = client.get(url())
    assert first["Cache-Control"] == "private, no-cache"
    headers = {"if-none-match": first["ETag"]}
    later = timezone.now() + dt.timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        assert client.get(url(), headers=headers).status_code == 304
    Event.objects.filter(number="T-111-1").update(point=None)
    after = client.get(url(), headers=headers)
    assert after.status_code == 200
    assert after.content != first.content


@pytest.mark.parametrize(("role", "first", "next_"), [("administrator", 4, 3), ("inside", 5, 4)])
def test_a_view_loads_its_events_once(
    cast: Cast, client_of: ClientOf, role: str, first: int, next_: int
) -> None:
    """Session and user, [posts and paths], version, events; after that, no events again."""
    client = client_of(role)
    assert queries(client, url(15)) == first
    for address in (url(16), url(12), "/api/heat/legend", "/api/heat/value?lon=113.6&lat=34.75"):
        assert queries(client, address) == next_


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len([q for q in caught if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/heat/5/32/0", "tile.address"),
        ("/api/heat/legend?bandwidth_m=7", "heat.bandwidth"),
        ("/api/heat/value?lon=x&lat=1", "param.lon"),
        ("/api/heat/value?lon=1e400&lat=1", "param.lon"),
    ],
)
def test_what_cannot_be_answered_says_why(
    cast: Cast, client_of: ClientOf, path: str, code: str
) -> None:
    response = client_of("administrator").get(path)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == code


@pytest.mark.parametrize("path", [url(), "/api/heat/legend", "/api/heat/value?lon=1&lat=1"])
def test_nobody_gets_heat_without_logging_in(cast: Cast, client_of: ClientOf, path: str) -> None:
    assert client_of("anonymous").get(path).status_code == 401
