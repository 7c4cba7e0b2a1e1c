"""Which database serves the project: the choice, in the documented order, and its address."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from scripts.setup import cluster, debian, postgres
from scripts.setup.process import CommandFailed
from scripts.setup.project import DEMO_CITY, Project
from scripts.setup.report import Report, SetupError, t


class Source(enum.Enum):
    """Where PostgreSQL with PostGIS comes from."""

    SERVER = "DATABASE_URL"
    INSTALLED = "installed"
    UNPACKED = "unpacked"
    INSTALL = "apt install"
    UNPACK = "apt download"
    NONE = "none"


def choose_source(
    *,
    database_url: str,
    installed: bool,
    unpacked: bool,
    has_apt: bool,
    may_be_root: Callable[[], bool],
    is_root: bool,
) -> Source:
    """Choose the first way that works; whoever asks for a password is asked last.

    Root never unpacks: what root may install, apt installs.
    """
    if database_url:
        return Source.SERVER
    if installed:
        return Source.INSTALLED
    if unpacked:
        return Source.UNPACKED
    if has_apt and may_be_root():
        return Source.INSTALL
    if has_apt and not is_root:
        return Source.UNPACK
    return Source.NONE


@dataclass(frozen=True)
class Database:
    """A database that can be connected to: its address, and the cluster when it is our own."""

    url: str
    source: Source
    place: cluster.Place | None = None
    binaries: postgres.Binaries | None = None
    socket_dir: Path | None = None
    environment: dict[str, str] = field(default_factory=dict, compare=False)


def database_name(city: str) -> str:
    """Name the database of a city inside the private cluster."""
    return f"mapgrid_{city}"


def address_for_city(url: str, city: str) -> str:
    """Point a server's address at the city's database; the demonstration keeps the named one."""
    if city == DEMO_CITY:
        return url
    return urlunsplit(urlsplit(url)._replace(path=f"/{database_name(city)}"))


def hide_password(url: str) -> str:
    """Return an address that can be shown."""
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url)


def ensure_database(
    project: Project, report: Report, city: str, database_url: str, *, ask: bool
) -> Database:
    """Get a running PostgreSQL with PostGIS and say where it is; nothing is loaded yet.

    Raises
    ------
    SetupError
        When there is no way to one on this machine.
    """
    if database_url:
        return Database(address_for_city(database_url, city), Source.SERVER)
    binaries, source = _ensure_binaries(project, report, ask=ask)
    place = cluster.find_place(project)
    if not place.exists:
        with report.step(t("new private database", "新建私有数据库")) as step:
            cluster.initialise(project, place, binaries)
            socket_dir = cluster.ensure_running(project, place, binaries)
            step.note = f"PostgreSQL {binaries.major}, {place.folder}"
    else:
        socket_dir = _ensure_running(project, place, binaries, report)
    url = cluster.url(socket_dir, database_name(city))
    environment = {"PGHOST": str(socket_dir), "PGPORT": "5432", "PGUSER": cluster.SUPERUSER}
    return Database(url, source, place, binaries, socket_dir, environment)


def _ensure_running(
    project: Project, place: cluster.Place, binaries: postgres.Binaries, report: Report
) -> Path:
    server = cluster.read_postmaster(place)
    if server and cluster.answers(server):
        return server.socket_dir
    with report.step(t("starting the database", "启动数据库")):
        return cluster.ensure_running(project, place, binaries)


def find_binaries(project: Project) -> tuple[postgres.Binaries | None, Source]:
    """Find server programs with PostGIS that fit the data; installs nothing."""
    place = cluster.find_place(project) if _has_data(project) else None
    major = place.major if place else None
    installed = postgres.choose(postgres.installed(), major)
    if installed:
        return installed, Source.INSTALLED
    unpacked = postgres.choose(postgres.unpacked(debian.tree_of(project, "postgis")), major)
    return unpacked, Source.UNPACKED if unpacked else Source.NONE


def _has_data(project: Project) -> bool:
    folders = (project.state / "pg", cluster.SHARED_PLACE / project.key)
    return any((folder / "data" / "PG_VERSION").exists() for folder in folders)


def _ensure_binaries(
    project: Project, report: Report, *, ask: bool
) -> tuple[postgres.Binaries, Source]:
    found, source = find_binaries(project)
    prefix: list[list[str] | None] = []

    def may_be_root() -> bool:
        prefix.append(debian.root_prefix(ask=ask))
        return prefix[0] is not None

    source = choose_source(
        database_url="",
        installed=source is Source.INSTALLED,
        unpacked=source is Source.UNPACKED,
        has_apt=debian.has_apt(),
        may_be_root=may_be_root,
        is_root=debian.is_root(),
    )
    try:
        if source is Source.INSTALL:
            debian.install_postgis(project, prefix[0] or [], report)
        elif source is Source.UNPACK:
            title = t("PostGIS, unpacked without root", "无需 root 解包 PostGIS")
            with report.step(title) as step:
                debian.unpack(project, "postgis", ["postgis"], step)
    except CommandFailed as error:
        raise SetupError(f"{error}\n\n{debian.no_postgis_message()}") from error
    if source in {Source.INSTALL, Source.UNPACK}:
        found, _ = find_binaries(project)
    if found is None:
        raise SetupError(_missing(project))
    return found, source


def _missing(project: Project) -> str:
    place = cluster.find_place(project) if _has_data(project) else None
    if place is None or place.major is None:
        return debian.no_postgis_message()
    return t(
        f"The data in {place.data} were made by PostgreSQL {place.major}, and no PostgreSQL "
        f"{place.major} with PostGIS is here. Install it (Debian: postgresql-{place.major}"
        "-postgis-3), or ./run reset to begin anew.",
        f"{place.data} 中的数据由 PostgreSQL {place.major} 创建，而本机没有带 PostGIS 的"
        f"该版本。请安装（Debian：postgresql-{place.major}-postgis-3），"
        "或执行 ./run reset 重新开始。",
    )
