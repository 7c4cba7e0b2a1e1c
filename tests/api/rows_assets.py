"""Rows of the access matrix: components, hazard points and buildings."""

from __future__ import annotations

from typing import Any

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.grids.models import Cell
from mapgrid.register.models import Building
from tests import world
from tests.api.reader import ABSENT, BORDER, EDITORS, FAR, Reader, row
from tests.cast import sees_path

MODELS: dict[str, Any] = {"component": Component, "hazard": HazardPoint, "building": Building}
NEW: dict[str, dict[str, Any]] = {
    "component": {"category": "component:0102"},
    "hazard": {"kind": "other", "name": "新"},
    "building": {"name": "新"},
}


def _register(name: str) -> None:
    """Register the five checks of one table."""
    base, model = f"/api/{name}s", MODELS[name]

    @row(f"api-{name}-list", "POST", base)
    def add(reader: Reader) -> None:
        for where, code in ((BORDER, world.code(1, 1)), (FAR, world.code(2, 2))):
            response = reader.send("post", base, lon=where[0], lat=where[1], **NEW[name])
            path = Cell.objects.get(code=code).path
            allowed = reader.role in EDITORS and sees_path(reader.role, path)
            assert response.status_code == (201 if allowed else 403)

    @row(f"api-{name}", "GET", f"{base}/1")
    def one(reader: Reader) -> None:
        _read_each(reader, model, base, "")

    @row(f"api-{name}-history", "GET", f"{base}/1/history")
    def past(reader: Reader) -> None:
        _read_each(reader, model, base, "/history")

    @row(f"api-{name}", "PATCH", f"{base}/1")
    def edit(reader: Reader) -> None:
        _write_each(reader, model, base, "patch", "", name="改")

    @row(f"api-{name}-retire", "POST", f"{base}/1/retire")
    def retire(reader: Reader) -> None:
        _write_each(reader, model, base, "post", "/retire")


def _seen(reader: Reader, model: Any) -> set[int]:
    seen = {
        Component: reader.cast.components,
        HazardPoint: reader.cast.hazards,
        Building: reader.cast.buildings,
    }
    return seen[model](reader.role)


def _read_each(reader: Reader, model: Any, base: str, suffix: str) -> None:
    absent = reader.client.get(f"{base}/{ABSENT}{suffix}")
    assert absent.status_code == 404
    seen = _seen(reader, model)
    for pk in model.objects.values_list("id", flat=True):
        response = reader.client.get(f"{base}/{pk}{suffix}")
        if pk in seen:
            assert response.status_code == 200
        else:
            reader.assert_alike(response, absent)


def _write_each(
    reader: Reader, model: Any, base: str, method: str, suffix: str, **body: Any
) -> None:
    absent = reader.send(method, f"{base}/{ABSENT}{suffix}", version=1, **body)
    seen = _seen(reader, model)
    for pk in model.objects.values_list("id", flat=True):
        response = reader.send(method, f"{base}/{pk}{suffix}", version=1, **body)
        if reader.role in EDITORS and pk in seen:
            assert response.status_code == 200
        else:
            assert response.status_code == (404 if reader.role in EDITORS else 403)
            reader.assert_alike(response, absent)


for _name in MODELS:
    _register(_name)
