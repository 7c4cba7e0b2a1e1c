"""The project's private PostgreSQL cluster: made once, started when needed, stopped on demand."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from scripts.setup import sockets, tuning
from scripts.setup.postgres import Binaries
from scripts.setup.process import CommandFailed, Identity, child_environment, pause, quietly, run
from scripts.setup.project import Project
from scripts.setup.report import SetupError, t

SHARED_PLACE = Path("/var/lib/mapgrid")
SUPERUSER = "mapgrid"
START_ATTEMPTS = 12
RECOVERY_S = 600.0
SETTLE_S = 3.0
# The shortest question of PostgreSQL's protocol; the answer is one byte, yes or no.
ASK_FOR_TLS = struct.pack("!ii", 8, 80877103)


@dataclass(frozen=True)
class Place:
    """Where the cluster's files are and whose they are (None: the calling user's)."""

    folder: Path
    owner: Identity | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").is_file()

    @property
    def major(self) -> int | None:
        """The PostgreSQL version that made the data, or None when there are none."""
        return int((self.data / "PG_VERSION").read_text().strip()) if self.exists else None


@dataclass(frozen=True)
class Postmaster:
    """What a running server says about itself in `postmaster.pid`."""

    pid: int
    socket_dir: Path
    ready: bool


def find_place(project: Project, *, uid: int | None = None) -> Place:
    """Find the cluster's folder, or the one it will get.

    As root the server runs as `postgres`, or as whoever owns data that are there already; a
    project folder that this user cannot enter sends the data to /var/lib/mapgrid.

    Raises
    ------
    SetupError
        When root has no unprivileged user to run the server as, or the data are another user's.
    """
    local = project.state / "pg"
    shared = SHARED_PLACE / project.key
    if (os.geteuid() if uid is None else uid) != 0:
        return _own_place(local)
    for folder in (local, shared):
        if (folder / "data" / "PG_VERSION").is_file():
            found = (folder / "data").stat()
            return Place(folder, Identity(found.st_uid, found.st_gid))
    owner = server_user()
    enters = quietly(["test", "-x", project.root], identity=owner) is not None
    return Place(local if enters else shared, owner)


def _own_place(local: Path) -> Place:
    if local.exists() and local.stat().st_uid != os.geteuid():
        raise SetupError(
            t(
                f"{local} belongs to another user; run as that user (or as root), "
                "or remove that folder.",
                f"{local} 属于其他用户；请以该用户（或 root）运行，或删除该目录。",
            )
        )
    return Place(local, None)


def server_user() -> Identity:
    """Return the unprivileged user that runs the server when we are root.

    Raises
    ------
    SetupError
        When the system has no user `postgres`.
    """
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise SetupError(
            t(
                "The database cannot run as root and there is no user postgres: "
                "adduser --system --group postgres, or run as a plain user.",
                "数据库不能以 root 运行，且没有 postgres 用户：请执行 "
                "adduser --system --group postgres，或改用普通用户运行。",
            )
        ) from None
    return Identity(entry.pw_uid, entry.pw_gid)


def read_postmaster(place: Place) -> Postmaster | None:
    """Read who serves the data; None when nobody does (also after a crash or a reboot)."""
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    if not _serves(pid, place):
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Postmaster(pid, Path(lines[4] if len(lines) > 4 else ""), ready)


def _serves(pid: int, place: Place) -> bool:
    """Tell whether this process is the server of these data: numbers are used again after a crash.

    A server works inside its data folder, which still holds when the project was moved.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not Path("/proc/self/cwd").exists():
        return True
    try:
        return Path(f"/proc/{pid}/cwd").samefile(place.data)
    except OSError:
        return False


def answers(server: Postmaster) -> bool:
    """Tell whether the server takes connections: it answers a question, not only the kernel."""
    if not server.ready:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        try:
            client.connect(str(server.socket_dir / sockets.SOCKET_NAME))
            client.sendall(ASK_FOR_TLS)
            return client.recv(1) in {b"S", b"N"}
        except OSError:
            return False


def url(socket_dir: Path, database: str) -> str:
    """Give the address of one database, in the form that libpq and django-environ both read."""
    return f"postgres://{SUPERUSER}@/{database}?host={quote(str(socket_dir), safe='')}&port=5432"


def initialise(project: Project, place: Place, binaries: Binaries) -> None:
    """Make the cluster in a folder beside its place and move it there when it is complete."""
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    place.folder.mkdir(mode=0o700, exist_ok=True)
    if place.owner:
        os.chown(place.folder, place.owner.uid, place.owner.gid)
    place.folder.chmod(0o700)
    for leftover in place.folder.glob("new-*"):
        shutil.rmtree(leftover)
    if place.data.exists():
        raise SetupError(
            t(
                f"{place.data} is there but is no database; move it away, then ./run again.",
                f"{place.data} 已存在但不是数据库；请移走后再运行 ./run。",
            )
        )
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=place.folder))
    if place.owner:
        os.chown(fresh, place.owner.uid, place.owner.gid)
    command: list[str | Path] = [
        binaries.program("initdb"),
        "--pgdata",
        fresh,
        "--username",
        SUPERUSER,
    ]
    command += ["--auth=trust", "--encoding=UTF8", "-L", binaries.sharedir]
    _server_program(project, place, binaries, [*command, f"--locale={_locale()}"])
    own = fresh / "postgresql.conf"
    # After initdb's choices, which it replaces, and before what an operator adds.
    with own.open("a", encoding="utf-8") as file:
        file.write("\ninclude 'mapgrid.conf'\n# Your own settings go below this line and win.\n")
    (fresh / "mapgrid.conf").write_text("", encoding="utf-8")
    _give(fresh / "mapgrid.conf", place)
    fresh.rename(place.data)


