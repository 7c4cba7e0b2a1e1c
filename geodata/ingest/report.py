"""What a reader found out about a file: kept, refused, mended, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RowNote:
    """One remark on one row.

    Attributes
    ----------
    row : int
        Number of the row or feature in the file; the first is 1 (a heading is not counted).
    code : str
        Stable English code, for example ``no_coordinates``.
    reason : str
        The same in a sentence, with the values that led to it.
    column : str
        The column concerned; empty when it is the row or its geometry.
    area_before_m2, area_after_m2 : float or None
        Ellipsoidal area of a polygon before and after its repair.
    """

    row: int
    code: str
    reason: str
    column: str = ""
    area_before_m2: float | None = None
    area_after_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a whole file: an English sentence with gaps, and what stands in them.

    Apart from each other they can be translated; ``str`` joins them.
    """

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % dict(self.values) if self.values else self.text


@dataclass(slots=True)
class ReadReport:
    """Everything that a reader has to say; filled while it reads.

    ``refused`` rows are not in the frame. ``repaired`` rows are, changed as the note says.
    ``noticed`` rows are there unchanged, but somebody should know (no coordinates, a date
    that cannot be read, a way that the extract cut).
    """

    name: str
    format: str = ""
    layer: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    refused: list[RowNote] = field(default_factory=list)
    repaired: list[RowNote] = field(default_factory=list)
    noticed: list[RowNote] = field(default_factory=list)
    encoding: str = ""
    encoding_how: str = ""
    crs: str = ""
    crs_how: str = ""
    datum: str = ""
    datum_how: str = ""
    geometry_types: dict[str, int] = field(default_factory=dict)
    warnings: list[Remark] = field(default_factory=list)

    def rows_with(self, code: str) -> list[int]:
        """Return the numbers of all rows that carry a note with this code, in order."""
        notes = (*self.refused, *self.repaired, *self.noticed)
        return sorted({note.row for note in notes if note.code == code})

    def counts(self) -> dict[str, int]:
        """Return how often each code was noted, most frequent first."""
        notes = (*self.refused, *self.repaired, *self.noticed)
        return dict(Counter(note.code for note in notes).most_common())

    def to_dict(self, *, max_notes: int = 1_000) -> dict[str, Any]:
        """Return plain values for JSON.

        Parameters
        ----------
        max_notes : int
            Longest list of notes of one kind; counts are always complete, and what was left
            out is counted under ``notes_left_out``.
        """
        left_out = 0
        result: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in ("refused", "repaired", "noticed")
        }
        result["warnings"] = [
            {"text": remark.text, "values": dict(remark.values)} for remark in self.warnings
        ]
        result["counts"] = self.counts()
        for kind in ("refused", "repaired", "noticed"):
            notes: list[RowNote] = getattr(self, kind)
            result[kind] = [_plain(note) for note in notes[:max_notes]]
            result[f"rows_{kind}"] = len({note.row for note in notes})
            left_out += max(0, len(notes) - max_notes)
        result["notes_left_out"] = left_out
        return result


def notes_for(rows: Iterable[int], code: str, reason: str, column: str = "") -> list[RowNote]:
    """Return the same note for several rows."""
    return [RowNote(int(row), code, reason, column) for row in rows]


def _plain(note: RowNote) -> dict[str, Any]:
    return {key: value for key, value in asdict(note).items() if value not in ("", None)}
