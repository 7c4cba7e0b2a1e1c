"""Where everything lies: one value that the other modules take, so that tests can move it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.setup.report import SetupError, t

DEMO_CITY = "demo"
CITY_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Project:
    """The folders of one checkout."""

    root: Path

    @property
    def state(self) -> Path:
        """Everything that `./run` makes, except the virtual environment."""
        return self.root / ".mapgrid"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def static_root(self) -> Path:
        return self.state / "static"

    @property
    def key(self) -> str:
        """A short name for this place on the disk, for folders outside the project."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    def media_root(self, city: str) -> Path:
        """The folder of one city's uploads."""
        return self.state / ("media" if city == DEMO_CITY else f"media-{city}")

    def prepare_state(self) -> None:
        """Make the state folder: enterable for the database's user, its secrets are not.

        Raises
        ------
        SetupError
            When the folder cannot be written, e.g. because another user made it.
        """
        try:
            self.state.mkdir(exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            if self.state.stat().st_uid == os.geteuid():
                self.state.chmod(0o711)
                self.logs.chmod(0o700)
            if not os.access(self.state, os.W_OK | os.X_OK):
                raise PermissionError
        except PermissionError:
            raise SetupError(
                t(
                    f"{self.state} is not writable for you; run as the user who made it, "
                    "or remove that folder.",
                    f"您没有 {self.state} 的写权限；请以创建它的用户运行，或删除该目录。",
                )
            ) from None

    def sweep(self) -> None:
        """Remove what an interrupted start left behind (called under the lock only)."""
        for leftover in self.state.glob("tmp-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Give a folder beside its destination, so that finishing is one rename."""
        folder = Path(tempfile.mkdtemp(prefix=f"tmp-{name}-", dir=self.state))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def secret_key(self) -> str:
        """Return the installation's secret key; made once, readable by its owner only."""
        path = self.state / "secret_key"
        if path.exists():
            return path.read_text(encoding="ascii").strip()
        key = secrets.token_urlsafe(50)
        write_private(path, key + "\n")
        return key


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f"tmp-{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)


def check_city_file(project: Project, name: str) -> None:
    """Refuse a city without a file before anything is made for it.

    Raises
    ------
    SetupError
        With the cities that there are.
    """
    folders = [project.state / "cities", project.root / "cities"]
    known = sorted({path.stem for folder in folders for path in folder.glob("*.toml")})
    if name not in known:
        cities = ", ".join(known)
        raise SetupError(
            t(
                f"There is no city {name!r}; there are: {cities}. "
                f"Write cities/{name}.toml like those to make one.",
                f"没有城市 {name!r}，现有：{cities}。照样写一份 cities/{name}.toml 即可新建。",
            )
        )


def check_city_name(name: str) -> str:
    """Return the name when it can be part of a database name.

    Raises
    ------
    SetupError
        When it has anything but small letters, digits and underscores.
    """
    if not CITY_NAME.fullmatch(name):
        raise SetupError(
            t(
                f"{name!r} cannot name a city: use small letters, digits and _, "
                "beginning with a letter, 40 at most.",
                f"城市名 {name!r} 无效：请用小写字母、数字和下划线，以字母开头，最多 40 个字符。",
            )
        )
    return name


def file_hash(*paths: Path) -> str:
    """Hash names and contents of files, in the given order; a missing file counts as empty."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()[:20]
