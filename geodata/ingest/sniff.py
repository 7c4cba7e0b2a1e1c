"""Which format a file has, told from its first bytes and not from its name."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Literal

from .failures import failure
from .limits import MEBIBYTE, Limits

Format = Literal["geojson", "geopackage", "shapefile", "zip", "csv", "parquet", "osm_pbf"]

SUFFIXES: dict[str, Format] = {
    ".geojson": "geojson", ".json": "geojson", ".gpkg": "geopackage", ".shp": "shapefile",
    ".zip": "zip", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet",
    ".geoparquet": "parquet", ".pbf": "osm_pbf",
}  # fmt: skip
_HEAD_BYTES = 4096
_SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"


def named_format(path: Path) -> Format | None:
    """Return the format that the name of the file promises, ``.gz`` aside."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def sniff(path: Path, limits: Limits) -> tuple[Format, bool]:
    """Return the format of a file and whether it is packed with gzip.

    Raises
    ------
    ReadError
        ``file_missing``, ``file_empty``, ``file_too_large``, or ``format_unknown`` when the
        content is none of the formats that can be read.
    """
    if not path.is_file():
        raise failure("file_missing", f"There is no file '{path.name}'.", "Check the path.")
    size = path.stat().st_size
    if size == 0:
        raise failure("file_empty", f"'{path.name}' is empty.", "Fetch the file again.")
    if size > limits.max_bytes:
        most = limits.max_bytes // MEBIBYTE
        raise failure(
            "file_too_large", f"'{path.name}' has more than {most} MiB.", "Split the file."
        )
    head, packed = _head(path)
    found = _from_content(head) or _text_format(head, path)
    if found is None or (packed and found not in ("csv", "geojson")):
        promised = named_format(path)
        said = f" although its name says {promised}" if promised else ""
        raise failure(
            "format_unknown",
            f"'{path.name}' is none of the formats that can be read{said}.",
            "GeoJSON, GeoPackage, zipped Shapefile, CSV, GeoParquet and .osm.pbf can be read.",
        )
    return found, packed


def _head(path: Path) -> tuple[bytes, bool]:
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.startswith(b"\x1f\x8b"):
        return head, False
    try:
        with gzip.open(path) as stream:
            return stream.read(_HEAD_BYTES), True
    except (OSError, EOFError, zlib.error) as error:
        raise failure(
            "file_damaged", f"'{path.name}' is a damaged gzip file.", "Fetch the file again."
        ) from error


def _from_content(head: bytes) -> Format | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"SQLite format 3\x00"):
        return "geopackage"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_SHAPEFILE_MAGIC):
        return "shapefile"
    if b"OSMHeader" in head[:32]:
        return "osm_pbf"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return "geojson"
    return None


def _text_format(head: bytes, path: Path) -> Format | None:
    """A table has no magic bytes: its name must say so and its content must be text."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if named_format(path) == "csv" and (wide or b"\x00" not in head):
        return "csv"
    return None
