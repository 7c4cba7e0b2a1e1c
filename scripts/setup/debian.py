"""Debian packages: installed by apt as root or with sudo, or unpacked without either."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.setup.process import CommandFailed, child_environment, quietly, run
from scripts.setup.project import Project
from scripts.setup.report import Report, SetupError, Step, t

LISTS = Path("/var/lib/apt/lists")
LISTS_FRESH_S = 6 * 3600
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/mapgrid.conf")
# apt's own locks do not cover the folder of downloads; our steps run side by side.
_one_apt_at_a_time = threading.RLock()
_POSTGIS = re.compile(r"^postgresql-(\d+)-postgis-3\b", re.MULTILINE)


def has_apt() -> bool:
    """Tell whether this is a Debian-like system."""
    return all(shutil.which(tool) for tool in ("apt-get", "apt-cache", "dpkg-deb"))


def is_root() -> bool:
    """Tell whether this process is root."""
    return os.geteuid() == 0


def root_prefix(*, ask: bool) -> list[str] | None:
    """Give the words that make a command run as root: none as root, sudo, or None without either.

    A password is asked for only on a terminal, and a wrong one means "without root".
    """
    if is_root():
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    if quietly([sudo, "-n", "true"]) is not None:
        return [sudo, "-n"]
    if ask and sys.stdin.isatty():
        sys.stdout.write(
            t(
                "System packages are missing. sudo may install them; leave the password "
                "empty (Enter) to go on without.\n",
                "缺少系统软件包，可用 sudo 安装；直接回车则不使用 sudo。\n",
            )
        )
        sys.stdout.flush()
        if os.spawnv(os.P_WAIT, sudo, [sudo, "-v"]) == 0:
            return [sudo, "-n"]
    return None


def newest_postgis(names: str) -> str | None:
    """Choose from a list of package names the PostGIS of the newest PostgreSQL."""
    versions = sorted(int(version) for version in _POSTGIS.findall(names))
    return f"postgresql-{versions[-1]}-postgis-3" if versions else None


def apt_install(project: Project, packages: Sequence[str], prefix: list[str], step: Step) -> None:
    """Install packages system-wide: download first, then unpack, each timed for itself.

    Raises
    ------
    CommandFailed
        When apt does; the next call mends what an interruption left half configured.
    """
    log = project.logs / "apt.log"
    env = child_environment(DEBIAN_FRONTEND="noninteractive")
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"] if prefix else []
    apt = [*prefix, *keep, "apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0"]
    apt += ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    with _one_apt_at_a_time:
        with step.downloading():
            refresh_lists(apt, step, log)
            try:
                run([*install, "--download-only"], step=step, log=log, env=env)
            except CommandFailed:
                # Old lists name files that the mirror no longer has.
                refresh_lists(apt, step, log, force=True)
                run([*install, "--download-only"], step=step, log=log, env=env)
        run([*prefix, *keep, "dpkg", "--configure", "-a"], step=step, log=log, env=env)
        run(install, step=step, log=log, env=env)


def refresh_lists(apt: list[str], step: Step, log: Path, *, force: bool = False) -> None:
    """Update the package lists unless that was done within the last hours."""
    if force or not lists_are_fresh():
        run([*apt, "update"], step=step, log=log)


def lists_are_fresh(lists: Path = LISTS, now_s: float | None = None) -> bool:
    """Tell whether the package lists are there and were fetched lately."""
    found = [*lists.glob("*_Packages"), *lists.glob("*_Packages.lz4")]
    if not found:
        return False
    # `partial` is touched by every update, also when no list had changed.
    stamps = [lists, lists / "partial", *found]
    newest_s = max(path.stat().st_mtime for path in stamps if path.exists())
    return (time.time() if now_s is None else now_s) - newest_s < LISTS_FRESH_S


def install_postgis(project: Project, prefix: list[str], report: Report) -> None:
    """Install PostgreSQL with PostGIS; Debian is kept from making and starting its own cluster.

    Raises
    ------
    SetupError
        When the distribution has no such package.
    """
    title = t("system packages: PostGIS", "安装系统软件包：PostGIS")
    with _one_apt_at_a_time, report.step(title) as step:
        with step.downloading():
            refresh_lists([*prefix, "apt-get", "-q"], step, project.logs / "apt.log")
        package = newest_postgis(_package_names([]))
        if package is None:
            raise SetupError(no_postgis_message())
        # Without the line Debian would start a second server that nobody asked for.
        folder = NO_CLUSTER.parent
        run([*prefix, "mkdir", "-p", folder])
        run([*prefix, "sh", "-c", f"echo 'create_main_cluster = false' >{NO_CLUSTER}"])
        try:
            apt_install(project, [package], prefix, step)
        finally:
            quietly([*prefix, "rm", "-f", NO_CLUSTER])
        step.note = package


def tree_of(project: Project, name: str) -> Path:
    """The root of a tree of unpacked packages."""
    return project.state / "debian" / name


def unpack(project: Project, name: str, packages: Sequence[str], step: Step) -> None:
    """Fetch packages and their dependencies as a plain user; unpack them into a tree of that name.

    Nothing is configured or run, and what is installed on the system already is not fetched
    again. `postgis` stands for the PostGIS of the newest PostgreSQL.

    Raises
    ------
    SetupError
        When the distribution has no PostGIS.
    """
    log = project.logs / "apt.log"
    with project.scratch("debian") as scratch:
        options = _private_apt(scratch / "apt")
        with step.downloading():
            run(["apt-get", *options, "-q", "update"], step=step, log=log)
            names = _postgis_packages(options) if "postgis" in packages else packages
            command = ["apt-get", *options, "-q", "-y", "--no-install-recommends", "--reinstall"]
            run([*command, "--download-only", "install", *names], step=step, log=log)
        tree = scratch / "tree"
        for archive in sorted((scratch / "apt/cache/archives").glob("*.deb")):
            run(["dpkg-deb", "--extract", archive, tree], step=step, log=log)
        link_alternatives(tree)
        target = tree_of(project, name)
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target.rename(scratch / "old")
        tree.rename(target)


def _postgis_packages(options: list[str]) -> list[str]:
    """Name what must lie in one tree, also when a server without PostGIS is installed."""
    newest = newest_postgis(_package_names(options))
    if newest is None:
        raise SetupError(no_postgis_message())
    version = newest.split("-")[1]
    server = [f"postgresql-{version}", f"postgresql-client-{version}"]
    return [newest, f"{newest}-scripts", *server]


def link_alternatives(tree: Path) -> None:
    """Make the links that installing would make: `postgis.control` to `postgis-3.control`."""
    for control in tree.glob("usr/share/postgresql/*/extension/*-3.control"):
        link = control.with_name(control.name.replace("-3.control", ".control"))
        if not link.exists():
            link.symlink_to(control.name)


def _private_apt(folder: Path) -> list[str]:
    """Give apt lists and a cache of our own, so that a plain user may use them."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = {
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Dir::State::extended_states": folder / "extended_states",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
        # The images' clean-up hooks would delete what was just fetched.
        "DPkg::Post-Invoke::": "",
        "APT::Update::Post-Invoke::": "",
        "APT::Keep-Downloaded-Packages": "1",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _package_names(options: list[str]) -> str:
    pattern = "^postgresql-[0-9]+-postgis-3$"
    return quietly(["apt-cache", *options, "search", "--names-only", pattern]) or ""


def no_postgis_message() -> str:
    """The one line for systems on which nothing above works."""
    return t(
        "No PostGIS here. Install PostgreSQL 14 or newer with PostGIS 3 (Debian: apt install "
        "postgresql-15-postgis-3) or set DATABASE_URL to a server that has it, then ./run again.",
        "本机没有 PostGIS。请安装 PostgreSQL 14 及以上版本和 PostGIS 3（Debian：apt install "
        "postgresql-15-postgis-3），或用 DATABASE_URL 指定已有的服务器，再运行 ./run。",
    )