def _locale() -> str:
    known = (quietly(["locale", "-a"]) or "").split()
    return "C.UTF-8" if {"C.UTF-8", "C.utf8"} & set(known) else "C"


def _give(path: Path, place: Place) -> None:
    if place.owner:
        os.chown(path, place.owner.uid, place.owner.gid)
    path.chmod(0o600)


def _server_program(
    project: Project, place: Place, binaries: Binaries, command: list[str | Path]
) -> str:
    """Run one of the server's programs as the server's user."""
    env = child_environment(**binaries.environment, PGDATA=None, PGHOST=None, PGPORT=None)
    log = project.logs / "postgres-setup.log"
    return run(command, env=env, identity=place.owner, cwd=place.folder, log=log)


def ensure_running(project: Project, place: Place, binaries: Binaries) -> Path:
    """Start the cluster unless it runs, also after a crash, and return its socket's folder.

    Raises
    ------
    SetupError
        When it does not come up; the message ends with the server's own words.
    """
    server = _await_ready(place)
    if server:
        return server.socket_dir
    # Alive, yet its socket is gone (a cleaned /tmp, an ended login): a restart brings it back.
    stop(project, place, binaries)
    _configure(project, place)
    error: CommandFailed | None = None
    for attempt in range(START_ATTEMPTS):
        try:
            _start_once(project, place, binaries)
        except CommandFailed as failed:
            error = failed
        server = _await_ready(place)
        if server:
            return server.socket_dir
        # Orphans of a killed server hold its shared memory for a moment.
        pause(min(2.0, 0.3 * (attempt + 1)))
    tail = _log_tail(place)
    raise SetupError(
        t("The database does not start:", "数据库无法启动：") + f"\n{error or ''}\n{tail}".rstrip()
    )


def _configure(project: Project, place: Place) -> None:
    owner = place.owner
    folder = sockets.choose(sockets.candidates(project.key, os.geteuid(), dict(os.environ)), owner)
    chosen = tuning.settings(
        memory_bytes=tuning.machine_memory_bytes(),
        cores=os.cpu_count() or 1,
        shared_memory_bytes=tuning.shared_memory_bytes(),
        socket_dir=folder,
    )
    path = place.data / "mapgrid.conf"
    path.write_text(tuning.configuration(chosen), encoding="utf-8")
    _give(path, place)


def _start_once(project: Project, place: Place, binaries: Binaries) -> None:
    pid_file = place.data / "postmaster.pid"
    if read_postmaster(place) is None:
        # Left by a crash; the server would refuse when the number now belongs to another program.
        pid_file.unlink(missing_ok=True)
    log = place.folder / "server.log"
    command: list[str | Path] = [binaries.program("pg_ctl"), "start", "-D", place.data, "-l", log]
    _server_program(project, place, binaries, [*command, "-w", "-t", "60", "-s"])


def _await_ready(place: Place) -> Postmaster | None:
    """Wait while a server starts, recovers or dies; None when it is gone or stays mute."""
    began = time.monotonic()
    mute_since = began
    while (server := read_postmaster(place)) is not None:
        now = time.monotonic()
        if answers(server):
            return server
        if not server.ready:
            mute_since = now
        if now - mute_since > SETTLE_S or now - began > RECOVERY_S:
            return None
        pause(0.1)
    return None


def _log_tail(place: Place) -> str:
    logs = sorted(place.data.glob("log/*.log"), key=lambda path: path.stat().st_mtime)
    lines: list[str] = []
    for path in [place.folder / "server.log", *logs[-1:]]:
        if path.is_file():
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()[-6:]
    return "\n".join(f"    {line}" for line in lines)


def stop(project: Project, place: Place, binaries: Binaries) -> bool:
    """Stop the cluster, breaking connections off; False when it did not run."""
    server = read_postmaster(place) if place.exists else None
    if server is None:
        return False
    command: list[str | Path] = [binaries.program("pg_ctl"), "stop", "-D", place.data]
    try:
        _server_program(project, place, binaries, [*command, "-m", "fast", "-w", "-t", "120", "-s"])
    except CommandFailed:
        # It may have died on its own meanwhile, which is what was wanted.
        if read_postmaster(place) is not None:
            raise
    with contextlib.suppress(OSError):  # not empty: then it is not ours alone
        server.socket_dir.rmdir()
    return True
