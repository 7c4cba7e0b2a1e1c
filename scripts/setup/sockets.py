"""Where the cluster's socket lies: a short folder that nobody else can enter."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts.setup.process import Identity
from scripts.setup.report import SetupError, t

# sockaddr_un holds 108 bytes on Linux, the closing zero among them.
LONGEST_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"


def fits(folder: Path) -> bool:
    """Tell whether a socket in this folder can be addressed at all."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_PATH_BYTES


def candidates(key: str, uid: int, environ: dict[str, str]) -> list[Path]:
    """List the folders to try, the best first, for a project key and the calling user."""
    found = []
    if uid == 0:
        found.append(Path("/run/mapgrid") / key)
    runtime = environ.get("XDG_RUNTIME_DIR")
    if uid != 0 and runtime and _is_own(Path(runtime), uid):
        found.append(Path(runtime) / f"mapgrid-{key}")
    found.append(Path(tempfile.gettempdir()) / f"mapgrid-{uid}-{key}")
    found.append(Path("/tmp") / f"mapgrid-{uid}-{key}")  # where TMPDIR itself is too long
    return [folder for folder in dict.fromkeys(found) if fits(folder)]


def _is_own(folder: Path, uid: int) -> bool:
    try:
        return folder.stat().st_uid == uid and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False


def make_private(folder: Path, owner: Identity | None) -> bool:
    """Make the folder, mode 0700, for its owner; False when it is somebody else's or a link."""
    try:
        if folder.parent.name == "mapgrid":
            folder.parent.mkdir(mode=0o755, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            return False
        wanted = owner.uid if owner else os.geteuid()
        if found.st_uid not in {wanted, os.geteuid()}:
            return False
        if owner and found.st_uid != owner.uid:
            os.chown(folder, owner.uid, owner.gid)
        folder.chmod(0o700)
    except OSError:
        return False
    return True


def choose(folders: Iterable[Path], owner: Identity | None) -> Path:
    """Return the first folder that could be made private.

    Raises
    ------
    SetupError
        When none could.
    """
    for folder in folders:
        if make_private(folder, owner):
            return folder
    raise SetupError(
        t(
            "No short private folder for the database's socket. Set TMPDIR to a short path "
            "(at most 80 bytes) that you own, then ./run again.",
            "找不到可放数据库套接字的短路径私有目录。请把 TMPDIR 设为您拥有的短路径"
            "（不超过 80 字节），再运行 ./run。",
        )
    )
