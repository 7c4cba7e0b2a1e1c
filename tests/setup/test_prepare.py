"""What a database remembers about being filled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from scripts.setup import prepare
from scripts.setup.order import Order
from scripts.setup.report import Report, SetupError


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a database that the server does not have yet."""
    here = urlsplit(os.environ["DATABASE_URL"])
    name = f"mapgrid_prepare_{os.getpid()}"
    yield urlunsplit(here._replace(path=f"/{name}"))
    admin = psycopg2.connect(prepare.libpq_url(urlunsplit(here._replace(path="/postgres"))))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    admin.close()


def test_a_missing_database_is_made_and_knows_nothing(address: str) -> None:
    connection = prepare.open_database(address)
    assert prepare.read_note(connection) == {}
    connection.close()


def test_the_note_lives_in_the_database_and_survives_reconnecting(address: str) -> None:
    note = {"migrations": "abc", "demo": {"times": 2, "until": "2026-01-31"}}
    connection = prepare.open_database(address)
    prepare.write_note(connection, note)
    connection.close()
    again = prepare.open_database(address)
    assert prepare.read_note(again) == note
    again.close()


@pytest.mark.parametrize(
    "comment", ["an operator's remark", "[]", '{"other": 1}', '{"mapgrid": 3}']
)
def test_a_foreign_comment_is_not_mistaken_for_the_note(address: str, comment: str) -> None:
    connection = prepare.open_database(address)
    with connection.cursor() as cursor:
        name = urlsplit(address).path.lstrip("/")
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [comment])
    assert prepare.read_note(connection) == {}
    connection.close()


def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    with pytest.raises(SetupError, match="cannot be opened"):
        prepare.open_database("postgis://nobody@127.0.0.1:1/nothing")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to the database, in order, without doing it."""
    steps: list[str] = []
    monkeypatch.setattr(prepare, "_migrate", lambda report: steps.append("tables"))
    monkeypatch.setattr(prepare, "_open_city", lambda report: steps.append("opened"))
    return steps


def test_a_bare_order_makes_the_database_and_fills_nothing(address: str, done: list[str]) -> None:
    prepare.fulfil(Order(url=address, answer=""), Report())
    assert done == []


def test_a_command_on_a_new_city_finds_tables_and_a_catalogue(
    address: str, done: list[str]
) -> None:
    order = Order(
        url=address, answer="", migrations="a", migrate=True, only_new=True, open_city=True
    )
    prepare.fulfil(order, Report())
    assert done == ["tables", "opened"]
    prepare.fulfil(order, Report())
    assert done == ["tables", "opened"]


def test_a_command_leaves_the_tables_of_a_filled_database_to_the_user(
    address: str, done: list[str]
) -> None:
    prepare.fulfil(Order(url=address, answer="", migrations="a", migrate=True), Report())
    newer = Order(url=address, answer="", migrations="b", migrate=True, only_new=True)
    prepare.fulfil(newer, Report())
    assert done == ["tables"]
    prepare.fulfil(Order(url=address, answer="", migrations="b", migrate=True), Report())
    assert done == ["tables", "tables"]
