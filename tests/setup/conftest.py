"""A checkout in a temporary folder, for the modules behind `./run`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.setup.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty checkout with its state folder."""
    made = Project(tmp_path)
    made.prepare_state()
    return made


@pytest.fixture
def open_project() -> Iterator[Project]:
    """A checkout that the server's own user can enter, which pytest's folders do not allow."""
    folder = Path(tempfile.mkdtemp(prefix="mapgrid-test-"))
    os.chmod(folder, 0o755)
    made = Project(folder)
    made.prepare_state()
    yield made
    shutil.rmtree(folder, ignore_errors=True)
