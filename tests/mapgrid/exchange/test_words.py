"""Everything that the readers can say has words in the product's languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

import geodata.ingest
from geodata.errors import ReadError
from mapgrid.core.errors import InvalidError
from mapgrid.exchange import words
from mapgrid.exchange.plan import plan_from
from mapgrid.exchange.services import import_features

SOURCES = sorted(Path(geodata.ingest.__file__).parent.glob("*.py"))


def said(name: str, place: int) -> set[str]:
    """Return the constant texts at one place of all calls of a name in the readers."""
    texts = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                for part in ast.walk(node.args[place]) if len(node.args) > place else ():
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        texts.add(part.value)
    return texts


def test_every_error_of_the_readers_has_words():
    codes = said("failure", 0)
    assert len(codes) > 20
    assert codes == set(words.ERRORS)


def test_every_note_of_the_readers_has_words():
    codes = said("RowNote", 1)
    assert len(codes) > 15
    assert codes <= set(words.NOTES)


def test_every_remark_of_the_readers_has_words():
    remarks = {text for text in said("Remark", 0) if "%" in text or " " in text}
    assert remarks - set(words.REMARKS) == {"GDAL: %(text)s"}


def test_english_keeps_the_details_and_chinese_lists_what_there_is():
    error = ReadError(
        "The file holds 2 layers.", code="layer_needed", hint="Name one: roads, blocks."
    )
    with translation.override("en"):
        assert "The file holds 2 layers." in words.error_text(error)
    with translation.override("zh-hans"):
        assert words.error_text(error).endswith("[roads, blocks]")
        assert "Name one" not in words.error_text(error)


@pytest.mark.django_db
def test_a_row_without_a_key_is_an_error_of_the_import(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\n1,113.6,34.7\n,113.6,34.7\n")
    plan = plan_from(
        {"target": "places", "source": "p", "crs": 4326, "datum": "wgs84", "key": ["id"]}
    )
    with pytest.raises(InvalidError) as caught:
        import_features(path=path, plan=plan)
    assert caught.value.code == "import.id_missing"
