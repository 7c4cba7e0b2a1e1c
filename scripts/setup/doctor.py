"""`./run doctor`: looks at every piece of the set-up, changes nothing, and says how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.setup import cluster, debian, testing
from scripts.setup.database import Source, address_for_city, database_name, find_binaries
from scripts.setup.lock import holder
from scripts.setup.packages import DEVELOPMENT_LOCK, RUNTIME_LOCK, is_current
from scripts.setup.process import child_environment, quietly
from scripts.setup.project import Project
from scripts.setup.provision import migrations_hash
from scripts.setup.report import Report, SetupError, t
from scripts.setup.serve import FIRST_PORT, HOST

DISK_NEEDED_BYTES = 3 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One piece looked at: `good`, `note` (works, but) or `bad` (does not), and how to mend it."""

    state: str
    piece: str
    said: str
    mend: str = ""


def examine(project: Project, city: str, report: Report) -> int:
    """Print every finding; 1 when something is wrong."""
    marks = {"good": "ok", "note": "--", "bad": "!!"}
    bad = 0
    for finding in findings(project, city):
        bad += finding.state == "bad"
        report.say(f"  {marks[finding.state]} {finding.piece}: {finding.said}")
        if finding.mend:
            report.say(f"       -> {finding.mend}")
    report.say()
    report.say(
        t(f"{bad} thing(s) to mend.", f"有 {bad} 项需要处理。")
        if bad
        else t("Nothing is wrong.", "一切正常。")
    )
    return 1 if bad else 0


def findings(project: Project, city: str) -> Iterator[Finding]:
    """Look at each piece in the order in which `./run` needs them."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _disk(project),
        lambda: _packages(project),
        lambda: _database(project, city),
        lambda: _port(project, city),
        lambda: _tools(project),
        _data,
    ]
    for look in looks:
        try:
            yield from look()
        except (SetupError, OSError) as error:
            yield Finding("bad", t("set-up", "环境"), str(error))


def _disk(project: Project) -> Iterator[Finding]:
    free = shutil.disk_usage(project.root).free
    said = t(f"{free / 1e9:.1f} GB free", f"剩余 {free / 1e9:.1f} GB")
    piece = t("disk", "磁盘")
    if free < DISK_NEEDED_BYTES:
        mend = t("make room: 3 GB are needed", "请清理出至少 3 GB 空间")
        yield Finding("bad", piece, said, mend)
    else:
        yield Finding("good", piece, said)
    if project.state.exists() and not os.access(project.state, os.W_OK | os.X_OK):
        yield Finding(
            "bad",
            str(project.state),
            t("not writable for you", "您没有写权限"),
            t("run as the user who made it", "请以创建它的用户运行"),
        )


def _packages(project: Project) -> Iterator[Finding]:
    piece = t("Python packages", "Python 依赖")
    if is_current(project, RUNTIME_LOCK):
        yield Finding("good", piece, RUNTIME_LOCK)
    else:
        said = t(".venv does not match requirements.txt", ".venv 与 requirements.txt 不一致")
        yield Finding("bad", piece, said, t("./run brings it there", "执行 ./run 即可修复"))
        return
    if not is_current(project, DEVELOPMENT_LOCK):
        said = t(f"{DEVELOPMENT_LOCK} is not installed", f"未安装 {DEVELOPMENT_LOCK}")
        yield Finding("note", piece, said, t("./run test installs it", "./run test 会安装"))
    if quietly([project.python, "-I", "-c", "import psycopg"]) is not None:
        yield Finding(
            "bad",
            "psycopg",
            t("version 3 is installed; Django would use it", "装有版本 3"),
            t("remove .venv, then ./run", "删除 .venv 后执行 ./run"),
        )


def _database(project: Project, city: str) -> Iterator[Finding]:
    address = os.environ.get("DATABASE_URL", "")
    if address:
        yield from _inside(project, address_for_city(address, city))
        return
    binaries, source = find_binaries(project)
    if binaries is None:
        yield _no_binaries()
        return
    how = t("unpacked", "解包") if source is Source.UNPACKED else t("installed", "已安装")
    yield Finding("good", "PostGIS", f"PostgreSQL {binaries.major}, {how}: {binaries.bindir}")
    place = cluster.find_place(project)
    server = cluster.read_postmaster(place)
    piece = t("private database", "私有数据库")
    if not place.exists:
        yield Finding(
            "note", piece, t("not made yet", "尚未创建"), t("./run makes it", "执行 ./run")
        )
    elif server is None or not cluster.answers(server):
        said = t(f"{place.data} is not running", f"{place.data} 未运行")
        yield Finding("note", piece, said, t("./run starts it", "执行 ./run 启动"))
    else:
        yield Finding("good", piece, f"{place.data} (pid {server.pid}, {server.socket_dir})")
        yield from _inside(project, cluster.url(server.socket_dir, database_name(city)))


def _no_binaries() -> Finding:
    if debian.has_apt():
        mend = t("./run installs or unpacks it", "执行 ./run 会安装或解包")
        return Finding("note", "PostGIS", t("not here yet", "尚未安装"), mend)
    return Finding("bad", "PostGIS", t("not here", "未安装"), debian.no_postgis_message())


_QUESTIONS = """
import json, sys
from scripts.setup.prepare import _connect, libpq_url, read_note
try:
    connection = _connect(libpq_url(sys.argv[1]))
