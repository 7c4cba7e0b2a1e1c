"""Catalogue versions: loaded once, published, copied as a draft, locked when published."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from mapgrid.catalogue.loading import catalogue_load
from mapgrid.catalogue.models import CatalogueVersion, Category, Condition, Major
from mapgrid.catalogue.selectors import (
    catalogue_in_force,
    catalogue_tree,
    categories_in_force,
    category_by_key,
    condition_by_code,
)
from mapgrid.catalogue.services import (
    catalogue_copy_as_draft,
    catalogue_publish,
    catalogue_save,
    category_save,
    condition_save,
    major_save,
    row_delete,
)
from mapgrid.core.errors import ConflictError, InvalidError, NotFoundError

pytestmark = pytest.mark.django_db
State = CatalogueVersion.State

SMALL = """
[version]
name = ["小目录", "Small"]
effective_from = 2024-01-01
[[majors]]
kind = "component"
code = "01"
name = ["公用设施", "Utilities"]
[[categories]]
kind = "component"
code = "0102"
name = ["污水井盖", "Sewage cover"]
glyph = "cover"
owner = "drainage"
[[categories.conditions]]
code = "01"
name = ["缺失", "Missing"]
measure = ["看", "Look"]
threshold = ["不在", "gone"]
unit = "yes_no"
limit = "2 emergency_hours"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def published(file: Path) -> CatalogueVersion:
    return catalogue_load(path=file)[0]


@pytest.fixture
def draft(published: CatalogueVersion) -> CatalogueVersion:
    return catalogue_copy_as_draft(catalogue=published, name="新目录", name_en="New")


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_starter_catalogue_loads_and_is_in_force() -> None:
    catalogue, report = catalogue_load()
    assert catalogue == catalogue_in_force()
    assert categories_in_force().count() >= 60
    assert Condition.objects.count() >= 120
    assert report.created == Major.objects.count() + Category.objects.count() + (
        Condition.objects.count()
    )


def test_loading_twice_changes_nothing() -> None:
    first, made = catalogue_load()
    before = set(Condition.objects.values_list("pk", "version", "updated_at"))
    again, report = catalogue_load()
    assert again.pk == first.pk
    assert (report.created, report.changed, report.removed) == (0, 0, 0)
    assert report.same == made.created
    assert set(Condition.objects.values_list("pk", "version", "updated_at")) == before


def test_loading_may_correct_names_of_a_published_version(
    published: CatalogueVersion, file: Path
) -> None:
    rewrite(file, '"Missing"', '"Cover missing"')
    _, report = catalogue_load(path=file)
    assert report.changed == 1
    assert Condition.objects.get().name_en == "Cover missing"


@pytest.mark.parametrize(
    ("old", "new"),
    [("2 emergency_hours", "4 working_hours"), ('code = "0102"', 'code = "0103"')],
)
def test_loading_refuses_to_change_the_meaning_of_a_published_version(
    published: CatalogueVersion, file: Path, old: str, new: str
) -> None:
    rewrite(file, old, new)
    with pytest.raises(ConflictError) as refused:
        catalogue_load(path=file)
    assert refused.value.code == "catalogue.locked"
    assert Condition.objects.get().limit_unit == "emergency_hours"


def test_loading_makes_a_draft_equal_to_the_file(file: Path) -> None:
    catalogue_load(path=file, publish=False)
    rewrite(file, "2 emergency_hours", "3 working_days")
    rewrite(file, 'code = "0102"', 'code = "0103"')
    catalogue, report = catalogue_load(path=file, publish=False)
    assert catalogue.is_draft
    assert (report.created, report.removed) == (2, 1)
    assert Condition.objects.get().code == "010301"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "yes_no"', 'unit = "furlong"', "010201"),
        ('"2 emergency_hours"', '"soon"', "4 working_hours"),
        ('code = "0102"', 'code = "0902"', "0902"),
        ('["缺失", "Missing"]', '["", "Missing"]', "name"),
        ('unit = "yes_no"', 'unit = "cm"', "010201"),
        ("[version]", "[[version", "small.toml"),
        ("[[majors]]", "[[minors]]", "majors"),
    ],
)
def test_a_bad_file_is_refused_whole_and_names_the_row(
    file: Path, old: str, new: str, said: str
) -> None:
    rewrite(file, old, new)
    with translation.override("en"), pytest.raises(InvalidError, match=said):
        catalogue_load(path=file)
    assert not Category.objects.exists()


