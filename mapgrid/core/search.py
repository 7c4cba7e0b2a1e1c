"""One search box over many tables: each app registers how its rows are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapgrid.core.scope import Scope

TEXT_MAX = 80


@dataclass(frozen=True)
class Hit:
    """One row that was found.

    Parameters
    ----------
    id : str
        What the row is known by in addresses: a code, a number, a key.
    label, sub : str
        What it is called, and what tells it from its like.
    point_lonlat : (lon, lat) or None
        Where it lies.
    bbox_lonlat : (west, south, east, north) or None
        What the map should show of it.
    url_state : mapping
        Parameters of the map page that open it.
    """

    id: str
    label: str
    sub: str = ""
    point_lonlat: tuple[float, float] | None = None
    bbox_lonlat: tuple[float, float, float, float] | None = None
    url_state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Provider:
    """One kind of things to find.

    Parameters
    ----------
    kind : str
        Stable name, such as ``grid``.
    label : str or lazy str
        The group's heading.
    order : int
        Groups stand in this order.
    find : callable
        ``(scope, text, limit) -> hits``, already cut to the scope, best first.
    """

    kind: str
    label: Any
    order: int
    find: Callable[[Scope, str, int], Sequence[Hit]]


_providers: dict[str, Provider] = {}


def register_search(provider: Provider) -> None:
    """Register a provider; twice is the same as once."""
    _providers[provider.kind] = provider


def search_all(scope: Scope, text: str, limit: int = 6) -> list[tuple[Provider, list[Hit]]]:
    """Ask every provider; groups without a hit are left out.

    Parameters
    ----------
    scope : Scope
        The reader's.
    text : str
        What was typed; shorter than one character finds nothing.
    limit : int
        Most hits a group.
    """
    wanted = " ".join(text.split())[:TEXT_MAX]
    if not wanted:
        return []
    groups = []
    for provider in sorted(_providers.values(), key=lambda p: (p.order, p.kind)):
        hits = list(provider.find(scope, wanted, limit))
        if hits:
            groups.append((provider, hits))
    return groups


def map_view(lon: float, lat: float, zoom: int) -> str:
    """Return the map page's ``m`` parameter for a place."""
    return f"{zoom}/{lat:.6f}/{lon:.6f}"
