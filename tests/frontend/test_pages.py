"""The pages as a browser receives them: who gets in, in which language, and under which policy."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from mapgrid.demo.people import PASSWORD
from mapgrid.people.models import User
from mapgrid.people.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> User:
    return User.objects.create_user(
        username="li", password="a long one", role=Role.WORKER, display_name="李敏"
    )


@pytest.fixture
def inside(client: Client, worker: User) -> Client:
    client.force_login(worker)
    return client


def _config(html: str) -> dict[str, object]:
    found = re.search(r'<script id="page-config" type="application/json">(.*?)</script>', html)
    assert found is not None
    return json.loads(found[1])


def test_a_stranger_is_asked_to_log_in_and_comes_back_to_where_he_wanted(client: Client) -> None:
    wanted = "/?sel=grid:410102003"
    answer = client.get(wanted)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))
    assert "sel%3Dgrid%3A410102003" in answer["Location"]


def test_the_map_page_carries_its_configuration_and_nothing_about_the_person(
    inside: Client,
) -> None:
    html = inside.get("/").content.decode()
    config = _config(html)
    assert config["api"] == "/api/"
    assert str(config["worker"]).endswith(".js")
    assert "李敏" not in json.dumps(config, ensure_ascii=False)


def test_pages_that_name_no_icon_still_get_the_mark(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".svg")


def test_a_city_that_was_just_opened_says_that_it_has_no_grids_yet(inside: Client) -> None:
    assert _config(inside.get("/").content.decode())["roots"] == []


def test_every_inline_script_has_the_nonce_and_no_style_is_inline(inside: Client) -> None:
    answer = inside.get("/")
    html = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)([^>]*)>", html)
    assert inline
    assert all(f'nonce="{nonce[1]}"' in attributes for attributes in inline)
    assert " style=" not in html
    assert "unsafe-inline" not in policy
    assert not re.search(r"\son[a-z]+=", html)


def test_no_page_names_another_host(inside: Client) -> None:
    for page in ("/", "/texts.js"):
        html = inside.get(page).content.decode()
        addresses = re.findall(r"""(?:src|href|action)=["'](https?:)?//""", html)
        assert addresses == []


def test_the_language_of_the_browser_decides(inside: Client) -> None:
    chinese = inside.get("/", headers={"accept-language": "zh-CN"}).content.decode()
    english = inside.get("/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="zh-CN"' in chinese
    assert '<html lang="en"' in english
    assert "Search grid, place or case number" in english
    assert "Search grid, place or case number" not in chinese


def test_the_scripts_have_their_chinese_texts(inside: Client) -> None:
    texts = inside.get("/texts.js", headers={"accept-language": "zh-CN"}).content.decode()
    assert "\\u4e3a\\u4ec0\\u4e48\\u5728\\u8fd9\\u4e2a\\u7f51\\u683c" in texts.lower()


def test_the_theme_of_the_address_and_the_cookie_is_there_at_the_first_paint(
    inside: Client,
) -> None:
    assert 'data-theme="wall"' in inside.get("/?theme=wall").content.decode()
    inside.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in inside.get("/").content.decode()
    inside.cookies["theme"] = "</html>"
    assert "data-theme" not in inside.get("/").content.decode().split("<head>")[0]


def test_demonstration_logins_are_shown_for_a_demonstration_only(client: Client, settings) -> None:
    assert settings.CITY.demonstration
    assert PASSWORD in client.get(reverse("login")).content.decode()
    real = type(settings.CITY)(**{**settings.CITY.__dict__, "demonstration": False})
    with override_settings(CITY=real):
        assert PASSWORD not in client.get(reverse("login")).content.decode()


def test_a_wrong_password_says_so_and_keeps_the_name(client: Client, worker: User) -> None:
    answer = client.post(reverse("login"), {"username": "li", "password": "wrong"})
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert 'value="li"' in html


def test_only_staff_sees_the_way_to_the_office(inside: Client, worker: User) -> None:
    assert 'href="/admin/"' not in inside.get("/").content.decode()
    worker.is_staff = True
    worker.save()
    assert 'href="/admin/"' in inside.get("/").content.decode()