def test_before_anything_is_published_the_reader_is_told() -> None:
    with pytest.raises(NotFoundError) as missing:
        catalogue_in_force()
    assert missing.value.code == "catalogue.none_in_force"


def test_publishing_a_draft_retires_the_present_version(
    published: CatalogueVersion, draft: CatalogueVersion
) -> None:
    done = catalogue_publish(catalogue=draft)
    published.refresh_from_db()
    assert (published.state, done.state) == (State.RETIRED, State.PUBLISHED)
    assert done.effective_from == timezone.localdate()
    assert catalogue_in_force() == done


def test_old_days_keep_the_version_of_their_time(
    published: CatalogueVersion, draft: CatalogueVersion
) -> None:
    catalogue_publish(catalogue=draft)
    assert catalogue_in_force(date(2024, 6, 1)) == published


def test_a_version_published_for_a_later_day_waits(
    published: CatalogueVersion, draft: CatalogueVersion
) -> None:
    later = timezone.localdate() + timedelta(days=10)
    catalogue_publish(catalogue=draft, effective_from=later)
    assert catalogue_in_force() == published
    assert catalogue_in_force(later) == draft


def test_a_version_cannot_start_before_the_present_one(
    published: CatalogueVersion, draft: CatalogueVersion
) -> None:
    with pytest.raises(ConflictError) as refused:
        catalogue_publish(catalogue=draft, effective_from=date(2024, 1, 1))
    assert refused.value.code == "catalogue.starts_too_early"


def test_a_published_version_cannot_be_published_again(published: CatalogueVersion) -> None:
    with pytest.raises(ConflictError) as refused:
        catalogue_publish(catalogue=published)
    assert refused.value.code == "catalogue.not_a_draft"


def test_a_draft_with_a_category_that_nobody_can_measure_is_not_published(
    draft: CatalogueVersion,
) -> None:
    row_delete(row=Condition.objects.get(category__catalogue=draft))
    with pytest.raises(InvalidError) as refused:
        catalogue_publish(catalogue=draft)
    assert refused.value.code == "catalogue.category_without_condition"
    assert len(refused.value.data["categories"]) == 1


def test_an_empty_draft_is_not_published() -> None:
    empty = catalogue_save(catalogue=CatalogueVersion(name="空", name_en="Empty"))
    with pytest.raises(InvalidError) as refused:
        catalogue_publish(catalogue=empty)
    assert refused.value.code == "catalogue.empty"


def test_a_copy_has_the_same_rows_and_leaves_the_original_alone(
    published: CatalogueVersion, draft: CatalogueVersion
) -> None:
    def rows(of: CatalogueVersion) -> list[tuple[object, ...]]:
        fields = ("category__kind", "category__major__code", "code", "name", "limit_value", "unit")
        return list(Condition.objects.filter(category__catalogue=of).values_list(*fields))

    assert rows(draft) == rows(published)
    condition = Condition.objects.get(category__catalogue=draft)
    condition.limit_value = 9
    condition_save(condition=condition)
    assert Condition.objects.get(category__catalogue=published).limit_value == 2


def test_a_copy_needs_a_name_of_its_own(published: CatalogueVersion) -> None:
    with pytest.raises(InvalidError):
        catalogue_copy_as_draft(catalogue=published, name=published.name, name_en="x")


def test_names_of_a_published_version_can_be_corrected(published: CatalogueVersion) -> None:
    category = Category.objects.get()
    category.name = "污水检查井盖"
    category_save(category=category)
    category.refresh_from_db()
    assert (category.name, category.version) == ("污水检查井盖", 2)


