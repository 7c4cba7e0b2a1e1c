"""Wrong passwords: counted, slowed down, and never a server error."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from mapgrid.people.roles import Role
from mapgrid.people.services import user_create

pytestmark = pytest.mark.django_db


def attempt(name: str, password: str) -> int:
    return Client().post(reverse("login"), {"username": name, "password": password}).status_code


@override_settings(AXES_ENABLED=True)
def test_a_name_longer_than_any_user_has_is_only_a_wrong_name() -> None:
    for _ in range(2):
        assert attempt("a" * 5000, "wrong") == 200


@override_settings(AXES_ENABLED=True)
def test_many_wrong_passwords_lock_that_name_and_nobody_else() -> None:
    for name in ("li.min", "wang.wei"):
        user_create(username=name, password="grid-walker-17", role=Role.WORKER)
    answers = [attempt("li.min", "wrong") for _ in range(9)]
    assert answers[:7] == [200] * 7
    assert answers[-1] == 429
    assert attempt("li.min", "grid-walker-17") == 429
    assert attempt("wang.wei", "grid-walker-17") == 302


@override_settings(AXES_ENABLED=True)
def test_a_long_name_never_locks_a_user_whose_name_begins_like_it() -> None:
    name = "a" * 150
    user_create(username=name, password="grid-walker-17", role=Role.WORKER)
    for _ in range(9):
        attempt(name + "bcd", "wrong")
    assert attempt(name, "grid-walker-17") == 302
