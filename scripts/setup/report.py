"""What the user reads: steps with progress, downloads and work timed apart, in their language."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

HEARTBEAT_S = 10.0


class SetupError(Exception):
    """Something the user has to mend; the message is one clear line that says how."""


def speaks_chinese(environ: dict[str, str] | None = None) -> bool:
    """Tell whether the locale of the environment asks for Chinese."""
    env = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if env.get(name):
            return env[name].lower().startswith("zh")
    return False


def t(english: str, chinese: str) -> str:
    """Choose between the two wordings of one message; both stand at the place of use."""
    return chinese if speaks_chinese() else english


@dataclass
class Timing:
    """Seconds of one step, split into waiting for the network and working."""

    name: str
    download_s: float = 0.0
    work_s: float = 0.0


@dataclass
class Step:
    """A running step; `last_line` is what the heartbeat repeats when it takes long."""

    timing: Timing
    last_line: str = ""
    note: str = ""

    @contextlib.contextmanager
    def downloading(self) -> Iterator[None]:
        """Count the seconds inside the block as download; the rest of the step is work."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.timing.download_s += time.monotonic() - began


@dataclass
class Report:
    """Prints steps as they start and end, and keeps their timings for the closing account."""

    write: Callable[[str], object] = sys.stdout.write
    timings: list[Timing] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, line: str = "") -> None:
        """Print one line at once, whole, also when steps run side by side."""
        with self._lock:
            self.write(line + "\n")
            sys.stdout.flush()

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Announce a step, repeat its last line every few seconds, then say how long it took."""
        step = Step(Timing(name))
        done = threading.Event()
        began = time.monotonic()
        self.say(f"  .. {name}")
        beat = threading.Thread(target=self._heartbeat, args=(step, began, done), daemon=True)
        beat.start()
        try:
            yield step
        finally:
            done.set()
            step.timing.work_s = max(0.0, time.monotonic() - began - step.timing.download_s)
            self.timings.append(step.timing)
        note = f": {step.note}" if step.note else ""
        self.say(f"  ok {name}{note} ({describe(step.timing)})")

    def _heartbeat(self, step: Step, began: float, done: threading.Event) -> None:
        while not done.wait(HEARTBEAT_S):
            elapsed_s = time.monotonic() - began
            self.say(f"  .. {step.timing.name} {elapsed_s:.0f} s  {step.last_line[:100]}".rstrip())

    def account(self, wall_s: float) -> str:
        """Give the closing line: downloads and work apart, and the wall clock beside them."""
        download_s = sum(timing.download_s for timing in self.timings)
        work_s = sum(timing.work_s for timing in self.timings)
        return t(
            f"downloads {download_s:.1f} s, work {work_s:.1f} s; "
            f"side by side that took {wall_s:.1f} s",
            f"下载 {download_s:.1f} 秒，处理 {work_s:.1f} 秒；并行进行，实际用时 {wall_s:.1f} 秒",
        )


def describe(timing: Timing) -> str:
    """Say the seconds of one step; downloads are named only where there were any."""
    if timing.download_s < 0.05:
        return t(f"{timing.work_s:.1f} s", f"{timing.work_s:.1f} 秒")
    return t(
        f"download {timing.download_s:.1f} s, work {timing.work_s:.1f} s",
        f"下载 {timing.download_s:.1f} 秒，处理 {timing.work_s:.1f} 秒",
    )
