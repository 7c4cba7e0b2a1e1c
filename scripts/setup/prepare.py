"""Fill a database: run by the project's environment, in one process, and only as far as needed.

What was done is noted as the database's own comment, so that the note lives and dies with the
data. When the note says that all is current, Django is never imported.
"""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2  # type: ignore[import-untyped]
from psycopg2 import sql

from scripts.setup.order import Order
from scripts.setup.report import Report, SetupError, Timing, speaks_chinese, t

NOTE_KEY = "mapgrid"
UNKNOWN_DATABASE = "3D000"


def libpq_url(url: str) -> str:
    """Rewrite the schemes that only Django knows; libpq wants `postgresql`."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


def open_database(url: str) -> Any:
    """Connect, creating the database when the server does not have it yet.

    Raises
    ------
    SetupError
        When the server cannot be reached, or does not let us create the database.
    """
    address = libpq_url(url)
    name = unquote(urlsplit(url).path.lstrip("/"))
    try:
        try:
            return _connect(address)
        except psycopg2.OperationalError as error:
            if f'"{name}" does not exist' not in str(error) and error.pgcode != UNKNOWN_DATABASE:
                raise
        _create(urlunsplit(urlsplit(address)._replace(path="/postgres")), name)
        return _connect(address)
    except psycopg2.Error as error:
        raise SetupError(
            t("The database cannot be opened: ", "无法打开数据库：") + str(error).strip()
        ) from error


def _connect(address: str) -> Any:
    connection = psycopg2.connect(address, connect_timeout=10)
    connection.autocommit = True
    return connection


def _create(address: str, name: str) -> None:
    connection = _connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def read_note(connection: Any) -> dict[str, Any]:
    """Read what earlier starts noted; an unknown comment counts as nothing noted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        comment = cursor.fetchone()[0]
    try:
        note = json.loads(comment)[NOTE_KEY]
    except (TypeError, ValueError, KeyError):
        return {}
    return note if isinstance(note, dict) else {}


def write_note(connection: Any, note: dict[str, Any]) -> None:
    """Note what is in the database, as its comment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        name = sql.Identifier(cursor.fetchone()[0])
        comment = json.dumps({NOTE_KEY: note}, sort_keys=True)
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(name), [comment])


def fulfil(order: Order, report: Report) -> None:
    """Migrate, load the demonstration and fetch its logins, each only when it is not done yet."""
    connection = open_database(order.url)
    note = read_note(connection)
    if _needs_tables(order, note):
        _migrate(report)
        note["migrations"] = order.migrations
        write_note(connection, note)
    if order.demo and "demo" not in note:
        _load_demo(order.demo_options, report)
        note["demo"] = order.demo_options
        write_note(connection, note)
        Path(order.logins).unlink(missing_ok=True)
    elif order.demo and order.demo_options and order.demo_options != note["demo"]:
        report.say(
            t(
                "  !! another demonstration is loaded already and was kept; "
                "./run reset makes room for a new one",
                "  !! 已载入另一份演示数据，保持不变；如需重新生成，请先执行 ./run reset",
            )
        )
    if order.demo and not Path(order.logins).exists():
        _keep_logins(Path(order.logins))
    if order.open_city and "opened" not in note:
        _open_city(report)
        note["opened"] = True
        write_note(connection, note)
    connection.close()


def _needs_tables(order: Order, note: dict[str, Any]) -> bool:
    if order.only_new and "migrations" in note:
        return False
    return order.migrate and note.get("migrations") != order.migrations


def _django() -> Any:
    """Start Django once for all commands; imported here, since most starts need none."""
    import django
    from django.apps import apps
    from django.core.management import call_command

    if not apps.ready:
        django.setup()
    return call_command


def _migrate(report: Report) -> None:
    with report.step(t("database tables", "建立数据表")):
        _django()("migrate", interactive=False, verbosity=0)


def _load_demo(options: dict[str, Any], report: Report) -> None:
    with report.step(t("demonstration city", "载入演示城市")):
        _django()("load_demo", stdout=_Indented(), verbosity=0, **options)


def _open_city(report: Report) -> None:
    with report.step(t("catalogue, calendars, first login", "载入类别目录、日历和首个账号")):
        _django()("open_city", stdout=_Indented())


class _Indented(io.TextIOBase):
    """Passes lines on below the step that they belong to."""

    def write(self, text: str) -> int:
        lines = text.splitlines()
        sys.stdout.write("".join(f"       {line}\n" for line in lines if line.strip()))
        sys.stdout.flush()
        return len(text)


def _keep_logins(path: Path) -> None:
    """Keep the logins as printed, so that a later start can show them without Django."""
    from django.utils import translation

    out = io.StringIO()
    call_command = _django()
    with translation.override("zh-hans" if speaks_chinese() else "en"):
        call_command("demo_logins", stdout=out)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(out.getvalue())


def main() -> int:
    """Carry out the order from standard input and leave the timings in its answer file."""
    order = Order(**json.load(sys.stdin))
    report = Report()
    try:
        fulfil(order, report)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        _answer(order.answer, report.timings)
    return 0


def _answer(path: str, timings: list[Timing]) -> None:
    Path(path).write_text(json.dumps([asdict(timing) for timing in timings]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
