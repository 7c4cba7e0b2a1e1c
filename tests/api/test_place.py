"""What a reporter sees before sending, and what the search box finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from geodata.crs import Projector
from mapgrid.assets.models import Component
from mapgrid.events.models import Event
from tests import world
from tests.api.conftest import ClientOf
from tests.cast import Cast, spot

METRES = Projector(4547)


def place(client: Client, lon: float, lat: float, category: str = "component:0102") -> Any:
    response = client.get("/api/place", {"lon": lon, "lat": lat, "category": category})
    assert response.status_code == 200, response.content
    return response.json()


def shifted(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Return the place so many metres of METRIC_SRID away."""
    x, y = METRES.forward(lon, lat)
    moved = METRES.inverse(x + east_m, y + north_m)
    return float(moved[0]), float(moved[1])


def test_a_place_tells_its_grid_and_who_answers_there(client_of: ClientOf) -> None:
    found = place(client_of("inside"), *spot((1, 1, 1), 0.5, 0.5))
    assert found["grid"] == {"code": world.code(1, 1, 1), "name": "A1a"}
    assert [person["role_label"] for person in found["people"]] == ["Grid worker"]
    assert found["nearest"] is None


def test_a_place_in_no_grid_names_the_nearest_one(client_of: ClientOf) -> None:
    found = place(client_of("inside"), 113.605, 34.7515)
    assert found["grid"] is None
    assert found["nearest"]["name"] == "B2a"
    assert found["nearest"]["distance_m"] == pytest.approx(91.5, abs=1)
    assert found["people"] == []


@pytest.mark.parametrize("lat", [34.7512, 34.7518])
@pytest.mark.parametrize(("metres", "there"), [(29.99, True), (30.01, False)])
def test_open_events_of_the_same_kind_end_at_thirty_metres(
    cast: Cast, client_of: ClientOf, lat: float, metres: float, there: bool
) -> None:
    """Thirty metres of the metric system, in every direction.

    ::

             29.99 m
        x ------------> o     named
        x --------------> o   not named (30.01 m)
    """
    event = Event.objects.get(number="T-111-1")
    Event.objects.exclude(pk=event.pk).update(state="rejected")
    Event.objects.filter(pk=event.pk).update(point=f"SRID=4326;POINT(113.6005 {lat})")
    for east, north in ((1, 0), (0, 1), (-0.6, 0.8)):
        lon_here, lat_here = shifted(113.6005, lat, east * metres, north * metres)
        found = place(client_of("community"), lon_here, lat_here)
        assert [row["number"] for row in found["events"]] == (["T-111-1"] if there else [])
        if there:
            assert found["events"][0]["distance_m"] == pytest.approx(metres, abs=0.01)


def test_only_the_same_category_and_only_open_events_are_near(client_of: ClientOf) -> None:
    lon, lat = spot((1, 1, 1), 0.04, 0.3)
    covers = place(client_of("inside"), lon, lat)["events"]
    refuse = place(client_of("inside"), lon, lat, "incident:0110")["events"]
    assert {row["number"] for row in covers} == {"T-111-5"}
    assert {row["number"] for row in refuse} == {"T-111-3"}


@pytest.mark.parametrize(("metres", "there"), [(49.9, True), (50.1, False)])
def test_the_nearest_component_ends_at_fifty_metres(
    cast: Cast, client_of: ClientOf, metres: float, there: bool
) -> None:
    component = Component.objects.get(name="井 1-1-1")
    Component.objects.exclude(pk=component.pk).update(state="retired")
    lon, lat = shifted(component.point.x, component.point.y, 0, metres)
    found = place(client_of("community"), lon, lat)["component"]
    assert (found is not None and found["id"] == component.pk) == there


def test_an_incident_has_no_component(client_of: ClientOf) -> None:
    lon, lat = spot((1, 1, 1), 0.5, 0.5)
    assert place(client_of("inside"), lon, lat, "incident:0110")["component"] is None


def test_likely_categories_are_the_frequent_ones_around(cast: Cast, client_of: ClientOf) -> None:
    lon, lat = spot((1, 1, 1), 0.5, 0.5)
    likely = place(client_of("inside"), lon, lat)["likely"]
    assert [row["category"] for row in likely] == ["component:0102", "incident:0110"]
    Event.objects.filter(number="T-111-1").update(
        category=cast.conditions["incident"].category, condition=cast.conditions["incident"]
    )
    Event.objects.filter(number="T-111-4").update(
        category=cast.conditions["incident"].category, condition=cast.conditions["incident"]
    )
    likely = place(client_of("inside"), lon, lat)["likely"]
    assert likely[0]["category"] == "incident:0110"


def groups(client: Client, text: str) -> dict[str, list[dict[str, Any]]]:
    answer = client.get("/api/search", {"q": text}).json()
    return {group["kind"]: group["results"] for group in answer["groups"]}


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        (world.code(1, 2), "grid", "A2"),
        ("A2a", "grid", "A2a"),
        ("公园", "place", "测试公园"),
        ("测试路", "street", "测试路"),
        ("测试院 1-1-1", "building", "测试院 1-1-1 号楼"),
        ("t-111-1", "event", "T-111-1 component 0102"),
    ],
)
def test_the_search_box_finds(client_of: ClientOf, text: str, kind: str, label: str) -> None:
    hit = groups(client_of("community"), text)[kind][0]
    assert hit["label"] == label
    assert hit["url_state"]


def test_the_grid_that_was_named_exactly_comes_first(client_of: ClientOf) -> None:
    hits = groups(client_of("community"), world.code(1))["grid"]
    assert hits[0]["id"] == world.code(1)
    assert len(hits) <= 6


@pytest.mark.parametrize("text", ["", " ", "不存在的东西", "%", "_", "\\"])
def test_what_is_not_there_is_an_empty_answer(client_of: ClientOf, text: str) -> None:
    assert groups(client_of("community"), text) == {}
