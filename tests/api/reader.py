"""The frame of the access matrix: a reader, and the register of checks by endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.cast import Cast, spot

Key = tuple[str, str]
Check = Callable[["Reader"], None]
ROWS: dict[Key, tuple[str, Check]] = {}
ABSENT = 10**9
CLOCKS = ("late", "soon", "ok", "still", "lost")
BORDER = spot((1, 1, 1), 0.98, 0.5)  # a metre or two from the neighbour's events
FAR = spot((2, 2, 2), 0.5, 0.5)
REPORTERS = ("inside", "neighbour", "community", "centre", "administrator", "stranger")
EDITORS = ("community", "centre", "administrator")
EXPORTERS = ("centre", "administrator")


@dataclass
class Reader:
    """One of the cast with a client."""

    cast: Cast
    role: str
    client: Client

    def get(self, address: str, **params: str) -> Any:
        response = self.client.get(address, params)
        assert response.status_code == 200, (address, response.status_code, response.content[:500])
        return response.json()

    def status(self, address: str) -> int:
        return int(self.client.get(address).status_code)

    def send(self, method: str, address: str, **body: Any) -> Any:
        return getattr(self.client, method)(address, json.dumps(body), "application/json")

    @property
    def events(self) -> set[str]:
        return self.cast.events(self.role)

    def assert_alike(self, foreign: Any, absent: Any) -> None:
        """What is foreign answers as what is not there: same status, same body."""
        assert foreign.status_code == absent.status_code
        assert foreign.content == absent.content


def row(name: str, method: str, sample: str) -> Callable[[Check], Check]:
    """Register the check of one endpoint; ``sample`` is an address for who is not logged in."""

    def keep(check: Check) -> Check:
        ROWS[name, method] = (sample, check)
        return check

    return keep
