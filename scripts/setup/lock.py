"""Locks that die with their process, so that two `./run` never build the same thing at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts.setup.process import lock_descriptors


@dataclass
class Held:
    """A lock in our hands; `note` leaves a line for whoever finds it taken."""

    file: IO[str]

    def note(self, text: str) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.file.write(f"{os.getpid()} {text}".rstrip() + "\n")
        self.file.flush()


def _open(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")


@contextmanager
def holding(path: Path, on_wait: Callable[[str], None]) -> Iterator[Held]:
    """Hold the lock for the block; when another process has it, say so once and wait."""
    with _open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait(file.read().strip())
            fcntl.flock(file, fcntl.LOCK_EX)
        held = Held(file)
        held.note("")
        lock_descriptors.add(file.fileno())
        try:
            yield held
        finally:
            lock_descriptors.discard(file.fileno())


@contextmanager
def trying(path: Path) -> Iterator[Held | None]:
    """Hold the lock if it is free, else give None at once."""
    with _open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        held = Held(file)
        held.note("")
        yield held


def holder(path: Path) -> tuple[int, str] | None:
    """Say which process holds the lock and what it noted; None when the lock is free."""
    if not path.exists():
        return None
    with _open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, text = file.read().strip().partition(" ")
            return (int(pid) if pid.isdigit() else 0, text)
    return None
