"""The office's pages: what an administrator can do there to catalogues and calendars."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mapgrid.catalogue.loading import calendars_load, catalogue_load
from mapgrid.catalogue.models import CatalogueVersion, Category, Condition, WorkCalendar
from mapgrid.catalogue.services import catalogue_copy_as_draft
from mapgrid.people.models import User
from mapgrid.people.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    user = User.objects.create(
        username="chief", role=Role.ADMINISTRATOR, is_staff=True, is_superuser=True
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def published(db: None) -> CatalogueVersion:
    return catalogue_load()[0]


@pytest.fixture
def draft(published: CatalogueVersion) -> CatalogueVersion:
    return catalogue_copy_as_draft(catalogue=published, name="新目录", name_en="New")


def errors(answer: Any) -> list[Any]:
    """Everything that a refused page complains about."""
    found = [answer.context["adminform"].form.errors]
    for inline in answer.context["inline_admin_formsets"]:
        found += [inline.formset.non_form_errors(), *inline.formset.errors]
    return [problem for problem in found if problem]


def page(name: str, *args: object) -> str:
    return reverse(f"admin:catalogue_{name}", args=args)


def filled(office: Client, address: str) -> dict[str, Any]:
    """Read a page's form as a browser would send it back unchanged."""
    context = office.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    return {key: value for key, value in values.items() if value is not None and value is not False}


@pytest.mark.parametrize("name", ["catalogueversion", "major", "category", "workcalendar"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_and_form_opens(
    office: Client, published: CatalogueVersion, name: str, language: str
) -> None:
    calendars_load()
    headers = {"accept-language": language}
    assert office.get(page(f"{name}_changelist") + "?q=0", headers=headers).status_code == 200
    assert office.get(page(f"{name}_add"), headers=headers).status_code == 200
    model = {"category": Category, "workcalendar": WorkCalendar}.get(name, CatalogueVersion)
    if model is not CatalogueVersion or name == "catalogueversion":
        first = model.objects.first()
        assert office.get(page(f"{name}_change", first.pk), headers=headers).status_code == 200


def test_a_published_category_offers_only_its_names(
    office: Client, published: CatalogueVersion
) -> None:
    category = Category.objects.get(kind="component", code="0102")
    address = page("category_change", category.pk)
    values = filled(office, address)
    assert "glyph" not in values
    assert "conditions-0-limit_value" not in values
    answer = office.post(address, {**values, "name": "污水检查井盖"})
    assert answer.status_code == 302
    category.refresh_from_db()
    assert category.name == "污水检查井盖"
    assert category.conditions.count() == 4


def test_a_draft_category_is_edited_with_its_conditions(
    office: Client, draft: CatalogueVersion
) -> None:
    category = draft.categories.get(kind="component", code="0102")
    address = page("category_change", category.pk)
    values = {
        **filled(office, address),
        "conditions-1-limit_value": "6",
        "conditions-3-DELETE": "on",
    }
    answer = office.post(address, values)
    assert answer.status_code == 302, errors(answer)
    assert list(category.conditions.values_list("limit_value", flat=True)) == [2, 6, 2]


def test_a_new_category_needs_a_major_group_and_says_so_at_the_form(
    office: Client, draft: CatalogueVersion
) -> None:
    values = {
        **filled(office, page("category_add")),
        "catalogue": draft.pk, "kind": "component", "code": "9901", "name": "x", "name_en": "x",
        "glyph": "cover", "owner_kind": "other", "active": "on",
    }  # fmt: skip
    refused = office.post(page("category_add"), values)
    assert refused.status_code == 200
    assert "code" in refused.context["adminform"].form.errors
    answer = office.post(page("category_add"), {**values, "code": "0199"})
    assert answer.status_code == 302, errors(answer)
    assert draft.categories.get(code="0199", kind="component").major.code == "01"


def test_drafts_are_published_and_copied_from_the_list(
    office: Client, draft: CatalogueVersion
) -> None:
    address = page("catalogueversion_changelist")
    office.post(address, {"action": "publish", "_selected_action": [draft.pk]})
    draft.refresh_from_db()
    assert draft.state == "published"
    office.post(address, {"action": "copy_as_draft", "_selected_action": [draft.pk]})
    assert CatalogueVersion.objects.filter(name="新目录（草案）", state="draft").exists()
    again = office.post(address, {"action": "publish", "_selected_action": [draft.pk]}, follow=True)
    assert [message.level_tag for message in again.context["messages"]][-1] == "error"


def test_working_hours_and_special_days_are_edited_on_one_page(office: Client, db: None) -> None:
    calendars_load()
    calendar = WorkCalendar.objects.get(is_default=True)
    address = page("workcalendar_change", calendar.pk)
    values = {
        **filled(office, address),
        "sessions-0-opens_at": "08:30", "sessions-0-closes_at": "12:00",
        "days-TOTAL_FORMS": "1", "days-0-date": "2027-01-01", "days-0-note": "元旦",
    }  # fmt: skip
    answer = office.post(address, values)
    assert answer.status_code == 302, errors(answer)
    assert str(calendar.sessions.first()) == "08:30–12:00"
    assert [(d.is_working, d.note) for d in calendar.days.all()] == [(False, "元旦")]


def test_overlapping_sessions_are_an_error_on_the_page(office: Client, db: None) -> None:
    calendars_load()
    calendar = WorkCalendar.objects.get(is_default=True)
    address = page("workcalendar_change", calendar.pk)
    values = {**filled(office, address), "sessions-0-closes_at": "15:00"}
    refused = office.post(address, values)
    assert refused.status_code == 200
    assert str(calendar.sessions.first()) == "08:00–12:00"


def test_a_calendar_without_a_weekday_is_an_error_on_the_page(office: Client, db: None) -> None:
    calendars_load()
    address = page("workcalendar_change", WorkCalendar.objects.get(is_default=True).pk)
    days = {"monday", "tuesday", "wednesday", "thursday", "friday"}
    values = {k: v for k, v in filled(office, address).items() if k not in days}
    assert office.post(address, values).status_code == 200


def test_a_new_calendar_can_take_over(office: Client, db: None) -> None:
    calendars_load()
    values = {
        **filled(office, page("workcalendar_add")),
        "name": "夜班", "name_en": "Night", "source": "plain", "is_default": "on",
        "sessions-0-opens_at": "20:00", "sessions-0-closes_at": "00:00",
    }  # fmt: skip
    answer = office.post(page("workcalendar_add"), values)
    assert answer.status_code == 302, errors(answer)
    assert WorkCalendar.objects.get(is_default=True).name == "夜班"


def test_the_number_of_conditions_stands_in_the_list(
    office: Client, published: CatalogueVersion
) -> None:
    total = Condition.objects.filter(category__code="0137").count()
    found = office.get(page("category_changelist") + "?q=0137").context["cl"].result_list
    assert [row.conditions_total for row in found] == [total]
