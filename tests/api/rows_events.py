"""Rows of the access matrix: events, their counts, files and photographs."""

from __future__ import annotations

import csv
import io
import uuid

from django.utils import timezone

from mapgrid.events.models import Event, EventPhoto
from tests import world
from tests.api import oracle
from tests.api.reader import BORDER, CLOCKS, EDITORS, EXPORTERS, REPORTERS, Reader, row


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
