"""Unpacking that a hostile archive cannot misuse: bounded, and written under names of our own."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geodata.errors import ReadError

from .failures import failure
from .limits import MEBIBYTE, Limits
from .text import decode_value

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SINGLE_FILES = (".geojson", ".json", ".gpkg", ".csv", ".parquet", ".pbf")
_CHUNK_BYTES = 256 * 1024
_UTF8_FLAG = 0x800


def gunzip(path: Path, limits: Limits) -> bytes:
    """Return the unpacked bytes of a gzip file, or raise `ReadError` above the bound."""
    chunks: list[bytes] = []
    size = 0
    try:
        with gzip.open(path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > limits.max_unpacked_bytes:
                    raise _too_large(limits)
                chunks.append(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path.name, str(error)) from error
    return b"".join(chunks)


@contextmanager
def unpacked(path: Path, layer: str | None, limits: Limits) -> Iterator[tuple[Path, str]]:
    """Unpack one data set of a zip file into a temporary folder.

    Parameters
    ----------
    path : Path
        The zip file.
    layer : str or None
        Name of the shapefile (without suffix) when the archive holds several.
    limits : Limits
        Bounds on members, size and ratio.

    Yields
    ------
    tuple of (Path, str)
        The unpacked ``.shp`` (or single data file) and its name in the archive. Gone afterwards.

    Raises
    ------
    ReadError
        ``archive_unsafe`` for a path that leaves the folder, a link or a bomb;
        ``file_damaged``; ``file_encrypted``; ``layer_needed``; ``format_unknown``.
    """
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory(prefix="ingest-") as folder:
            members = _checked_members(archive, limits)
            name, parts = _choose(members, layer)
            for suffix, member in parts.items():
                _write(archive, member, Path(folder) / f"layer{suffix}", limits)
            main = ".shp" if ".shp" in parts else next(iter(parts))
            yield Path(folder) / f"layer{main}", name
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _damaged(path.name, str(error)) from error


def _checked_members(
    archive: zipfile.ZipFile, limits: Limits
) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the files of the archive after every entry passed the safety rules.

    One bad entry refuses the whole archive: it was not made by a program that means well.
    """
    entries = archive.infolist()
    if len(entries) > limits.max_members:
        raise _unsafe(f"it holds {len(entries)} entries, at most {limits.max_members} are read")
    if sum(entry.file_size for entry in entries) > limits.max_unpacked_bytes:
        raise _too_large(limits)
    members: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for entry in entries:
        name = _entry_name(entry)
        member = PurePosixPath(name)
        if member.is_absolute() or ".." in member.parts or "\\" in name or ":" in name:
            raise _unsafe(f"the entry '{name[:80]}' points out of the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _unsafe(f"the entry '{name[:80]}' is a link")
        if _is_bomb(entry, limits):
            raise _unsafe(f"the entry '{name[:80]}' unpacks to {entry.file_size:,} bytes")
        if not entry.is_dir() and not member.name.startswith((".", "__MACOSX")):
            members[member] = entry
    return members


def _is_bomb(entry: zipfile.ZipInfo, limits: Limits) -> bool:
    packed = max(entry.compress_size, 1)
    return entry.file_size > MEBIBYTE and entry.file_size / packed > limits.max_unpack_ratio


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the readable name: archives from Chinese desktops hold GBK without saying so."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        return decode_value(entry.filename.encode("cp437"), None)[0]
    except UnicodeEncodeError:
        return entry.filename


def _choose(
    members: dict[PurePosixPath, zipfile.ZipInfo], layer: str | None
) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    shapes = [member for member in members if member.suffix.lower() == ".shp"]
    singles = [member for member in members if member.suffix.lower() in SINGLE_FILES]
    candidates = shapes or singles
    if layer is not None and len(candidates) > 1:
        candidates = [member for member in candidates if member.stem == layer]
    if not candidates:
        raise failure(
            "layer_unknown" if layer else "format_unknown",
            "The archive holds no data set of that name." if layer
            else "The archive holds no file that can be read.",
            "It should hold one .shp with its .shx and .dbf.",
        )  # fmt: skip
    if len(candidates) > 1:
        names = ", ".join(sorted(member.stem for member in candidates)[:20])
        raise failure(
            "layer_needed", f"The archive holds several data sets: {names}.", "Name one as layer."
        )
    chosen = candidates[0]
    if not shapes:
        return chosen.stem, {chosen.suffix.lower(): members[chosen]}
    parts = {
        member.suffix.lower(): entry
        for member, entry in members.items()
        if member.parent == chosen.parent
        and member.stem.lower() == chosen.stem.lower()
        and member.suffix.lower() in SHAPEFILE_PARTS
    }
    return chosen.stem, parts


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Copy one member; the declared size is not trusted, the bytes are counted."""
    if entry.flag_bits & 1:
        raise failure("file_encrypted", "The archive is encrypted.", "Unpack it first.")
    size = 0
    with archive.open(entry) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limits.max_unpacked_bytes:
                raise _too_large(limits)
            sink.write(chunk)


def _unsafe(why: str) -> ReadError:
    return failure(
        "archive_unsafe", f"The archive is not read because {why}.", "Pack the data anew."
    )


def _too_large(limits: Limits) -> ReadError:
    size = limits.max_unpacked_bytes // MEBIBYTE
    return failure(
        "file_too_large", f"Unpacked, the file has more than {size} MiB.", "Split the file."
    )


def _damaged(name: str, why: str) -> ReadError:
    return failure(
        "file_damaged", f"'{name}' is damaged or incomplete ({why}).", "Fetch the file again."
    )
