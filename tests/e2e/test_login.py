"""Coming in: who may, and what each then has before them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap, log_in
from tests.e2e.pages import MapPage
from tests.e2e.server import Site
from tests.e2e.world import OPEN, post_of


def test_a_worker_logs_in_and_sees_only_the_cases_of_her_grid(contexts: Any, site: Site) -> None:
    """The whole street is in the window; her cases are one grid's.

    ::

        ┌────┬────┬────┐
        │    │    │    │   window
        ├────┼────┼────┤
        │    │hers│    │   all that the list may name
        └────┴────┴────┘
    """
    context, guard = contexts()
    page = context.new_page()
    page.goto(f"{site.base}/?m=15/34.75/113.62")
    expect(page).to_have_url(f"{site.base}/login/?next=/%3Fm%3D15/34.75/113.62")
    log_in(page, "worker")
    here = MapPage(page, guard, site).ready()
    grid = post_of(site, "worker")
    hers = site.rows(
        f"SELECT number FROM events_event e WHERE scope_path LIKE %s AND {OPEN}", grid["path"] + "%"
    )
    expect(page.locator("#crumb")).to_contain_text(grid["name"])
    shown = {row.get_attribute("data-number") for row in here.rows.all()}
    assert shown
    assert shown == {row["number"] for row in hers}
    assert here.open_in_view == len(hers) == sum(here.counts().values())


def test_a_case_of_the_next_grid_is_as_absent_as_one_that_never_was(
    open_map: OpenMap, site: Site
) -> None:
    here = open_map("worker")
    here.guard.excuse(404, "/api/events/")
    path = post_of(site, "worker")["path"]
    foreign = site.one(
        f"SELECT number FROM events_event e WHERE scope_path NOT LIKE %s AND {OPEN}", path + "%"
    )
    said = []
    for number in (foreign["number"], "ZY-20990101-0001"):
        here.open(f"?sel=event:{number}")
        said.append(here.drawer.locator(".state").inner_text())
    assert said[0] == said[1]
    assert "不在" in said[0]


def test_a_wrong_password_is_said_and_the_name_stays(contexts: Any, site: Site) -> None:
    context, _ = contexts()
    page = context.new_page()
    page.goto(f"{site.base}/login/")
    page.fill("#login-form input[name=username]", "worker")
    page.fill("#login-form input[name=password]", "not-this")
    page.press("#login-form input[name=password]", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#login-form input[name=username]")).to_have_value("worker")


def test_logging_out_leads_back_to_the_login(contexts: Any, site: Site) -> None:
    context, guard = contexts()
    page = context.new_page()
    page.goto(f"{site.base}/login/")
    page.locator(".demo button", has_text="community").click()
    MapPage(page, guard, site).ready()
    page.click("#me-button")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(f"{site.base}/login/")
    page.goto(site.base)
    expect(page.locator("#login-form")).to_be_visible()
