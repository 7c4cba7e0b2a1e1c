"""The project's Python environment: `.venv`, filled from the locks by uv, or by pip without it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from scripts.setup import debian, pip_config
from scripts.setup.process import CommandFailed, child_environment, quietly, run
from scripts.setup.project import Project, file_hash
from scripts.setup.report import Report, SetupError, Step, t

UV_VERSION = "0.13.8"
RUNTIME_LOCK = "requirements.txt"
DEVELOPMENT_LOCK = "requirements-dev.txt"
_PREPARED = re.compile(r"Prepared \d+ packages? in (?:(\d+)m )?([\d.]+)(ms|s)")


def stamp_path(project: Project) -> Path:
    """Where `.venv` remembers which locks it was filled from."""
    return project.venv / "mapgrid-stamp.json"


def read_stamp(path: Path) -> dict[str, str]:
    """Read the hashes of the installed locks; anything unreadable counts as nothing installed."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def lock_hash(project: Project, lock: str) -> str:
    """Hash what decides the content of the environment for one lock."""
    return file_hash(project.root / lock)


def is_current(project: Project, lock: str) -> bool:
    """Tell whether `.venv` has an interpreter and holds this very lock."""
    if not os.access(project.python, os.X_OK):
        return False
    return read_stamp(stamp_path(project)).get(lock) == lock_hash(project, lock)


def ensure_packages(project: Project, report: Report, lock: str = RUNTIME_LOCK) -> None:
    """Bring `.venv` to the lock; nothing happens when it is there already.

    Packages are added and changed, never removed, so that the development lock survives a plain
    start. The stamp is taken away first and written last: an interrupted run starts over, and
    then reinstalls, since a half-unpacked package looks complete to an installer.
    """
    if is_current(project, lock):
        return
    with report.step(t(f"Python packages of {lock}", f"安装 Python 依赖 {lock}")) as step:
        _ensure_interpreter(project)
        stamp = stamp_path(project)
        marker = project.venv / "mapgrid-incomplete"
        was_interrupted = marker.exists()
        installed = read_stamp(stamp)
        marker.touch()
        stamp.unlink(missing_ok=True)
        _install(project, lock, step, reinstall=was_interrupted)
        kept = {} if was_interrupted else installed
        kept[lock] = lock_hash(project, lock)
        stamp.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        marker.unlink()


def _ensure_interpreter(project: Project) -> None:
    """Make `.venv` unless it has a Python that runs; a broken one is made again from nothing."""
    check = "import sys; sys.exit(sys.prefix == sys.base_prefix or sys.version_info < (3, 11))"
    alive = os.access(project.python, os.X_OK)
    if alive and quietly([project.python, "-I", "-c", check]) is not None:
        return
    run([sys.executable, "-I", "-m", "venv", "--clear", "--without-pip", project.venv])


def _install(project: Project, lock: str, step: Step, *, reinstall: bool) -> None:
    pip = _pip_command(project, step)
    settings = pip_config.parse((quietly([*pip, "config", "list"]) or "").splitlines())
    with step.downloading():
        uv = _ensure_uv(project, pip, step)
    log = project.logs / "packages.log"
    target = project.root / lock
    if uv is not None:
        command: list[str | Path] = [
            uv,
            "pip",
            "install",
            "--no-config",
            "--python",
            project.python,
        ]
        command += [*pip_config.uv_arguments(settings), "--requirement", target]
        try:
            output = run(
                [*command, *(["--reinstall"] if reinstall else [])],
                step=step,
                log=log,
                env=_uv_environment(project, settings),
                holds_lock=True,
            )
        except CommandFailed as error:
            step.last_line = t("uv failed, trying pip", "uv 失败，改用 pip")
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{error}\n")
        else:
            step.timing.download_s += prepared_seconds(output)
            return
    again = ["--force-reinstall"] if reinstall else []
    with step.downloading():
        run(
            [*pip, "--python", project.python, "install", "--no-deps", *again, "-r", target],
            step=step,
            log=log,
            holds_lock=True,
        )


def prepared_seconds(output: str) -> float:
    """Read from uv's account how long it fetched and unpacked wheels."""
    match = _PREPARED.search(output)
    if match is None:
        return 0.0
    minutes, amount, unit = match.groups()
    return int(minutes or 0) * 60 + float(amount) / (1000 if unit == "ms" else 1)


def _uv_environment(project: Project, settings: dict[str, str]) -> dict[str, str]:
    env = child_environment(VIRTUAL_ENV=None, UV_NO_PROGRESS="1", UV_PYTHON_DOWNLOADS="never")
    env.update(pip_config.uv_environment(settings, env))
    home = Path(env.get("XDG_CACHE_HOME") or Path.home())
    if not env.get("UV_CACHE_DIR") and not os.access(home, os.W_OK):
        env["UV_CACHE_DIR"] = str(project.state / "cache" / "uv")
    # Copying is the fallback anyway; asking for it would warn when the cache is on another disk.
    env.setdefault("UV_LINK_MODE", "hardlink" if _same_disk(project.venv, home) else "copy")
    return env


def _same_disk(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return one.stat().st_dev == other.stat().st_dev
    return False


def _pip_command(project: Project, step: Step) -> list[str | Path]:
    """Find a pip that can install into another environment, without changing the system's Python.

    Raises
    ------
    SetupError
        When this Python came without pip and without the wheel that carries it.
    """
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    wheel = _pip_wheel(project)
    if wheel is None and debian.has_apt():
        debian.unpack(project, "pip", ["python3-pip-whl"], step)
        wheel = _pip_wheel(project)
    if wheel is None:
        raise SetupError(
            t(
                "This Python has neither pip nor ensurepip. Install them "
                "(Debian: apt install python3-venv), then ./run again.",
                "此 Python 没有 pip 和 ensurepip。请先安装"
                "（Debian：apt install python3-venv），再运行 ./run。",
            )
        )
    return [sys.executable, wheel / "pip"]


def _pip_wheel(project: Project) -> Path | None:
    wheels_of_debian = "usr/share/python-wheels"
    folders = [Path("/") / wheels_of_debian, debian.tree_of(project, "pip") / wheels_of_debian]
    spec = find_spec("ensurepip")
    if spec and spec.origin:
        folders.insert(0, Path(spec.origin).parent / "_bundled")
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    return wheels[0] if wheels else None


def _ensure_uv(project: Project, pip: list[str | Path], step: Step) -> Path | None:
    """Fetch the pinned uv into the state folder; None when it cannot be had (pip does it then)."""
    tools = project.state / "tools"
    binary = tools / f"uv-{UV_VERSION}"
    if os.access(binary, os.X_OK):
        return binary
    tools.mkdir(exist_ok=True)
    try:
        with project.scratch("uv") as scratch:
            run(
                [
                    *pip,
                    *("install", "--quiet", "--disable-pip-version-check", "--no-compile"),
                    *("--root-user-action=ignore", "--target", scratch, f"uv=={UV_VERSION}"),
                ],
                step=step,
                log=project.logs / "packages.log",
            )
            (scratch / "bin" / "uv").rename(binary)
    except (CommandFailed, FileNotFoundError):
        return None
    return binary
