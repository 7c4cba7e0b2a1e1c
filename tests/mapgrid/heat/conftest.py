"""The cast of the API tests; no surface of one test answers for the next."""

from __future__ import annotations

import pytest

from mapgrid.heat.selectors import forget_surfaces
from tests.api.conftest import _stage, cast, client_of

__all__ = ["_stage", "cast", "client_of"]


@pytest.fixture(autouse=True)
def _no_surfaces() -> None:
    forget_surfaces()
