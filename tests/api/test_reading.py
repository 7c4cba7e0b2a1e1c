"""Reading events: rows, pages, filters, counts, days, one event, and how many queries it takes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mapgrid.events.models import Event
from tests import world
from tests.api.conftest import ClientOf
from tests.cast import Cast


def _get(client: Client, address: str, **params: str) -> Any:
    response = client.get(address, params)
    assert response.status_code == 200, response.content
    return response.json()


def _all(client: Client, **params: str) -> list[dict[str, Any]]:
    rows, cursor = [], ""
    while cursor is not None:
        page = _get(client, "/api/events", **params, **({"cursor": cursor} if cursor else {}))
        rows += page["results"]
        cursor = page["next"]
    assert len(rows) == page["count"]
    return rows


def test_me_tells_role_posts_and_where_the_map_opens(client_of: ClientOf) -> None:
    me = _get(client_of("inside"), "/api/me")
    assert me["role"] == "worker"
    assert me["posts"] == [
        {
            "grid": {"code": world.code(1, 1), "name": "A1", "level": "grid"},
            "role": "worker",
            "role_label": "Grid worker",
        }
    ]
    assert me["home_bbox"] == [113.6, 34.75, 113.601, 34.752]
    assert "event.report" in me["abilities"]


def test_a_stranger_opens_on_the_whole_city(client_of: ClientOf) -> None:
    assert _get(client_of("stranger"), "/api/me")["home_bbox"] == [113.6, 34.75, 113.612, 34.752]


@pytest.mark.parametrize("sort", ["due", "reported"])
def test_pages_of_any_size_give_every_row_once_and_in_order(
    cast: Cast, client_of: ClientOf, sort: str
) -> None:
    client = client_of("centre")
    whole = [row["number"] for row in _all(client, sort=sort, show="all", limit="200")]
    pieces = [row["number"] for row in _all(client, sort=sort, show="all", limit="4")]
    assert pieces == whole
    assert set(whole) == cast.events("centre")


def test_the_nearest_running_deadline_stands_first_and_standing_clocks_last(
    client_of: ClientOf,
) -> None:
    rows = _all(client_of("centre"), sort="due")
    runs = [row["stage"] not in ("suspended", "closed") and row["deadline_at"] for row in rows]
    given = [moment for moment in runs if moment]
    assert given == sorted(given)
    assert runs[: len(given)] == given
    assert not runs[-1]


@pytest.mark.parametrize("cursor", ["x", "!!!", "ZHVl", "cmVwb3J0ZWQgMjAyNiAx", "ZHVlICB4", "é"])
def test_a_made_up_cursor_is_refused(client_of: ClientOf, cursor: str) -> None:
    response = client_of("centre").get("/api/events", {"cursor": cursor})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "filter.cursor"


@pytest.mark.parametrize(
    ("params", "test"),
    [
        ({"clock": "late"}, lambda row: row["clock"] == "late"),
        ({"clock": "late,soon"}, lambda row: row["clock"] in ("late", "soon")),
        ({"stage": "suspended"}, lambda row: row["stage"] == "suspended"),
        ({"category": "incident:0110"}, lambda row: row["category"]["code"] == "0110"),
        ({"grid": world.code(1)}, lambda row: row["grid"]["code"].startswith(world.code(1))),
        ({"show": "closed"}, lambda row: row["state"] == "closed"),
        ({"open": "0"}, lambda row: row["state"] == "closed"),
        ({"q": "T-111"}, lambda row: row["number"].startswith("T-111")),
        ({"bbox": "113.6,34.75,113.601,34.752"}, lambda row: row["point"][0] <= 113.601),
    ],
)
def test_a_filter_keeps_what_it_names_and_nothing_else(
    client_of: ClientOf, params: dict[str, str], test: Any
) -> None:
    client = client_of("centre")
    everything = _all(client, show="all", limit="200")
    ended_too = "show" in params or "open" in params
    base = [row for row in everything if ended_too or row["stage"] != "closed"]
    kept = {row["number"] for row in _all(client, limit="200", **params)}
    by_hand = {row["number"] for row in base if _passes(test, row)}
    assert kept == by_hand
    assert kept


def _passes(test: Any, row: dict[str, Any]) -> bool:
    try:
        return bool(test(row))
    except TypeError:  # no grid or no point: nothing to compare
        return False


@pytest.mark.parametrize(
    "params",
    [
        {"clock": "never"}, {"stage": "x"}, {"category": "0102"}, {"bbox": "1,2,3"},
        {"from": "soon"}, {"bbox": "nan,0,1,1"}, {"show": "some"}, {"sort": "size"}, {"limit": "0"},
        {"limit": "201"}, {"limit": "1e3"}, {"q": "\x00"}, {"grid": "\x00"},
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_told_so(
    client_of: ClientOf, params: dict[str, str]
) -> None:
    response = client_of("centre").get("/api/events", params)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_counts_are_those_of_the_rows(client_of: ClientOf) -> None:
    client = client_of("centre")
    rows = _all(client, limit="200")
    counts = _get(client, "/api/events/counts", clock="late")
    for clock in ("late", "soon", "ok", "still", "lost"):
        assert counts[clock] == sum(row["clock"] == clock for row in rows)
    assert counts["total"] == len(rows)
    assert counts["closed"] == len(_all(client, show="closed"))


def test_counts_of_a_period_are_those_of_its_open_cases(client_of: ClientOf) -> None:
    client = client_of("centre")
    day = _all(client, limit="200")[0]["reported_at"][:10]
    period = {"from": day, "to": day, "show": "period"}
    rows = [row for row in _all(client, limit="200", **period) if row["stage"] != "closed"]
    counts = _get(client, "/api/events/counts", **period)
    assert 0 < counts["total"] == len(rows)
    assert counts["total"] < _get(client, "/api/events/counts")["total"]


def test_days_add_up_to_the_events_of_the_period(cast: Cast, client_of: ClientOf) -> None:
    today = timezone.localdate()
    first = today - dt.timedelta(days=9)
    answer = _get(
        client_of("centre"), "/api/events/timeline", **{"from": str(first), "to": str(today)}
    )
    assert (answer["from"], answer["to"]) == (str(first), str(today))
    assert [day["day"] for day in answer["days"]] == [
        str(first + dt.timedelta(days=i)) for i in range(10)
    ]
    assert sum(day["reported"] for day in answer["days"]) == len(cast.events("centre"))
    assert sum(day["closed"] for day in answer["days"]) == 8


def test_a_period_of_many_years_is_refused(client_of: ClientOf) -> None:
    params = {"from": "2000-01-01", "to": "2026-01-01"}
    assert client_of("centre").get("/api/events/timeline", params).status_code == 400


def test_an_event_tells_its_grid_its_clock_and_who_answers_for_it(client_of: ClientOf) -> None:
    event = _get(client_of("community"), "/api/events/T-111-1")
    assert event["grid"] == {"code": world.code(1, 1, 1), "name": "A1a"}
    assert event["why"]["grid"] == event["grid"]
    assert event["why"]["edition"]["name"] == "2024-01"
    assert "A2a" in event["why"]["sentence"]
    assert event["clock"] == "ok"
    assert 0 < event["seconds_left"] <= 5 * 3600
    assert event["limit"]["label"] == "2 emergency hours"
    assert [stage["key"] for stage in event["stages"] if stage["current"]] == ["reported"]
    assert {person["role_label"] for person in event["people"]} == {
        "Grid worker",
        "Community staff",
    }
    assert len(event["photos"]) == 1
    assert [step["action"] for step in event["steps"]] == ["report"]


def test_names_and_phones_come_masked(client_of: ClientOf) -> None:
    event = _get(client_of("community"), "/api/events/T-111-1")
    assert event["reporter"] == "Grid worker 测******"
    assert all("****" in person["phone_masked"] for person in event["people"])
    assert b"13800000006" not in client_of("community").get("/api/events/T-111-1").content


def test_an_event_in_no_grid_names_the_nearest(client_of: ClientOf) -> None:
    event = _get(client_of("centre"), "/api/events/T-out-1")
    assert event["grid"] is None
    assert (event["clock"], event["stage"]) == ("lost", "unassigned")
    assert event["nearest"]["name"] == "B2a"
    assert event["nearest"]["distance_m"] == pytest.approx(183, abs=3)
    assert event["why"]["rule"] == "outside"


def test_an_event_without_a_place_is_shown_all_the_same(client_of: ClientOf) -> None:
    event = _get(client_of("centre"), "/api/events/T-nowhere")
    assert event["point"] is None
    assert event["nearby"] == {"component": None, "events": []}


@pytest.mark.parametrize(
    ("number", "words"),
    [("T-111-4", "ended"), ("T-111-3", "suspended"), ("T-nowhere", "No limit")],
)
def test_a_clock_that_does_not_run_says_why(client_of: ClientOf, number: str, words: str) -> None:
    event = _get(client_of("centre"), f"/api/events/{number}")
    assert words in event["clock_why"]
    assert event["seconds_left"] is None


def test_a_rejected_event_shows_the_short_road(cast: Cast, client_of: ClientOf) -> None:
    Event.objects.filter(number="T-111-1").update(state="rejected", closed_at=timezone.now())
    event = _get(client_of("centre"), "/api/events/T-111-1")
    assert [stage["key"] for stage in event["stages"]] == ["reported", "accepted", "rejected"]
    assert event["stages"][-1]["done"]


def test_the_language_of_the_reader_decides(client_of: ClientOf) -> None:
    chinese = _get(client_of("centre", "zh-hans"), "/api/events/T-111-1")
    assert chinese["category"]["name"] == "污水井盖"
    english = _get(client_of("centre", "en"), "/api/events/T-111-1")
    assert english["category"]["name"] == "component 0102"


def test_a_grid_shows_its_figures_and_its_children(cast: Cast, client_of: ClientOf) -> None:
    grid = _get(client_of("centre"), f"/api/grids/{world.code(1)}")
    assert (grid["name"], grid["level"], grid["inside"]) == ("A", "community", True)
    assert [cell["name"] for cell in grid["path"]] == ["测试街道"]
    assert (grid["buildings"], grid["components"], grid["hazards"]) == (4, 8, 4)
    assert grid["open"] == {"late": 4, "soon": 4, "ok": 4, "still": 4, "lost": 0}
    assert [(child["name"], child["open"]) for child in grid["children"]] == [("A1", 8), ("A2", 8)]
    assert grid["edition"]["name"] == "2024-01"


def test_a_foreign_grid_shows_its_name_and_no_figure(client_of: ClientOf) -> None:
    grid = _get(client_of("inside"), f"/api/grids/{world.code(2)}")
    assert (grid["name"], grid["inside"]) == ("B", False)
    assert (grid["buildings"], grid["components"], grid["hazards"]) == (0, 0, 0)
    assert sum(grid["open"].values()) == 0
    assert grid["people"] == []


def _queries(client: Client, address: str) -> int:
    client.get(address)  # fills what the process keeps
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/api/me", 8),
        ("/api/events?limit=20", 7),
        ("/api/events/counts", 5),
        ("/api/events/timeline", 6),
        ("/api/events/T-111-1", 22),
        (f"/api/grids/{world.code(1)}", 12),
        ("/api/place?lon=113.6005&lat=34.7515&category=component:0102", 20),
        ("/api/search?q=T-111", 9),
        ("/api/catalogue", 3),
    ],
)
def test_an_answer_takes_a_fixed_number_of_queries(
    cast: Cast, client_of: ClientOf, address: str, most: int
) -> None:
    client = client_of("community")
    before = _queries(client, address)
    assert before <= most
    _double(cast)
    assert _queries(client, address) <= before


def _double(cast: Cast) -> None:
    """Put a twin beside every event."""
    for event in Event.objects.all():
        event.pk, event.uuid, event.number = None, uuid.uuid4(), f"{event.number}-twin"
        event._state.adding = True
        event.save()
