"""The office: administrators create users, appoint people and edit departments by services."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from mapgrid.grids.models import Post
from mapgrid.people.models import Department, User
from mapgrid.people.roles import Role
from mapgrid.people.services import user_create
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(
        user_create(username="boss", password=None, role=Role.ADMINISTRATOR, display_name="管理")
    )
    return client


def new_user(**values: str) -> dict[str, str]:
    return {
        "username": "li.min",
        "display_name": "李敏",
        "role": Role.WORKER,
        "usable_password": "true",
        "password1": "grid-walker-17",
        "password2": "grid-walker-17",
        **values,
    }


def test_an_administrator_creates_a_user(office: Client) -> None:
    answer = office.post("/admin/people/user/add/", new_user())
    assert answer.status_code == 302
    user = User.objects.get(username="li.min")
    assert user.check_password("grid-walker-17")
    assert not user.is_staff


def test_what_the_service_refuses_stands_at_the_form(office: Client) -> None:
    answer = office.post("/admin/people/user/add/", new_user(role=Role.DEPARTMENT))
    assert answer.status_code == 200
    assert not User.objects.filter(username="li.min").exists()
    assert answer.context["adminform"].form.non_field_errors()
    assert 'value="li.min"' in answer.content.decode()  # nothing typed is lost


def test_the_role_decides_who_enters_the_office(office: Client) -> None:
    user = user_create(username="w", password=None, role=Role.WORKER)
    worker = Client()
    worker.force_login(user)
    assert worker.get("/admin/people/user/").status_code == 302
    office.post(
        f"/admin/people/user/{user.pk}/change/",
        {"username": "w", "role": Role.ADMINISTRATOR, "is_active": "on"},
    )
    assert User.objects.get(pk=user.pk).is_staff


def test_every_change_of_a_department_is_kept(office: Client) -> None:
    office.post(
        "/admin/people/department/add/",
        {"key": "roads", "name": "市政", "kind": "municipal", "active": "on"},
    )
    department = Department.objects.get(key="roads")
    office.post(
        f"/admin/people/department/{department.pk}/change/",
        {"key": "roads", "name": "市政养护一所", "kind": "municipal", "active": "on"},
    )
    names = [event.name for event in department.events.order_by("pgh_id")]
    assert names == ["市政", "市政养护一所"]


def test_a_department_is_not_its_own_parent(office: Client) -> None:
    department = Department.objects.create(key="a", name="a")
    answer = office.post(
        f"/admin/people/department/{department.pk}/change/",
        {"key": "a", "name": "a", "kind": "other", "parent": department.pk, "active": "on"},
    )
    assert answer.status_code == 200
    department.refresh_from_db()
    assert department.parent is None


def test_people_are_appointed_from_a_date_to_a_date(office: Client) -> None:
    world.publish()
    person = user_create(username="w", password=None, role=Role.WORKER)
    form = {
        "user": person.pk,
        "grid": world.grid(1, 1).pk,
        "duty": Post.Duty.WORKER,
        "valid_from": "2026-01-01",
        "valid_to": "2026-06-30",
    }
    assert office.post("/admin/grids/post/add/", form).status_code == 302
    post = Post.objects.get(user=person)
    assert (post.valid_from, post.valid_to) == (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    twice = office.post(
        "/admin/grids/post/add/", {**form, "valid_from": "2026-06-30", "valid_to": ""}
    )
    assert twice.status_code == 200
    assert Post.objects.count() == 1


def test_nothing_is_deleted_in_the_office(office: Client) -> None:
    department = Department.objects.create(key="a", name="a")
    assert (
        office.post(
            f"/admin/people/department/{department.pk}/delete/", {"post": "yes"}
        ).status_code
        == 403
    )


@pytest.mark.parametrize(
    "page", ["people/user", "people/department", "grids/post", "grids/grid", "grids/edition"]
)
def test_every_list_of_the_office_opens(office: Client, page: str) -> None:
    world.publish()
    answer = office.get(f"/admin/{page}/")
    assert answer.status_code == 200
    assert "script-src" in answer.headers["Content-Security-Policy"]
