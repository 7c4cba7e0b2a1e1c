"""Every endpoint × every reader: what comes back is what the raw rows say; none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.events.models import Event
from mapgrid.register.models import Building
from tests.api.conftest import ClientOf
from tests.api.rows import ROWS, Key, Reader
from tests.cast import ROLES, Cast

# What answers without a login: the health check, and the readiness probe on this machine.
OPEN = {"healthz", "api-tile-probe"}


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        else:
            yield route, pattern


def endpoints() -> set[Key]:
    """Return every (name, method) that the URL table serves under /api/, and the health check."""
    found: set[Key] = set()
    for route, pattern in _patterns(get_resolver()):
        if not route.startswith(("api/", "healthz")):
            continue
        view: Any = getattr(pattern.callback, "cls", getattr(pattern.callback, "view_class", None))
        methods = [m for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)]
        found |= {(str(pattern.name), method.upper()) for method in methods or ["get"]}
    return found


def test_every_endpoint_has_a_row_and_every_row_an_endpoint() -> None:
    assert endpoints() == set(ROWS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", sorted(ROWS), ids=lambda key: f"{key[1]} {key[0]}")
def test_a_reader_gets_the_own_rows_and_no_others(
    cast: Cast, client_of: ClientOf, key: Key, role: str
) -> None:
    _sample, check = ROWS[key]
    check(Reader(cast, role, client_of(role)))


@pytest.mark.parametrize("key", sorted(ROWS), ids=lambda key: f"{key[1]} {key[0]}")
def test_nobody_gets_anything_without_a_login(client_of: ClientOf, key: Key) -> None:
    name, method = key
    sample, _check = ROWS[key]
    response = getattr(client_of("anonymous"), method.lower())(sample)
    if name in OPEN:
        assert response.status_code in (200, 204)
        return
    assert response.status_code == 401
    if response["Content-Type"] == "application/json":
        assert response.json()["error"]["code"] == "login.needed"
    else:  # the pages of the documentation answer in their own format, and as little
        assert len(response.content) < 300


def test_the_roles_differ_in_what_they_see(cast: Cast) -> None:
    seen = {role: frozenset(cast.events(role)) for role in ROLES}
    assert len(set(seen.values())) == len(ROLES)
    assert seen["inside"].isdisjoint(seen["neighbour"])
    assert seen["inside"] | seen["neighbour"] == seen["community"] < seen["centre"]
    assert seen["centre"] < seen["administrator"]
    assert not seen["stranger"]
    assert seen["handler"] & seen["inside"]


def _everything(model: Any) -> Any:
    return lambda scope: model.objects.all()


LEAKS: list[tuple[str, Any, Key]] = [
    ("mapgrid.events.nearby.events_for", _everything(Event), ("api-place", "GET")),
    ("mapgrid.events.nearby.components_for", _everything(Component), ("api-place", "GET")),
    ("mapgrid.events.nearby.events_for", _everything(Event), ("api-event", "GET")),
    ("mapgrid.events.selectors.events_for", _everything(Event), ("api-event", "GET")),
    ("mapgrid.events.selectors.events_for", _everything(Event), ("api-events", "GET")),
    ("mapgrid.events.selectors.events_for", _everything(Event), ("api-event-counts", "GET")),
    ("mapgrid.events.selectors.events_for", _everything(Event), ("api-event-timeline", "GET")),
    ("mapgrid.events.selectors.events_for", _everything(Event), ("api-grid", "GET")),
    ("mapgrid.events.search.events_for", _everything(Event), ("api-search", "GET")),
    ("mapgrid.register.search.buildings_for", _everything(Building), ("api-search", "GET")),
    ("mapgrid.events.photos.events_for", _everything(Event), ("api-photo", "GET")),
    ("mapgrid.api.grids.components_for", _everything(Component), ("api-grid", "GET")),
    ("mapgrid.api.grids.hazards_for", _everything(HazardPoint), ("api-grid", "GET")),
    ("mapgrid.api.assets.components_for", _everything(Component), ("api-component", "GET")),
    ("mapgrid.api.assets.hazards_for", _everything(HazardPoint), ("api-hazard-history", "GET")),
    ("mapgrid.api.assets.buildings_for", _everything(Building), ("api-building", "GET")),
    ("mapgrid.events.tiles.scope_sql", lambda scope: ("TRUE", {}), ("api-tile", "GET")),
    ("mapgrid.heat.selectors.scope_sql", lambda scope: ("TRUE", {}), ("api-heat-value", "GET")),
    ("mapgrid.heat.selectors.scope_sql", lambda scope: ("TRUE", {}), ("api-heat-tile", "GET")),
    (
        "mapgrid.grids.people.readable_codes",
        lambda scope, path: [code for code in path.split(".") if code],
        ("api-place", "GET"),
    ),
]


@pytest.mark.parametrize(
    ("name", "open_door", "key"), LEAKS, ids=[f"{name} {key}" for name, _door, key in LEAKS]
)
def test_the_matrix_notices_an_open_door(
    cast: Cast,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    open_door: Any,
    key: Key,
) -> None:
    monkeypatch.setattr(name, open_door)
    with pytest.raises(AssertionError):
        ROWS[key][1](Reader(cast, "inside", client_of("inside")))
