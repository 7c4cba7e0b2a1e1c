"""PostgreSQL programs on this machine: which there are, and whether PostGIS came with them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from scripts.setup.process import quietly

OLDEST = 14
_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)


@dataclass(frozen=True)
class Binaries:
    """One set of server programs; `tree` is the root of packages unpacked without installing."""

    bindir: Path
    major: int
    tree: Path | None = None
    environment: dict[str, str] = field(default_factory=dict, compare=False)

    def program(self, name: str) -> Path:
        return self.bindir / name

    @property
    def sharedir(self) -> Path:
        """The folder of templates and extensions that belongs to these programs."""
        for candidate in _share_candidates(self.bindir, self.major):
            if (candidate / "postgres.bki").is_file():
                return candidate
        return self.bindir.parent / "share"

    @property
    def has_postgis(self) -> bool:
        return (self.sharedir / "extension" / "postgis.control").is_file()


def _share_candidates(bindir: Path, major: int) -> Iterable[Path]:
    prefix = bindir.parent
    # Debian: programs in /usr/lib/postgresql/15/bin, their data in /usr/share/postgresql/15.
    if prefix.name == str(major) and prefix.parent.name == "postgresql":
        yield prefix.parent.parent.parent / "share" / "postgresql" / str(major)
    yield prefix / "share"
    yield prefix / "share" / "postgresql"
    yield prefix / "share" / f"postgresql@{major}"
    yield prefix / "share" / "pgsql"


def version_of(bindir: Path) -> int | None:
    """Read the major version from the folder's name, else from the program itself."""
    if not all(os.access(bindir / name, os.X_OK) for name in ("postgres", "initdb", "pg_ctl")):
        return None
    named = re.search(r"(?:postgresql[/@]|pgsql-)(\d+)", str(bindir))
    if named:
        return int(named.group(1))
    said = re.search(r"(\d+)", quietly([bindir / "postgres", "--version"]) or "")
    return int(said.group(1)) if said else None


def installed(root: Path = Path("/")) -> list[Binaries]:
    """List the server programs of this machine, newest first, PostGIS or not."""
    folders = {
        found for pattern in _PATTERNS for found in root.glob(pattern.lstrip("/")) if found.is_dir()
    }
    on_path = shutil.which("postgres")
    if on_path and root == Path("/"):
        folders.add(Path(on_path).resolve().parent)
    versions = {folder: version_of(folder) for folder in folders}
    found = [Binaries(folder, major) for folder, major in versions.items() if major]
    return sorted(found, key=lambda item: (-item.major, str(item.bindir)))


def unpacked(tree: Path) -> list[Binaries]:
    """List the server programs in a tree of unpacked Debian packages."""
    environment = tree_environment(tree)
    return [Binaries(item.bindir, item.major, tree, environment) for item in installed(tree)]


def tree_environment(tree: Path) -> dict[str, str]:
    """Give what programs in an unpacked tree need to find their libraries and data.

    BLAS and LAPACK lie in folders that only Debian's alternatives system would link.
    """
    libraries = [
        folder
        for base in (tree / "usr/lib", tree / "lib")
        for triplet in sorted(base.glob("*-linux-gnu*"))
        for folder in (triplet, triplet / "blas", triplet / "lapack")
        if folder.is_dir()
    ]
    environment = {"LD_LIBRARY_PATH": ":".join(str(folder) for folder in libraries)}
    for name, place in (("PROJ_DATA", "proj"), ("PROJ_LIB", "proj"), ("GDAL_DATA", "gdal")):
        if (tree / "usr/share" / place).is_dir():
            environment[name] = str(tree / "usr/share" / place)
    return environment


def choose(candidates: Iterable[Binaries], data_major: int | None = None) -> Binaries | None:
    """Choose programs with PostGIS: the data's own version if there is data, else the newest."""
    fit = [item for item in candidates if item.has_postgis and item.major >= OLDEST]
    if data_major is not None:
        fit = [item for item in fit if item.major == data_major]
    return max(fit, key=lambda item: item.major, default=None)
