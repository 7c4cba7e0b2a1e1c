"""The starter catalogue as a document: complete, bilingual, measurable, no two conditions alike."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

import pytest
from django.conf import settings

from mapgrid.catalogue.choices import Glyph, LimitUnitChoice, MeasureUnit
from mapgrid.catalogue.loading import STARTER, read_catalogue
from mapgrid.people.models import Department

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"[0-9]|一半|半|三分之一|全部|都|任何")


@pytest.fixture(scope="module")
def source() -> dict[str, Any]:
    return read_catalogue(settings.BASE_DIR / STARTER)


@pytest.fixture(scope="module")
def conditions(source: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**row, "category": f"{raw['kind']}:{raw['code']}"}
        for raw in source["categories"]
        for row in raw["conditions"]
    ]


def find(source: dict[str, Any], kind: str, code: str) -> dict[str, Any]:
    return next(c for c in source["categories"] if (c["kind"], c["code"]) == (kind, code))


def test_there_are_enough_categories_and_conditions(
    source: dict[str, Any], conditions: list[dict[str, Any]]
) -> None:
    assert len(source["categories"]) >= 60
    assert len(conditions) >= 120


def test_every_major_group_of_both_kinds_has_categories(source: dict[str, Any]) -> None:
    majors = {(raw["kind"], raw["code"]) for raw in source["majors"]}
    used = {(raw["kind"], raw["code"][:2]) for raw in source["categories"]}
    assert majors == used
    assert len(majors) == 5 + 6


def test_no_two_categories_share_an_identity_or_a_name(source: dict[str, Any]) -> None:
    for key in (lambda c: (c["kind"], c["code"]), lambda c: c["name"][0], lambda c: c["name"][1]):
        assert not doubles(map(key, source["categories"]))


def test_no_two_conditions_share_a_name_or_a_way_of_measuring(
    conditions: list[dict[str, Any]],
) -> None:
    for field in ("name", "measure"):
        for language in (0, 1):
            assert not doubles(row[field][language] for row in conditions), (field, language)
    assert not doubles((row["category"], row["code"]) for row in conditions)


def test_no_measure_is_another_one_with_a_word_changed(conditions: list[dict[str, Any]]) -> None:
    texts = [row["measure"][0] for row in conditions]
    letters = [set(text) for text in texts]
    alike = [
        (texts[i], texts[j])
        for i, j in combinations(range(len(texts)), 2)
        if len(letters[i] & letters[j]) > 0.6 * len(letters[i] | letters[j])
        and SequenceMatcher(None, texts[i], texts[j]).ratio() > 0.8
    ]
    assert not alike


def test_every_text_is_there_in_both_languages(
    source: dict[str, Any], conditions: list[dict[str, Any]]
) -> None:
    pairs = [raw["name"] for raw in (*source["majors"], *source["categories"])]
    pairs += [row[field] for row in conditions for field in ("name", "measure", "threshold")]
    for chinese, english in pairs:
        assert CHINESE.search(chinese) or NUMBER.search(chinese), chinese
        assert english.strip(), chinese
        assert not CHINESE.search(english), english


def test_every_condition_has_a_number_or_something_seen_or_not_seen(
    conditions: list[dict[str, Any]],
) -> None:
    for row in conditions:
        assert row["unit"] in MeasureUnit.values, row
        assert row["threshold"][0].strip(), row
        if row["unit"] != MeasureUnit.YES_NO:
            assert NUMBER.search(row["threshold"][0]), row["name"]


def test_every_condition_has_a_limit(conditions: list[dict[str, Any]]) -> None:
    for row in conditions:
        value, unit = row["limit"].split(" ")
        assert int(value) >= 1
        assert unit in LimitUnitChoice.values


def test_glyphs_and_owners_are_known_words(source: dict[str, Any]) -> None:
    for raw in source["categories"]:
        assert raw["glyph"] in Glyph.values, raw["code"]
        assert raw["owner"] in Department.Kind.values, raw["code"]


def test_a_cover_that_one_can_fall_through_is_two_emergency_hours(source: dict[str, Any]) -> None:
    covers = [c for c in source["categories"] if c["glyph"] == "cover"]
    assert len(covers) >= 12
    for cover in covers:
        first = cover["conditions"][0]
        assert first["limit"] == "2 emergency_hours", cover["name"]
        assert "坠落" in first["name"][0]


@pytest.mark.parametrize(
    ("kind", "code", "words", "limit"),
    [
        ("component", "0102", "25 cm²", "4 working_hours"),
        ("component", "0101", "10 辆中响", "2 working_days"),
        ("component", "0102", "高差大于 2 cm", "5 working_days"),
        ("component", "0104", "三分之一", "1 working_days"),
        ("component", "0137", "1 盏不亮", "2 working_days"),
        ("incident", "0110", "大于 1 m²", "4 working_hours"),
        ("incident", "0407", "小于 4 m", "2 working_hours"),
        ("incident", "0506", "15 cm 且大于 100 m²", "2 emergency_hours"),
    ],
)
def test_limits_that_the_field_takes_for_granted(
    source: dict[str, Any], kind: str, code: str, words: str, limit: str
) -> None:
    rows = find(source, kind, code)["conditions"]
    assert [row["limit"] for row in rows if words in row["threshold"][0]] == [limit]


def doubles(values: Any) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]
