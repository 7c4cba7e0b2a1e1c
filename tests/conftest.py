"""What every test may use. Tests run on a real PostGIS; nothing here replaces it."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

DATA_MISSING = "MAPGRID_DATA does not point to the folder of real data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data; tests that need it skip with a clear message where it is absent."""
    folder = os.environ.get("MAPGRID_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip(DATA_MISSING)
    return Path(folder)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, None]:
    """Where everything is required, a skipped test is a failure: green must mean that it ran."""
    outcome = yield
    report = outcome.get_result()
    if (
        os.environ.get("MAPGRID_REQUIRE_ALL") != "1"
        or not report.skipped
        or hasattr(report, "wasxfail")
    ):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if DATA_MISSING not in reason:
        report.outcome = "failed"
        report.longrepr = f"skipped where everything is required: {reason}"


@pytest.fixture(autouse=True)
def _fresh_caches() -> Generator[None, None, None]:
    """Indexes and caches of one test's database must not answer for the next.

    Only what a test has loaded can remember anything; tests of ``geodata`` never load Django.
    """
    yield
    locating, cache = (
        sys.modules.get(name) for name in ("mapgrid.grids.locating", "django.core.cache")
    )
    if locating is not None:
        locating.forget_indexes()
    if cache is not None:
        for name in ("default", "tiles"):
            cache.caches[name].clear()
