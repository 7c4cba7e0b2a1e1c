"""The commands behind `./run`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.setup import doctor, serve, teardown, testing
from scripts.setup.database import hide_password
from scripts.setup.lock import Held, holder, holding, trying
from scripts.setup.process import terminate_all
from scripts.setup.project import DEMO_CITY, Project, check_city_file, check_city_name
from scripts.setup.provision import (
    Options,
    Provisioned,
    ensure_exists,
    ensure_usable,
    fill,
    logins_file,
    provision,
)
from scripts.setup.report import Report, SetupError, Timing, speaks_chinese, t

PASSED_ON = ("manage", "python", "test")
ENGLISH_HELP = """\
./run [serve]          set everything up and serve the demonstration at http://127.0.0.1:8000
      --city NAME      another city with a database of its own (cities/NAME.toml)
      --port N         this port (otherwise 8000 or the next free one)
      --times N        an N times larger demonstration      --until DATE  its last day
      --seed N         another random city
./run test [ARGS]      every check and test; ARGS go to pytest
./run manage ARGS      Django's command line             ./run python ARGS  the interpreter
./run stop             stop the server, the worker and the database
./run reset [--yes]    delete the databases and uploads (with --city NAME: that city's only)
./run doctor           what is wrong with the set-up and how to mend it
--city NAME may stand before every command. DATABASE_URL names a server of your own.
"""
CHINESE_HELP = """\
./run [serve]          完成全部准备并在 http://127.0.0.1:8000 提供演示
      --city NAME      使用另一座城市及其独立数据库（cities/NAME.toml）
      --port N         指定端口（默认 8000 或之后的空闲端口）
      --times N        N 倍规模的演示数据                 --until DATE  数据的最后一天
      --seed N         另一随机种子
./run test [ARGS]      全部检查与测试；ARGS 传给 pytest
./run manage ARGS      Django 命令行                      ./run python ARGS   Python 解释器
./run stop             停止网站、后台任务和数据库
./run reset [--yes]    删除数据库和上传文件（加 --city NAME 只删除该城市）
./run doctor           检查环境，指出问题和解决办法
--city NAME 可放在任何命令之前。DATABASE_URL 可指定自己的数据库服务器。
"""


def main(argv: Sequence[str]) -> int:
    """Run one command and return the status for the shell."""
    os.environ.pop("PYTHONPATH", None)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    project = Project(Path(__file__).resolve().parents[2])
    try:
        with serve.interruptible():
            return _dispatch(project, parse(argv))
    except KeyboardInterrupt:
        terminate_all()
        sys.stdout.write(
            t(
                "\nInterrupted; ./run goes on from here.\n",
                "\n已中断；再次执行 ./run 会从这里继续。\n",
            )
        )
        return 130
    except SetupError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what follows `manage`, `python` and `test` is passed on untouched."""
    parser = argparse.ArgumentParser(prog="./run", add_help=False, allow_abbrev=False)
    parser.add_argument("--city", default=os.environ.get("MAPGRID_CITY") or DEMO_CITY)
    parser.add_argument("--port", type=_port)
    parser.add_argument("--times", type=int)
    parser.add_argument("--until")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--help", "-h", action="store_true")
    commands = ["serve", "stop", "reset", "doctor", "help", *PASSED_ON]
    split = next((i for i, word in enumerate(argv) if word in PASSED_ON), len(argv))
    parser.add_argument("command", nargs="?", choices=commands, default="serve")
    found = parser.parse_args([*argv[:split], *argv[split : split + 1]])
    found.rest = list(argv[split + 1 :])
    return found


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("1-65535")
    return number


def _dispatch(project: Project, args: argparse.Namespace) -> int:
    if args.help or args.command == "help":
        sys.stdout.write(CHINESE_HELP if speaks_chinese() else ENGLISH_HELP)
        return 0
    demo = {name: getattr(args, name) for name in ("times", "until", "seed")}
    options = Options(
        city=check_city_name(args.city),
        port=args.port,
        demo={name: value for name, value in demo.items() if value is not None},
    )
    report = Report()
    if args.command == "doctor":
        return doctor.examine(project, options.city, report)
    project.prepare_state()
    if args.command in ("serve", "manage", "python"):  # what is left of a city can be deleted
        check_city_file(project, options.city)
    commands: dict[str, Callable[[], int]] = {
        "serve": lambda: run_serve(project, report, options),
        "manage": lambda: run_inside(project, report, options, manage=True, arguments=args.rest),
        "python": lambda: run_inside(project, report, options, manage=False, arguments=args.rest),
        "test": lambda: run_test(project, report, options, args.rest),
        "stop": lambda: teardown.stop(project, report),
        "reset": lambda: teardown.reset(
            project, report, options.city if "--city" in sys.argv else None, sure=args.yes
        ),
    }
    return commands[args.command]()


def _wait_message(report: Report) -> Callable[[str], None]:
    return lambda who: report.say(
        t(
            f"Another ./run is at work here (process {who}); waiting for it ...",
            f"另一个 ./run 正在运行（进程 {who}），等待其完成……",
        )
    )


def run_serve(project: Project, report: Report, options: Options) -> int:
    """Set up what is missing, serve, and stay until Ctrl-C."""
    path = project.state / f"serve-{options.city}.lock"
    with trying(path) as mine:
        if mine is not None:
            return _serve(project, report, options, mine)
    report.say(t("Another ./run serves this city.", "另一个 ./run 正在运行该城市。"))
    while (held := holder(path)) is not None:
        if held[1]:
            report.say(t(f"  Served at  {held[1]}", f"  访问地址  {held[1]}"))
            return 0
        time.sleep(0.3)
    return run_serve(project, report, options)  # the other one gave up before it was ready


def _serve(project: Project, report: Report, options: Options, mine: Held) -> int:
    began = time.monotonic() - _boot_seconds(report)
    report.say(t(f"mapgrid: setting up in {project.root}", f"mapgrid：在 {project.root} 准备环境"))
    with holding(project.state / "setup.lock", _wait_message(report)):
        project.sweep()
        ready = provision(project, report, options)
        fill(project, report, options, ready)
    services = None
    try:
        with report.step(t("web server", "启动网站")):
            services = serve.start_web(project, ready.environment, serve.bind(options.port))
            serve.await_ready(services, needs_events=options.city == DEMO_CITY)
        serve.start_worker(services)
        mine.note(services.address)
        _announce(project, report, options, ready, services.address, time.monotonic() - began)
        serve.watch(services, report.say)
    except KeyboardInterrupt:
        report.say(t("\nStopped.", "\n已停止。") + _private_hint(ready))
    finally:
        if services:
            serve.stop(services)
    return 0


def _boot_seconds(report: Report) -> float:
    """Take over the seconds that the shell part spent on getting Python."""
    timing = Timing(
        "python3",
        float(os.environ.get("MAPGRID_BOOT_DOWNLOAD_S", 0)),
        float(os.environ.get("MAPGRID_BOOT_WORK_S", 0)),
    )
    if timing.download_s + timing.work_s:
        report.timings.append(timing)
    return timing.download_s + timing.work_s


def _announce(
    project: Project,
    report: Report,
    options: Options,
    ready: Provisioned,
    address: str,
    wall_s: float,
) -> None:
    shown = hide_password(ready.database.url)
    report.say()
    report.say(t(f"  Served at  {address}", f"  访问地址  {address}"))
    report.say(t(f"  city       {options.city}", f"  城市      {options.city}"))
    report.say(
        t(
            f"  database   {shown} ({ready.database.source.value})",
            f"  数据库    {shown}（{ready.database.source.value}）",
        )
    )
    report.say(t(f"  time       {report.account(wall_s)}", f"  用时      {report.account(wall_s)}"))
    logins = logins_file(project)
    if options.city == DEMO_CITY and logins.exists():
        report.say()
        for line in logins.read_text(encoding="utf-8").splitlines():
            report.say(f"  {line}")
    report.say()
    report.say(t("  Ctrl-C stops the server.", "  按 Ctrl-C 停止网站。") + _private_hint(ready))


def _private_hint(ready: Provisioned) -> str:
    """Say how our own database is stopped; a server of the user's is no business of ours."""
    if ready.database.place is None:
        return ""
    return t(
        " The database keeps running until ./run stop.", "数据库仍会运行，./run stop 可将其停止。"
    )


def run_inside(
    project: Project, report: Report, options: Options, *, manage: bool, arguments: list[str]
) -> int:
    """Replace this process by the project's interpreter, with the database running."""
    report.write = sys.stderr.write
    with holding(project.state / "setup.lock", _wait_message(report)):
        ready = provision(project, report, options)
        if manage:
            ensure_usable(project, report, options, ready)
        else:
            ensure_exists(project, report, ready)
    command = [str(project.python), *([str(project.root / "manage.py")] if manage else [])]
    os.execve(command[0], [*command, *arguments], ready.environment)


def run_test(project: Project, report: Report, options: Options, arguments: list[str]) -> int:
    """Set up what tests need beyond the product, then run every check."""
    with holding(project.state / "setup.lock", _wait_message(report)):
        project.sweep()
        environment, no_database = testing.provision_tests(project, report, options)
    return testing.run_all(project, report, environment, no_database, arguments)
