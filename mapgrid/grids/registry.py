"""How tables above this floor take part in a publication: each says how to re-assign its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from mapgrid.grids.models import Edition


@dataclass(frozen=True)
class Reassigned:
    """What a publication did to one table."""

    table: str
    looked_at: int
    moved: int


@dataclass(frozen=True)
class LocatedTable:
    """A table with a point or a footprint.

    Parameters
    ----------
    name : str
        For reports, such as ``events``.
    reassign : callable
        ``(edition, at, by_id) -> Reassigned``: find the rows that may be touched (in the old tree
        of the edition's root, inside its new area, or in no grid), assign them again and write what
        changed.
        Called inside the publishing transaction.
    """

    name: str
    reassign: Callable[[Edition, dt.datetime, int | None], Reassigned]


_tables: dict[str, LocatedTable] = {}


def register_located(table: LocatedTable) -> None:
    """Register a table; twice is the same as once."""
    _tables[table.name] = table


def located_tables() -> list[LocatedTable]:
    """Return the registered tables by name."""
    return [_tables[name] for name in sorted(_tables)]
