"""Web server and job worker: started together, watched, and stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from scripts.setup.project import Project
from scripts.setup.report import SetupError, t

HOST = "127.0.0.1"
FIRST_PORT = 8000
PORTS_TRIED = 100
PROBE = "/api/tiles/probe.mvt"
READY_S = 90.0
STOP_S = 12.0


def bind(port: int | None, first: int = FIRST_PORT) -> socket.socket:
    """Take a port: the wanted one, else the first free one from 8000 on; held until handed over.

    Raises
    ------
    SetupError
        When the wanted port, or every port tried, is taken.
    """
    for candidate in [port] if port else range(first, first + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
    where = str(port) if port else f"{first}-{first + PORTS_TRIED - 1}"
    raise SetupError(
        t(
            f"Port {where} is taken on {HOST}; choose another with --port.",
            f"{HOST} 的端口 {where} 已被占用；请用 --port 指定其他端口。",
        )
    )


@dataclass
class Services:
    """The two running programs; the worker follows when the web server is ready."""

    project: Project
    environment: dict[str, str]
    port: int
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"


def web_command(project: Project, fd: int) -> list[str]:
    """Give the command of the web server, which inherits an open port."""
    gunicorn = [str(project.python), "-m", "gunicorn", "mapgrid.wsgi:application"]
    gunicorn += ["--bind", f"fd://{fd}", "--workers", "2", "--worker-class", "gthread"]
    gunicorn += ["--threads", "6", "--timeout", "120", "--graceful-timeout", "5"]
    # Imported once and then forked: half the start on a small machine, and shared memory.
    return [*gunicorn, "--preload", "--log-level", "warning", "--chdir", str(project.root)]


def worker_command(project: Project) -> list[str]:
    """Give the command of the job worker."""
    return [str(project.python), str(project.root / "manage.py"), "worker"]


def start_web(project: Project, environment: dict[str, str], listener: socket.socket) -> Services:
    """Start the web server, in a session of its own, so that Ctrl-C reaches only us."""
    port = int(listener.getsockname()[1])
    fd = listener.fileno()
    web = _spawn(web_command(project, fd), project.logs / "web.log", environment, (fd,))
    listener.close()
    return Services(project, environment, port, web)


def start_worker(services: Services) -> None:
    """Start the job worker; the web server goes first, since somebody waits for that one."""
    log = services.project.logs / "worker.log"
    services.worker = _spawn(worker_command(services.project), log, services.environment)


def _spawn(
    command: list[str], log: Path, environment: dict[str, str], fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    with _log(log) as sink:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env=environment,
            pass_fds=fds,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > 20_000_000:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def _die_with_parent() -> None:
    """Ask Linux to end this process when `./run` itself is killed hard."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def await_ready(services: Services, *, needs_events: bool) -> None:
    """Wait until a tile of events comes back; only then is the project served.

    Raises
    ------
    SetupError
        When the server ends, or nothing comes back in time; with the end of its log.
    """
    began = time.monotonic()
    said = ""
    while time.monotonic() - began < READY_S:
        if services.web.poll() is not None:
            break
        status, size = probe(services.port)
        if (status == 200 and size) or (not needs_events and status in {200, 204}):
            return
        said = f"{PROBE}: {status}, {size} B"
        time.sleep(0.1 if status == 0 else 0.5)
    log = services.project.logs / "web.log"
    raise SetupError(
        t("The server does not come up", "服务未能启动") + f" ({said}). {log}:\n{tail(log)}"
    )


def probe(port: int) -> tuple[int, int]:
    """Fetch the readiness tile: status and size, (0, 0) while nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request("GET", PROBE)
        response = connection.getresponse()
        return response.status, len(response.read())
    except (OSError, http.client.HTTPException):
        return 0, 0
    finally:
        connection.close()


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, indented."""
    if not path.exists():
        return ""
    found = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in found)


def watch(services: Services, say: Callable[[str], None]) -> None:
    """Stay until the web server ends; a worker that ends is started again, ever more slowly.

    Raises
    ------
    SetupError
        When the web server ended by itself.
    """
    pause_s = 1.0
    while services.web.poll() is None:
        if services.worker and services.worker.poll() is not None:
            log = services.project.logs / "worker.log"
            say(
                t(
                    f"  !! the job worker ended; starting it again ({log})",
                    f"  !! 后台任务进程已退出，正在重启（{log}）",
                )
            )
            time.sleep(pause_s)
            pause_s = min(60.0, pause_s * 2)
            start_worker(services)
        time.sleep(0.5)
    log = services.project.logs / "web.log"
    raise SetupError(t("The server ended.", "服务已退出。") + f" {log}:\n{tail(log)}")


def stop(services: Services) -> None:
    """End both programs, gently first."""
    programs = [services.web, *([services.worker] if services.worker else [])]
    for program in programs:
        if program.poll() is None:
            program.terminate()
    deadline = time.monotonic() + STOP_S
    for program in programs:
        try:
            program.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Treat a closed terminal and a polite kill like Ctrl-C, so that they clean up too."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup asks to live on
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
