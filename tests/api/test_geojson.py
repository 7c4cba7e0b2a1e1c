"""The strict geometry field: every wrong geometry has its own answer, and none is a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapgrid.cities import read_city
from mapgrid.core.errors import InvalidError
from mapgrid.core.geojson import parse_geojson
from tests.api.conftest import ClientOf

SQUARE = [[113.6, 34.75], [113.601, 34.75], [113.601, 34.751], [113.6, 34.751], [113.6, 34.75]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _i in range(depth):
        value = [value]
    return value


def swapped(ring: list[list[float]]) -> list[list[float]]:
    return [[lat, lon] for lon, lat in ring]


BOW_TIE = [[113.6, 34.75], [113.601, 34.751], [113.601, 34.75], [113.6, 34.751], [113.6, 34.75]]

WRONG = [
    (None, "shape"),
    ([], "shape"),
    ("POLYGON((0 0, 1 1, 1 0, 0 0))", "shape"),
    ({"coordinates": [SQUARE]}, "shape"),
    ({"type": 5, "coordinates": [SQUARE]}, "shape"),
    ({"type": "Polygon"}, "shape"),
    ({"type": "Polygon", "coordinates": "x"}, "shape"),
    ({"type": "Polygon", "coordinates": SQUARE}, "position"),
    ({"type": "Point", "coordinates": [113.6, 34.75]}, "type"),
    ({"type": "GeometryCollection", "geometries": []}, "type"),
    ({"type": "Feature", "geometry": polygon(SQUARE)}, "type"),
    ({"type": "CircularString", "coordinates": SQUARE}, "type"),
    (polygon(), "position"),
    (polygon([]), "position"),
    (polygon(SQUARE[:3]), "ring"),
    (polygon(SQUARE[:-1]), "ring"),
    (polygon([[*p, 5.0] for p in SQUARE]), "dimension"),
    (polygon([[*p, 5.0, 1.0] for p in SQUARE]), "dimension"),
    (polygon([[p[0]] for p in SQUARE]), "position"),
    (polygon([[str(p[0]), p[1]] for p in SQUARE]), "position"),
    (polygon([[True, False]] * 4), "position"),
    (polygon([[None, 1.0]] * 4), "position"),
    (polygon([[float("nan"), 34.0]] * 4), "position"),
    (polygon([[float("inf"), 34.0]] * 4), "position"),
    (polygon([[10**400, 34]] * 4), "position"),
    (polygon([[999.0, 34.0]] * 4), "range"),
    (polygon([[12_650_000.0, 4_130_000.0]] * 4), "range"),
    (polygon(swapped(SQUARE)), "swapped"),
    (polygon([SQUARE[0]] * 4), "invalid"),
    (polygon(BOW_TIE), "invalid"),
    (polygon([[113.6 + i * 1e-7, 34.75] for i in range(20_001)]), "size"),
    ({"type": "Polygon", "coordinates": nested(50)}, "position"),
    ({"type": "MultiPolygon", "coordinates": [SQUARE]}, "position"),
]


@pytest.mark.parametrize(("value", "code"), WRONG)
def test_a_wrong_geometry_is_refused_by_name(value: Any, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_geojson(value)
    assert caught.value.code == f"geometry.{code}"
    assert caught.value.message


def test_axes_swapped_within_the_world_are_told_by_the_city(settings: Any) -> None:
    settings.CITY = read_city("chicago", [settings.BASE_DIR / "cities"])
    ring = [[-87.6, 41.8], [-87.5, 41.8], [-87.5, 41.9], [-87.6, 41.8]]
    assert parse_geojson(polygon(ring)).geom_type == "Polygon"
    with pytest.raises(InvalidError, match="swapped"):
        parse_geojson(polygon(swapped(ring)))


@pytest.mark.parametrize(
    "value", [polygon(SQUARE), {"type": "MultiPolygon", "coordinates": [[SQUARE]]}]
)
def test_a_right_geometry_is_taken_as_it_is(value: dict[str, Any]) -> None:
    geometry = parse_geojson(value)
    assert geometry.srid == 4326
    assert json.loads(geometry.geojson)["coordinates"] == value["coordinates"]


@pytest.mark.parametrize(("value", "code"), WRONG)
def test_a_building_with_a_wrong_footprint_is_a_400(
    client_of: ClientOf, value: Any, code: str
) -> None:
    body = json.dumps({"lon": 113.6005, "lat": 34.7505, "footprint": value})
    response = client_of("centre").post("/api/buildings", body, content_type="application/json")
    if value is None:  # no footprint is no mistake
        assert response.status_code == 201
        return
    assert response.status_code == 400, response.content
