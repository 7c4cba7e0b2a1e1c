"""A wrong address or a stale page says what to do next, in the reader's language."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "没有这个页面"), ("en", "no such page")]
)
def test_a_missing_page_leads_back_to_the_map(language: str, words: str) -> None:
    answer = Client(HTTP_ACCEPT_LANGUAGE=language).get("/nowhere/")
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


@pytest.mark.django_db
def test_a_stale_form_is_told_so_in_chinese() -> None:
    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="zh-hans")
    answer = client.post("/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面打开太久了" in answer.content.decode()


@pytest.mark.parametrize("page", ["400.html", "403.html", "500.html", "frontend/locked.html"])
def test_every_error_page_stands_without_a_request(page: str) -> None:
    with translation.override("en"):
        text = render_to_string(page)
    assert "Back to the map" in text
