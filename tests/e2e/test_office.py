"""The office: what administrators keep in forms, in Chinese, without a complaint of the browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.server import Site

PAGES = {
    "people/user": "用户",
    "people/department": "部门",
    "grids/post": "任职",
    "grids/edition": "版本",
    "catalogue/catalogueversion": "目录",
    "catalogue/workcalendar": "日历",
}


def test_an_administrator_finds_the_office_from_the_map_and_others_do_not(
    open_map: OpenMap, site: Site
) -> None:
    here = open_map("admin").open()
    here.page.get_by_role("link", name="管理").click()
    expect(here.page).to_have_url(f"{site.base}/admin/")
    other = open_map("worker").open()
    expect(other.page.get_by_role("link", name="管理")).to_have_count(0)
    other.page.goto(f"{site.base}/admin/")
    expect(other.page).to_have_url(re.compile("/login/"))


@pytest.mark.parametrize("page", list(PAGES))
def test_lists_and_forms_of_the_office_are_in_chinese(
    open_map: OpenMap, site: Site, page: str
) -> None:
    here = open_map("admin")
    here.page.goto(f"{site.base}/admin/{page}/")
    expect(here.page.locator("h1").last).to_contain_text(re.compile(r"[\u4e00-\u9fff]"))
    expect(here.page.locator("#content")).to_contain_text(PAGES[page])
    here.page.locator("#result_list tbody tr th a").first.click()
    expect(here.page.locator("#content form").first).to_be_visible()
    labels = here.page.locator("#content form label:visible").all_inner_texts()
    assert labels
    english = [text for text in labels if re.fullmatch(r"[A-Za-z ,'()-]{4,}:?", text.strip())]
    assert not english
