"""A database of its own with the demonstration in it, and the product's own web server before it.

The server is another process with the real settings: hashed and compressed static files, the real
hasher, the real policy. Nothing that other tests do to their database can reach it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg2
import psycopg2.extras
from psycopg2 import sql

ROOT = Path(__file__).resolve().parents[2]
UNTIL = "2026-11-20"
# The demonstration's last evening, a minute after its last case.
EVENING = dt.datetime(2026, 11, 20, 18, 58, tzinfo=ZoneInfo("Asia/Shanghai"))
READY_S = 60.0
CLOCK = """(() => {
  const Real = Date;
  const shiftMs = SHIFT_MS;
  globalThis.Date = class extends Real {
    constructor(...parts) { if (parts.length) super(...parts); else super(Real.now() + shiftMs); }
    static now() { return Real.now() + shiftMs; }
  };
})();
"""


@dataclass(frozen=True)
class Site:
    """Where the product is served, what lies behind it, and how far its clock is off ours."""

    base: str
    database_url: str
    shift_s: float
    static_root: Path

    @property
    def clock_script(self) -> str:
        """The script that brings a browser's clock to the server's."""
        return CLOCK.replace("SHIFT_MS", str(round(self.shift_s * 1000)))

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Ask the database behind the site: what the pages show is held against raw rows."""
        with (
            contextlib.closing(psycopg2.connect(self.database_url)) as connection,
            connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor,
        ):
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()]

    def one(self, query: str, *values: Any) -> dict[str, Any]:
        """Ask for the first row of an answer that must not be empty."""
        return self.rows(query, *values)[0]


@contextlib.contextmanager
def serve(name: str, folder: Path, *, reuse: bool) -> Iterator[Site]:
    """Create database ``name``, load the demonstration, serve it, and take everything away again.

    Parameters
    ----------
    name : str
        Of the database; it stands beside the one that DATABASE_URL names.
    folder : Path
        For static files, uploads and logs.
    reuse : bool
        Take the database as it stands when it is there, and leave it: for writing tests.
    """
    environment = _environment(name, folder)
    url = environment["DATABASE_URL"].replace("postgis://", "postgresql://")
    fresh = _create(url, name, reuse=reuse)
    try:
        if fresh:
            _manage(environment, "migrate", "--verbosity=0")
            _manage(environment, "load_demo", "--until", UNTIL)
        _manage(environment, "collectstatic", "--noinput", "--verbosity=0")
        with _running(environment, folder) as base:
            shift_s = float(environment["MAPGRID_TEST_SHIFT_S"])
            yield Site(base, url, shift_s, folder / "static")
    finally:
        if not reuse:
            _drop(url, name)


def _environment(name: str, folder: Path) -> dict[str, str]:
    given = os.environ.get("DATABASE_URL", "postgres:///mapgrid")
    shift = EVENING - dt.datetime.now(dt.UTC)
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(urlsplit(given)._replace(path=f"/{name}", scheme="postgresql")),
        "MAPGRID_CITY": "demo",
        "MAPGRID_SECRET_KEY": "only-for-tests",
        "MAPGRID_STATIC_ROOT": str(folder / "static"),
        "MAPGRID_MEDIA_ROOT": str(folder / "media"),
        "MAPGRID_TEST_SHIFT_S": str(shift.total_seconds()),
        "DJANGO_SETTINGS_MODULE": "mapgrid.settings",
    }


def _create(url: str, name: str, *, reuse: bool) -> bool:
    with contextlib.closing(_maintenance(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            if reuse:
                return False
            cursor.execute(_statement("DROP DATABASE {} WITH (FORCE)", name))
        cursor.execute(_statement("CREATE DATABASE {}", name))
    return True


def _drop(url: str, name: str) -> None:
    with contextlib.closing(_maintenance(url)) as connection, connection.cursor() as cursor:
        cursor.execute(_statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _statement(text: str, name: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))


def _maintenance(url: str) -> Any:
    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    connection.autocommit = True
    return connection


def _manage(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}:\n{done.stdout}{done.stderr}")


@contextlib.contextmanager
def _running(environment: dict[str, str], folder: Path) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    port = listener.getsockname()[1]
    log = (folder / "web.log").open("ab")
    command = [sys.executable, "-m", "gunicorn", "tests.e2e.clock:application"]
    command += ["--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"]
    command += ["--threads", "6", "--timeout", "120", "--graceful-timeout", "1"]
    command += ["--no-control-socket"]
    web = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=log, pass_fds=(listener.fileno(),)
    )
    listener.close()
    try:
        _await_ready(port, web, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        web.terminate()
        web.wait(15)
        log.close()


def _await_ready(port: int, web: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and web.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/api/tiles/probe.mvt")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    said = (folder / "web.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"the server does not come up:\n{said}")