except Exception as error:
    print(json.dumps({"error": str(error).strip()}))
    sys.exit()
cursor = connection.cursor()
cursor.execute("SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'")
found = cursor.fetchone()
print(json.dumps({"postgis": found[0] if found else "", "note": read_note(connection)}))
"""


def _inside(project: Project, address: str) -> Iterator[Finding]:
    """Look into the database through the project's own driver."""
    env = child_environment(PYTHONPATH=str(project.root))
    output = quietly([project.python, "-P", "-c", _QUESTIONS, address], env=env)
    piece = t("database", "数据库")
    said: dict[str, Any] = (
        json.loads(output) if output else {"error": t("cannot be asked", "无法查询")}
    )
    if "error" in said:
        mend = t("./run makes it; else check DATABASE_URL", "执行 ./run；或检查 DATABASE_URL")
        yield Finding("bad", piece, said["error"], mend)
        return
    yield _postgis(said["postgis"])
    if said["note"].get("migrations") == migrations_hash(project):
        yield Finding("good", t("tables", "数据表"), t("current", "最新"))
    else:
        now = t("behind the code", "落后于代码")
        yield Finding("bad", t("tables", "数据表"), now, t("./run migrates", "执行 ./run 会迁移"))


def _postgis(version: str) -> Finding:
    if version and int(version.split(".")[0]) >= 3:
        return Finding("good", "PostGIS", version)
    mend = t("install PostGIS 3 on that server", "请在该服务器上安装 PostGIS 3")
    return Finding("bad", "PostGIS", version or t("missing on the server", "服务器上没有"), mend)


def _port(project: Project, city: str) -> Iterator[Finding]:
    piece = t("web server", "网站")
    held = holder(project.state / f"serve-{city}.lock")
    if held:
        yield Finding("good", piece, f"{held[1]} (pid {held[0]})")
        return
    with socket.socket() as probe:
        probe.settimeout(2)
        taken = probe.connect_ex((HOST, FIRST_PORT)) == 0
    if taken:
        said = t(f"port {FIRST_PORT} is taken", f"端口 {FIRST_PORT} 被占用")
        yield Finding("note", piece, said, t("./run takes the next", "./run 会用下一个端口"))
    else:
        yield Finding("good", piece, t("not running, port 8000 is free", "未运行，端口 8000 空闲"))


def _tools(project: Project) -> Iterator[Finding]:
    piece = t("for ./run test", "./run test 所需")
    missing = testing.missing_tools()
    for package in missing:
        mend = f"apt install {package}"
        yield Finding("note", piece, t(f"no {package}", f"没有 {package}"), mend)
    if not missing:
        yield Finding("good", piece, ", ".join(testing.SYSTEM_TOOLS))
    if testing.node_program(project) is None:
        yield Finding("note", piece, t("no Node 20", "没有 Node 20"), "./run test")


def _data() -> Iterator[Finding]:
    folder = os.environ.get("MAPGRID_DATA", "")
    if not folder:
        yield Finding(
            "note",
            "MAPGRID_DATA",
            t("not set: real-data tests are skipped", "未设置：跳过真实数据测试"),
        )
    elif Path(folder).is_dir():
        yield Finding("good", "MAPGRID_DATA", folder)
    else:
        mend = t("set it to the folder of real data", "请设为真实数据目录")
        yield Finding(
            "bad", "MAPGRID_DATA", t(f"{folder} is no folder", f"{folder} 不是目录"), mend
        )
