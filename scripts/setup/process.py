"""Running other programs: output to a log, progress to the step, nothing left behind on Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.setup.report import SetupError, Step, t


@dataclass(frozen=True)
class Identity:
    """The user that a child process becomes."""

    uid: int
    gid: int


_running: set[subprocess.Popen[str]] = set()
_stopping = threading.Event()
# Descriptors of locks: a child that inherits one keeps others out even when we are killed hard.
lock_descriptors: set[int] = set()


class Interrupted(SetupError):
    """The user or a failed neighbour ended the set-up; nothing more may be started."""


def terminate_all() -> None:
    """Stop every program that `run` waits for, in whatever thread, and start no other."""
    _stopping.set()
    for process in list(_running):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            process.terminate()


def pause(seconds: float) -> None:
    """Sleep, but not through an interruption.

    Raises
    ------
    Interrupted
        When everything is to stop.
    """
    if _stopping.wait(seconds):
        raise Interrupted(t("Interrupted.", "已中断。"))


class CommandFailed(SetupError):
    """A program ended badly; carries what it printed last."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output


def child_environment(**changes: str | None) -> dict[str, str]:
    """Copy our environment with changes; None takes a variable out."""
    env = {**os.environ, **{name: value for name, value in changes.items() if value is not None}}
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
    return env


def run(
    command: Sequence[str | Path],
    *,
    step: Step | None = None,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    on_line: Callable[[str], None] | None = None,
    cwd: Path | str | None = None,
    holds_lock: bool = False,
) -> str:
    """Run a program to its end and return its output, standard error included.

    With `holds_lock` it keeps our locks for as long as it lives, whatever happens to us; not for
    programs that leave a server behind.

    Raises
    ------
    CommandFailed
        When it cannot be started or ends with another status than 0.
    Interrupted
        When everything is to stop.
    """
    pause(0)
    argv = [str(part) for part in command]
    lines: list[str] = []
    sink = log.open("a", encoding="utf-8") if log else None
    try:
        with _start(argv, env, identity, cwd, lock_descriptors if holds_lock else ()) as process:
            assert process.stdout is not None
            _running.add(process)
            try:
                for line in process.stdout:
                    lines.append(line)
                    if sink:
                        sink.write(line)
                    if step and line.strip():
                        step.last_line = line.strip()
                    if on_line:
                        on_line(line.rstrip("\n"))
            except BaseException:
                process.terminate()
                raise
            finally:
                _running.discard(process)
    finally:
        if sink:
            sink.close()
    output = "".join(lines)
    if process.returncode:
        raise failure(argv, process.returncode, output)
    return output


def failure(argv: Sequence[str], status: int, output: str) -> CommandFailed:
    """Make the error for a program that ended badly: which, how, and its last lines."""
    tail = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
    name = " ".join(Path(part).name if "/" in part else part for part in argv[:4])
    said = t("failed with status", "失败，返回码")
    return CommandFailed(f"{name} {said} {status}\n{tail}".rstrip(), output)


def _start(
    argv: list[str],
    env: Mapping[str, str] | None,
    identity: Identity | None,
    cwd: Path | str | None,
    descriptors: Iterable[int],
) -> subprocess.Popen[str]:
    become = {"user": identity.uid, "group": identity.gid, "extra_groups": []} if identity else {}
    try:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else child_environment(),
            cwd=cwd,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=tuple(descriptors),
            **become,
        )
    except OSError as error:
        raise CommandFailed(f"{argv[0]}: {error.strerror}", "") from error


def quietly(
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    identity: Identity | None = None,
) -> str | None:
    """Run a short program and return its output, or None when it failed."""
    try:
        return run(command, env=env, identity=identity)
    except CommandFailed:
        return None
