"""Stopping what `./run` started, and deleting what it made."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

from scripts.setup import cluster
from scripts.setup.database import database_name, find_binaries
from scripts.setup.lock import holder, holding
from scripts.setup.process import CommandFailed, child_environment, run
from scripts.setup.project import DEMO_CITY, Project
from scripts.setup.report import Report, SetupError, t

SERVERS_STOP_S = 20.0


def stop(project: Project, report: Report) -> int:
    """Stop every server of this project, then its database."""
    stopped = stop_servers(project)
    with holding(project.state / "setup.lock", lambda _who: None):
        had_cluster = stop_cluster(project)
    for city in stopped:
        report.say(t(f"Server of {city} stopped.", f"{city} 的网站已停止。"))
    if had_cluster:
        report.say(t("Database stopped.", "数据库已停止。"))
    if not stopped and not had_cluster:
        report.say(t("Nothing was running.", "没有正在运行的服务。"))
    return 0


def stop_servers(project: Project, only: str | None = None) -> list[str]:
    """Interrupt the `./run` processes that serve, wait for them, and name their cities.

    Raises
    ------
    SetupError
        When one does not go, e.g. because another user started it.
    """
    stopped = []
    for path in sorted(project.state.glob("serve-*.lock")):
        city = path.stem.removeprefix("serve-")
        held = holder(path)
        if held is None or (only and city != only):
            continue
        try:
            os.kill(held[0], signal.SIGTERM)
        except (ProcessLookupError, PermissionError) as error:
            raise SetupError(f"{path.name}: {error.strerror}") from error
        deadline = time.monotonic() + SERVERS_STOP_S
        while holder(path) and time.monotonic() < deadline:
            time.sleep(0.1)
        stopped.append(city)
    return stopped


def stop_cluster(project: Project) -> bool:
    """Stop the private cluster; False when there is none or it did not run."""
    binaries, _ = find_binaries(project)
    if binaries is None:
        return False
    return cluster.stop(project, cluster.find_place(project), binaries)


def reset(project: Project, report: Report, city: str | None, *, sure: bool) -> int:
    """Delete databases and uploads: everything, or one city's; a named server is never touched."""
    if os.environ.get("DATABASE_URL"):
        raise SetupError(
            t(
                "reset deletes only the private database; with DATABASE_URL drop the database "
                "on that server yourself (dropdb), then ./run again.",
                "reset 只删除私有数据库；使用 DATABASE_URL 时请自行在该服务器上删除"
                "数据库（dropdb），再运行 ./run。",
            )
        )
    what = (
        t(f"the database and uploads of {city}", f"城市 {city} 的数据库和上传文件")
        if city
        else t("all databases and uploads of this project", "本项目的全部数据库和上传文件")
    )
    if not sure and not _confirmed(what):
        report.say(t("Nothing was deleted.", "未删除任何内容。"))
        return 1
    stop_servers(project, city)
    with holding(project.state / "setup.lock", lambda _who: None):
        if city:
            _drop_city(project, city)
        else:
            _delete_all(project)
    report.say(t(f"Deleted: {what}.", f"已删除：{what}。"))
    return 0


def _confirmed(what: str) -> bool:
    if not sys.stdin.isatty():
        raise SetupError(
            t(
                "reset asks first; without a terminal say ./run reset --yes.",
                "reset 需要确认；没有终端时请使用 ./run reset --yes。",
            )
        )
    answer = input(t(f"Delete {what}? Type yes: ", f"确认删除{what}？请输入 yes："))
    return answer.strip().lower() in {"yes", "y", "是"}


def _drop_city(project: Project, city: str) -> None:
    binaries, _ = find_binaries(project)
    place = cluster.find_place(project)
    if binaries and place.exists:
        socket_dir = cluster.ensure_running(project, place, binaries)
        env = child_environment(**binaries.environment, PGHOST=str(socket_dir), PGPORT="5432")
        command: list[str | Path] = [binaries.program("dropdb"), "--username", cluster.SUPERUSER]
        run([*command, "--if-exists", "--force", database_name(city)], env=env)
    shutil.rmtree(project.media_root(city), ignore_errors=True)
    _forget_logins(project, city)


def _delete_all(project: Project) -> None:
    try:
        stop_cluster(project)
    except CommandFailed as error:
        raise SetupError(f"{error}") from error
    for folder in (project.state / "pg", cluster.SHARED_PLACE / project.key):
        if folder.exists():
            shutil.rmtree(folder)
    for folder in [*project.state.glob("media*"), project.static_root, project.logs]:
        shutil.rmtree(folder, ignore_errors=True)
    _forget_logins(project, DEMO_CITY)


def _forget_logins(project: Project, city: str) -> None:
    if city == DEMO_CITY:
        (project.state / "demo-logins.txt").unlink(missing_ok=True)
