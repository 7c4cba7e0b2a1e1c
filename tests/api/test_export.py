"""The list as a file: the same rows, harmless cells, a bound."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from mapgrid.api import export
from mapgrid.api.export import harmless
from mapgrid.events.models import Event
from tests.api.conftest import ClientOf
from tests.cast import Cast


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_holds_the_rows_of_the_list(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("centre")
    response = client.get("/api/events/export.csv", {"show": "all"})
    rows = rows_of(response)
    assert {row[0] for row in rows[1:]} == cast.events("centre")
    assert response["Content-Disposition"].startswith("attachment")
    late = rows_of(client.get("/api/events/export.csv", {"clock": "late"}))
    assert {row[6] for row in late[1:]} == {"late"}


def test_the_file_begins_with_the_mark_that_spreadsheets_need(client_of: ClientOf) -> None:
    response = client_of("centre").get("/api/events/export.csv")
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")


def test_the_heads_speak_the_readers_language(client_of: ClientOf) -> None:
    head = rows_of(client_of("centre", "en").get("/api/events/export.csv"))[0]
    assert head[:2] == ["Number", "Category code"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_is_written_as_text(cast: Cast, client_of: ClientOf, start: str) -> None:
    text = f'{start}HYPERLINK("http://x","y")'
    Event.objects.filter(number="T-111-1").update(note=text)
    rows = rows_of(client_of("centre").get("/api/events/export.csv"))
    note = next(row[17] for row in rows if row[0] == "T-111-1")
    assert note == f"'{text}"


def test_a_negative_number_stays_a_number() -> None:
    assert harmless(-87.6) == "-87.6"
    assert harmless("-87.6") == "'-87.6"


def test_more_rows_than_a_file_may_hold_are_refused_not_cut(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ROWS_MAX", 10)
    response = client_of("centre").get("/api/events/export.csv")
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "export.large"


def test_rows_of_many_chunks_arrive_whole(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_CHUNK", 7)
    rows = rows_of(client_of("centre").get("/api/events/export.csv", {"show": "all"}))
    assert [row[0] for row in rows[1:]] == list(dict.fromkeys(row[0] for row in rows[1:]))
    assert len(rows) - 1 == len(cast.events("centre"))


@pytest.mark.parametrize("role", ["inside", "community", "handler"])
def test_a_role_without_the_ability_gets_no_file(client_of: ClientOf, role: str) -> None:
    assert client_of(role).get("/api/events/export.csv").status_code == 403
