"""Counts the tagged ways of an .osm.pbf and finds those that the extract cut.

GDAL builds the geometries, but it leaves out ways with fewer than two nodes in the file and
draws the others without their missing nodes, and says neither. Layout: the OpenStreetMap wiki,
"PBF Format"; wire types: Protocol Buffers encoding.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .failures import failure

MAX_BLOB_BYTES = 32 * 1024 * 1024  # the format's own bound
_MAX_HEADER_BYTES = 64 * 1024
Field = tuple[int, int | bytes]


@dataclass(frozen=True, slots=True)
class TaggedWay:
    """One way that carries one of the tags asked for."""

    osm_id: int
    key: str
    nodes: int
    nodes_missing: int

    @property
    def drawable(self) -> bool:
        """Whether enough nodes are in the file for a line."""
        return self.nodes - self.nodes_missing >= 2


def tagged_ways(path: Path, keys: Sequence[str]) -> list[TaggedWay]:
    """Return the ways with one of the tags, in file order.

    Parameters
    ----------
    path : Path
        An .osm.pbf.
    keys : sequence of str
        Tag keys, for example ``building``; the first that a way carries names it.

    Raises
    ------
    ReadError
        ``file_damaged`` when the blocks do not follow the format.
    """
    wanted = [key.encode() for key in keys]
    nodes: set[int] = set()
    ways: list[tuple[int, str, list[int]]] = []
    try:
        for block in _blocks(path.read_bytes()):
            strings, groups = _primitive_block(block)
            for number, value in (item for group in groups for item in _fields(group)):
                if number == 1:
                    nodes.add(_zigzag(_number(dict(_fields(_blob(value)))[1])))
                elif number == 2:
                    nodes.update(_running(_blob(dict(_fields(_blob(value)))[1])))
                elif number == 3 and (found := _way(_blob(value), strings, wanted)):
                    ways.append(found)
    except (IndexError, KeyError, TypeError, struct.error, zlib.error, UnicodeDecodeError) as error:
        raise failure("file_damaged", "The .osm.pbf is damaged.", "Fetch it again.") from error
    return [
        TaggedWay(way, key, len(refs), sum(ref not in nodes for ref in refs))
        for way, key, refs in ways
    ]


def _blocks(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0]
        if size > _MAX_HEADER_BYTES:
            raise IndexError("header too long")
        header = dict(_fields(data[at + 4 : at + 4 + size]))
        at += 4 + size
        length = _number(header[3])
        blob = dict(_fields(data[at : at + length]))
        at += length
        if header[1] == b"OSMData":
            yield _inflate(blob)


def _inflate(blob: dict[int, int | bytes]) -> bytes:
    if 1 in blob:
        return _blob(blob[1])
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(_blob(blob[3]), MAX_BLOB_BYTES)
    if unpacker.unconsumed_tail:
        raise IndexError("block too large")
    return raw


def _primitive_block(block: bytes) -> tuple[list[bytes], list[bytes]]:
    strings: list[bytes] = []
    groups: list[bytes] = []
    for number, value in _fields(block):
        if number == 1:
            strings = [_blob(text) for _, text in _fields(_blob(value))]
        elif number == 2:
            groups.append(_blob(value))
    return strings, groups


def _way(
    data: bytes, strings: Sequence[bytes], wanted: Sequence[bytes]
) -> tuple[int, str, list[int]] | None:
    fields = dict(_fields(data))
    keys = {strings[at] for at in _packed(_blob(fields.get(2, b"")))}
    key = next((key for key in wanted if key in keys), None)
    if key is None:
        return None
    return _number(fields[1]), key.decode(), _running(_blob(fields.get(8, b"")))


def _fields(data: bytes) -> Iterator[Field]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}[wire]
        if at + size > len(data):
            raise IndexError("field longer than its message")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _packed(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _running(data: bytes) -> list[int]:
    """Undo delta coding: each number is stored as its difference from the one before."""
    total = 0
    numbers: list[int] = []
    for value in _packed(data):
        total += _zigzag(value)
        numbers.append(total)
    return numbers


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _blob(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("bytes expected")
    return value


def _number(value: int | bytes) -> int:
    if not isinstance(value, int):
        raise TypeError("number expected")
    return value
