"""Reports from the street, and corrections of their place."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mapgrid.events.models import Event, EventPhoto
from tests.api.conftest import ClientOf
from tests.cast import Cast, picture


def report(**change: Any) -> dict[str, Any]:
    return {
        "uuid": str(uuid.uuid4()),
        "lon": 113.6005,
        "lat": 34.7515,
        "category": "component:0102",
        "condition": "010201",
        "note": "井盖丢失",
        **change,
    }


def send(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/events", json.dumps(body), content_type="application/json")


def send_form(client: Client, body: dict[str, Any], *files: bytes) -> Any:
    photos = [SimpleUploadedFile(f"{i}.jpg", file, "image/jpeg") for i, file in enumerate(files)]
    return client.post("/api/events", {"event": json.dumps(body), "photos": photos})


def test_a_report_lands_in_its_grid_with_a_number_and_a_deadline(client_of: ClientOf) -> None:
    response = send(client_of("inside"), report(accuracy_m=8.5))
    assert response.status_code == 201
    event = response.json()
    assert event["grid"]["name"] == "A1a"
    assert event["state"] == "reported"
    assert event["origin"] == "native"
    assert event["deadline_at"] is not None
    assert event["note"] == "井盖丢失"
    assert [step["action"] for step in event["steps"]] == ["report"]
    assert client_of("inside").get(f"/api/events/{event['number']}").json()["uuid"] == event["uuid"]


def test_a_point_of_a_phone_map_is_shifted_and_kept_as_given(client_of: ClientOf) -> None:
    event = send(client_of("inside"), report(lon=113.6066, lat=34.7503, datum="gcj02")).json()
    assert event["datum"] == "gcj02"
    assert event["raw"] == [113.6066, 34.7503]
    assert event["point"] != event["raw"]
    assert abs(event["point"][0] - 113.6066) < 0.01


def test_the_same_uuid_again_is_the_same_event(client_of: ClientOf) -> None:
    body = report()
    first, second = send(client_of("inside"), body), send(client_of("inside"), body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["number"] == second.json()["number"]
    assert Event.objects.filter(uuid=body["uuid"]).count() == 1


def test_somebody_elses_uuid_is_a_conflict_that_tells_nothing(client_of: ClientOf) -> None:
    body = report()
    number = send(client_of("inside"), body).json()["number"]
    response = send(client_of("neighbour"), body)
    assert response.status_code == 409
    assert number not in response.content.decode()


def test_a_report_in_a_foreign_grid_is_answered_once_and_then_not_the_reporters(
    client_of: ClientOf,
) -> None:
    """The neighbour sees a hole across the border, reports it, and the grid's own people take over.

    ::

        +------+------+
        |  A1  |  A2  |     reported in A1 by the worker of A2
        |   x  |  o   |
        +------+------+
    """
    body = report()
    response = send(client_of("neighbour"), body)
    assert response.status_code == 201
    receipt = response.json()
    assert receipt["grid"]["name"] == "A1a"
    assert receipt["people"] == []
    assert receipt["nearby"] == {"component": None, "events": []}
    assert client_of("neighbour").get(f"/api/events/{receipt['number']}").status_code == 404
    assert client_of("inside").get(f"/api/events/{receipt['number']}").status_code == 200


def test_a_foreign_component_cannot_be_linked(cast: Cast, client_of: ClientOf) -> None:
    foreign = min(cast.components("neighbour") - cast.components("inside"))
    refused = send(client_of("inside"), report(component=foreign))
    absent = send(client_of("inside"), report(component=10**9))
    assert refused.status_code == absent.status_code == 404
    assert refused.content == absent.content


def test_a_department_does_not_report(client_of: ClientOf) -> None:
    assert send(client_of("handler"), report()).status_code == 403


def test_a_form_needs_the_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.users["inside"], "django.contrib.auth.backends.ModelBackend")
    assert send(client, report()).status_code == 403


def test_photographs_come_with_the_report(client_of: ClientOf) -> None:
    response = send_form(client_of("inside"), report(), picture(50, 40), picture(60, 40))
    assert response.status_code == 201, response.content
    photos = response.json()["photos"]
    assert [(photo["width"], photo["height"]) for photo in photos] == [(50, 40), (60, 40)]
    file = client_of("inside").get(photos[0]["url"])
    assert file["Content-Type"] == "image/jpeg"


def test_the_same_form_again_stores_no_photograph_twice(client_of: ClientOf) -> None:
    body = report()
    for _i in range(2):
        send_form(client_of("inside"), body, picture(50, 40))
    assert EventPhoto.objects.filter(event__uuid=body["uuid"]).count() == 1


def test_a_form_with_a_bad_photograph_stores_nothing(client_of: ClientOf) -> None:
    body = report()
    assert send_form(client_of("inside"), body, picture(), b"no picture").status_code == 400
    assert not Event.objects.filter(uuid=body["uuid"]).exists()


def test_seven_photographs_are_too_many(client_of: ClientOf) -> None:
    files = [picture(20 + i, 20) for i in range(7)]
    assert send_form(client_of("inside"), report(), *files).status_code == 413


def move(client: Client, number: str, **change: Any) -> Any:
    body = {"lon": 113.6015, "lat": 34.7515, "version": 1, **change}
    return client.patch(f"/api/events/{number}/point", json.dumps(body), "application/json")


def test_a_moved_event_is_assigned_again_and_says_so(client_of: ClientOf) -> None:
    response = move(client_of("community"), "T-111-1")
    assert response.status_code == 200
    event = response.json()
    assert event["grid"]["name"] == "A2a"
    assert event["version"] == 2
    assert event["steps"][-1]["action"] == "move"


def test_a_move_on_an_old_version_is_a_conflict_with_the_newer_one(client_of: ClientOf) -> None:
    move(client_of("community"), "T-111-1")
    error = move(client_of("community"), "T-111-1").json()["error"]
    assert error["code"] == "row.changed"
    assert error["data"] == {"version": 2}


def test_a_closed_event_stays_where_it_is(client_of: ClientOf) -> None:
    assert move(client_of("community"), "T-111-4").status_code == 409


def test_a_worker_does_not_move_events(client_of: ClientOf) -> None:
    assert move(client_of("inside"), "T-111-1").status_code == 403