def test_nothing_else_of_a_published_version_can_be_changed(published: CatalogueVersion) -> None:
    category, condition, major = (
        Category.objects.get(),
        Condition.objects.get(),
        Major.objects.get(),
    )
    category.glyph = "lamp"
    condition.limit_value = 9
    major.code = "02"
    published.standard = "other"
    for change in (
        lambda: category_save(category=category),
        lambda: condition_save(condition=condition),
        lambda: major_save(major=major),
        lambda: catalogue_save(catalogue=published),
        lambda: row_delete(row=condition),
        lambda: category_save(
            category=Category(
                catalogue=published, kind="component", code="0104", name="x", name_en="x",
                glyph="grate",
            )
        ),
    ):  # fmt: skip
        with pytest.raises(ConflictError) as refused:
            change()
        assert refused.value.code == "catalogue.locked"


def test_the_state_cannot_be_smuggled_in_by_a_plain_save(draft: CatalogueVersion) -> None:
    draft.state = State.PUBLISHED
    draft.effective_from = date(2024, 5, 5)
    catalogue_save(catalogue=draft)
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_category_finds_its_major_by_its_first_digits(draft: CatalogueVersion) -> None:
    category = Category(
        catalogue=draft,
        kind="component",
        code="0104",
        name="雨水箅子",
        name_en="Grate",
        glyph="grate",
    )
    assert category_save(category=category).major.code == "01"
    category.code = "0904"
    with pytest.raises(InvalidError) as refused:
        category_save(category=category)
    assert "code" in refused.value.fields


def test_a_condition_carries_the_code_of_its_category(draft: CatalogueVersion) -> None:
    condition = Condition.objects.get(category__catalogue=draft)
    condition.code = "019901"
    with pytest.raises(InvalidError) as refused:
        condition_save(condition=condition)
    assert "code" in refused.value.fields


def test_the_same_digits_may_mean_different_things_in_the_two_kinds() -> None:
    catalogue_load()
    assert category_by_key("component:0110").name == "热力井盖"
    assert category_by_key("incident:0110").name == "暴露垃圾"


@pytest.mark.parametrize("key", ["component:9999", "incident", "", "0102", "component:0102:1"])
def test_an_unknown_category_is_not_found(published: CatalogueVersion, key: str) -> None:
    with pytest.raises(NotFoundError):
        category_by_key(key)


def test_a_condition_is_found_by_its_code_inside_its_category(published: CatalogueVersion) -> None:
    category = category_by_key("component:0102")
    assert condition_by_code(category, "010201").emergency
    with pytest.raises(NotFoundError):
        condition_by_code(category, "010202")


def test_the_tree_speaks_one_language_and_follows_changes(published: CatalogueVersion) -> None:
    def category(language: str) -> dict[str, object]:
        components = catalogue_tree(language)["kinds"][0]
        assert components["kind"] == "component"
        return components["majors"][0]["categories"][0]

    assert category("zh-hans")["name"] == "污水井盖"
    assert category("en")["name"] == "Sewage cover"
    assert category("en")["conditions"][0]["limit_label"] == "2 emergency hours"
    stored = Category.objects.get()
    stored.name_en = "Foul-water cover"
    category_save(category=stored)
    assert category("en")["name"] == "Foul-water cover"


def test_every_change_is_kept_in_history(draft: CatalogueVersion) -> None:
    condition = Condition.objects.get(category__catalogue=draft)
    condition.limit_value = 9
    condition_save(condition=condition)
    history = condition.events.order_by("pgh_id").values_list("pgh_label", "limit_value")
    assert list(history) == [("insert", 2), ("update", 9)]


def test_the_command_loads_and_reports(file: Path) -> None:
    out = StringIO()
    call_command("load_catalogue", file=file, stdout=out)
    assert "3 rows new" in out.getvalue()
    call_command("load_catalogue", file=file, stdout=out)
    assert "3 as they were" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("load_catalogue", file=file.with_name("absent.toml"))
