"""The base map: whole layers in, each row once, nothing that could not be drawn."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapgrid.core.errors import InvalidError
from mapgrid.core.geometry import to_shapely
from mapgrid.ground.models import Block, Place, Rail, Street, Water
from mapgrid.ground.services import LAYERS, ground_import

pytestmark = pytest.mark.django_db
LINE = shapely.LineString([(113.6, 34.75), (113.61, 34.75)])
OTHER_LINE = shapely.LineString([(113.6, 34.76), (113.61, 34.76)])
AREA = shapely.box(113.6, 34.75, 113.61, 34.76)
POINT = shapely.Point(113.6, 34.75)
SHAPES = {"streets": LINE, "water": AREA, "rails": LINE, "blocks": AREA, "places": POINT}


def frame(shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_stores_its_shapes_unchanged_and_once(layer: str) -> None:
    model, column, _plain, _types = LAYERS[layer]
    shape = SHAPES[layer]
    rows = frame([shape], source_id=["a"], name=["桐柏路, “北段”\n"])
    first = ground_import(layer=layer, frame=rows, source="s")
    again = ground_import(layer=layer, frame=rows, source="s")
    assert (first.added, again.added, again.known) == (1, 0, 1)
    stored = model._default_manager.get()
    assert stored.pk == first.ids[0] == again.ids[0]
    assert stored.name == "桐柏路, “北段”\n"
    assert shapely.equals_identical(to_shapely(getattr(stored, column)), shape)


def test_what_is_not_given_is_the_layers_default() -> None:
    ground_import(layer="streets", frame=frame([LINE], rank=[None]), source="s")
    ground_import(layer="blocks", frame=frame([AREA]), source="s")
    ground_import(layer="water", frame=frame([LINE], kind=[np.nan]), source="s")
    assert Street.objects.get().rank == Street.Rank.MINOR
    assert Block.objects.get().kind == "residential"
    assert Water.objects.get().kind == "river"


def test_a_line_of_two_parts_becomes_two_streets_with_ids_of_their_own() -> None:
    """One source row, two pieces; a row of one piece keeps its ID."""
    double = shapely.MultiLineString([LINE, OTHER_LINE])
    rows = frame([double, LINE], source_id=["w1", "w2"], name=["长路", "短路"])
    assert ground_import(layer="streets", frame=rows, source="s").added == 3
    assert ground_import(layer="streets", frame=rows, source="s").added == 0
    found = dict(Street.objects.values_list("source_id", "name"))
    assert found == {"w1/1": "长路", "w1/2": "长路", "w2": "短路"}


def test_nothing_in_is_nothing_stored() -> None:
    done = ground_import(layer="rails", frame=frame([]), source="s")
    assert (done.added, done.ids.shape) == (0, (0,))
    assert not Rail.objects.exists()


@pytest.mark.parametrize(
    ("layer", "shapes", "columns", "code"),
    [
        ("sky", [POINT], {}, "import.layer"),
        ("places", [LINE], {}, "import.geometry"),
        ("streets", [AREA], {}, "import.geometry"),
        ("blocks", [LINE], {}, "import.geometry"),
        ("places", [POINT, None], {}, "import.geometry"),
        ("places", [POINT, shapely.Point()], {}, "import.geometry"),
        ("streets", [shapely.LineString([(113, 34), (200, 34)])], {}, "import.range"),
        ("streets", [LINE], {"rank": ["motorway"]}, "import.choice"),
        ("places", [POINT], {"kind": ["k" * 21]}, "import.long_text"),
        ("places", [POINT, POINT], {"source_id": ["a", "a"]}, "import.duplicate_ids"),
    ],
)
def test_a_layer_is_refused_as_a_whole_with_its_code(
    layer: str, shapes: list[Any], columns: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        ground_import(layer=layer, frame=frame(shapes, **columns), source="s")
    assert caught.value.code == code
    assert not Place.objects.exists()
    assert not Street.objects.exists()
