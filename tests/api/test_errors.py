"""What is wrong is said in one shape, in the reader's language, and never as a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from mapgrid.api import events as events_api
from tests.api.conftest import ClientOf
from tests.cast import Cast

REPORT = {
    "uuid": "5f0c7f2e-7d0b-4f4e-9c3d-3b1b6f3c0a01",
    "lon": 113.6005,
    "lat": 34.7515,
    "category": "component:0102",
    "condition": "010201",
}


def _post(client: Client, body: bytes | str, kind: str = "application/json") -> Any:
    return client.post("/api/events", body, content_type=kind)


def test_somebody_who_is_not_logged_in_is_asked_to(client_of: ClientOf) -> None:
    response = client_of("anonymous").get("/api/events")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "login.needed"
    assert response["WWW-Authenticate"]


@pytest.mark.parametrize(
    "address", ["/api/nothing", "/api/", "/api/events/T-111-1/steps", "/api/grids/x/y"]
)
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_an_unknown_address_answers_like_a_missing_record(
    client_of: ClientOf, address: str, method: str
) -> None:
    client = client_of("centre")
    response = getattr(client, method)(address)
    assert response.status_code == 404
    assert response.content == client.get("/api/events/T-999").content


def test_a_method_that_is_not_there_is_refused_in_the_same_shape(client_of: ClientOf) -> None:
    response = client_of("centre").delete("/api/events/T-111-1")
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"1", b"null", b'"x"', b"\xff\xfe", b'{"lon": NaN}', b'{"lon": 1e400}',
        b'{"lon": -1e400}', b'{"lon": Infinity}', b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"note": "\\u0000"}', b'{"note": "\\ud800"}', b'{"lon": ' + b"9" * 5000 + b"}",
        b'{"\\ud800": 1}',
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_taken_is_a_400(client_of: ClientOf, body: bytes) -> None:
    response = _post(client_of("inside"), body)
    assert response.status_code == 400, response.content
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lon": "x"}, "lon"), ({"lon": [113]}, "lon"), ({"lon": None}, "lon"),
        ({"lon": True}, "lon"), ({"uuid": "1"}, "uuid"), ({"category": "0102"}, "category"),
        ({"condition": "x"}, "condition"),
        ({"category": "component:9999"}, "category"), ({"condition": "999999"}, "condition"),
        ({"track": "fast"}, "track"), ({"datum": "nad27"}, "datum"), ({"note": "x" * 1001}, "note"),
        ({"accuracy_m": -1}, "accuracy_m"), ({"component": 2**70}, "component"),
        ({"component": "1; DROP"}, "component"), ({"reported_at": "yesterday"}, "reported_at"),
        ({"lng": 1}, "lng"), ({"lon": 200}, None), ({"lat": 91}, None), ({"lat": -91}, None),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(
    client_of: ClientOf, change: dict[str, Any], field: str | None
) -> None:
    response = _post(client_of("inside"), json.dumps({**REPORT, **change}))
    error = response.json()["error"]
    assert response.status_code == 400, error
    if field is not None:
        assert field in error["fields"]


def test_a_missing_field_is_named(client_of: ClientOf) -> None:
    response = _post(client_of("inside"), json.dumps({"lon": 113.6}))
    assert set(response.json()["error"]["fields"]) == {"uuid", "lat", "category", "condition"}


def test_a_form_without_its_field_is_told_what_to_send(client_of: ClientOf) -> None:
    response = client_of("inside").post("/api/events", {"lon": "1"})
    assert response.status_code == 400
    assert "event" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_another_media_type_is_a_415(client_of: ClientOf, kind: str) -> None:
    assert _post(client_of("inside"), b"x=1", kind).status_code == 415


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"])
def test_a_broken_form_is_a_400(client_of: ClientOf, body: bytes) -> None:
    response = _post(client_of("inside"), body, "multipart/form-data; boundary=x")
    assert response.status_code == 400


def test_a_body_beyond_the_bound_is_a_413_before_it_is_read(client_of: ClientOf) -> None:
    client = client_of("inside")
    response = client.post(
        "/api/events", b"{}", content_type="application/json", CONTENT_LENGTH=str(10**9)
    )
    assert response.status_code == 413
    assert (
        client.patch("/api/components/1", b" " * (5 * 2**20), "application/json").status_code == 413
    )


def test_messages_speak_the_language_of_the_reader(cast: Cast, client_of: ClientOf) -> None:
    english = client_of("centre", "en").get("/api/events/T-999").json()["error"]
    chinese = client_of("centre", "zh-hans").get("/api/events/T-999").json()["error"]
    assert english["code"] == chinese["code"] == "missing"
    assert english["message"].isascii()


def test_what_nobody_foresaw_is_a_500_with_a_reference_and_no_internals(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(events_api, "event_counts", explode)
    response = client_of("centre").get("/api/events/counts")
    assert response.status_code == 500
    error = response.json()["error"]
    assert error["code"] == "server"
    assert error["reference"] in error["message"]
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/api/components/99999999999999999999999999", "/api/buildings/0", "/api/events/%00",
        "/api/grids/%00", "/api/events/" + "x" * 3000, "/api/grids/" + "9" * 3000,
        "/api/photos/00000000-0000-0000-0000-000000000000", "/api/search?q=" + "x" * 5000,
        "/api/search?q=%25_%5C", "/api/search?q=%00", "/api/search", "/api/place",
        "/api/place?lon=1e400&lat=0", "/api/place?lon=nan&lat=0", "/api/place?lon=0&lat=90",
        "/api/place?lon=180&lat=-90&category=component:0102", "/api/place?lon=-66&lat=10",
        "/api/place?lon=113.6&lat=34.7&datum=x", "/api/place?lon=113.6&lat=34.7&category=x:1",
        "/api/place?lon=113.6&lat=34.7&datum=bd09", "/api/events?grid=" + "1" * 500,
        "/api/events?q=" + "%F0%9F%98%80" * 300, "/api/events?from=9999-12-31&to=9999-12-31",
    ],
)  # fmt: skip
def test_no_address_makes_the_server_fail(client_of: ClientOf, address: str) -> None:
    response = client_of("centre").get(address)
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response.json()["error"]["message"]


def test_the_health_check_needs_no_login_and_tells_nothing(client_of: ClientOf) -> None:
    response = client_of("anonymous").get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_an_answer_is_this_browsers_alone(client_of: ClientOf) -> None:
    for address in ("/api/me", "/api/events", "/api/events/T-111-1", "/api/nothing"):
        assert "private" in client_of("inside").get(address)["Cache-Control"]
