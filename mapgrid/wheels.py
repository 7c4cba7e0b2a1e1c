"""Where the wheels keep GDAL, GEOS and their data, so that every machine runs the same versions."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path


def _package_dir(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        msg = f"The Python package '{name}' is missing: install requirements.txt."
        raise RuntimeError(msg)
    return Path(spec.origin).parent


def _one(folder: Path, pattern: str) -> str:
    found = sorted(folder.glob(pattern))
    if not found:
        msg = f"No {pattern} in {folder.name}: reinstall requirements.txt."
        raise RuntimeError(msg)
    return str(found[-1])


def library_paths() -> dict[str, str]:
    """Return the paths of GDAL, GEOS, GDAL_DATA and PROJ_DATA; the environment wins."""
    pyogrio, shapely = _package_dir("pyogrio"), _package_dir("shapely")
    found: dict[str, Callable[[], str]] = {
        "GDAL_LIBRARY_PATH": lambda: _one(pyogrio.parent / "pyogrio.libs", "libgdal-*.so*"),
        "GEOS_LIBRARY_PATH": lambda: _one(shapely.parent / "shapely.libs", "libgeos_c-*.so*"),
        "GDAL_DATA": lambda: str(pyogrio / "gdal_data"),
        "PROJ_DATA": lambda: str(pyogrio / "proj_data"),
    }
    return {name: os.environ.get(name) or look() for name, look in found.items()}
