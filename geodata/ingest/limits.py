"""How much one file may ask of the machine that reads it."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that every reader checks before it spends memory on a file.

    Attributes
    ----------
    max_bytes : int
        Size of the file as it lies on disk.
    max_unpacked_bytes : int
        Size of everything that is unpacked from a zip, gzip or Parquet file.
    max_unpack_ratio : int
        Unpacked divided by packed size of one zip member; above it the file is a bomb. Members
        below one mebibyte are never refused for their ratio.
    max_members : int
        Entries in one zip file.
    max_features : int
        Rows or features in one layer.
    max_vertices : int
        Vertices in one geometry; a row above it is refused, the rest of the file is read.
    max_json_depth : int
        Nesting of objects and arrays in a GeoJSON file.
    """

    max_bytes: int = 512 * MEBIBYTE
    max_unpacked_bytes: int = 1024 * MEBIBYTE
    max_unpack_ratio: int = 200
    max_members: int = 1_000
    max_features: int = 2_000_000
    max_vertices: int = 1_000_000
    max_json_depth: int = 40

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")


DEFAULT_LIMITS = Limits()
