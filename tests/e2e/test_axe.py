"""No serious barrier on any page, in both themes, at the desk and on the phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage
from tests.e2e.server import Site

SERIOUS = {"serious", "critical"}


def barriers(page: Page) -> list[str]:
    """Return what axe finds serious, one line for each rule, with the places."""
    found: dict[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{rule['id']}: {rule['help']}: "
        + "; ".join(f"{node['target']} {node['failureSummary']}" for node in rule["nodes"][:4])
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
    ]


def look(here: MapPage, name: str) -> None:
    """Fail with the name of the page when there is a barrier on it."""
    here.rest()
    here.page.wait_for_timeout(250)  # colours fade in; half-faded they have no contrast
    found = barriers(here.page)
    assert not found, f"{name}:\n" + "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_serious(open_map: OpenMap, site: Site, size: str, theme: str) -> None:
    here = open_map("centre", size, theme=theme).open("?clock=late")
    look(here, "map")
    if size == "phone":
        here.page.locator("#panel-handle").click()
        here.page.wait_for_timeout(400)
        look(here, "list")
    here.rows.first.click()
    expect(here.drawer.locator(".clock")).to_be_visible()
    look(here, "drawer")
    here.page.keyboard.press("Escape")
    if size == "desk":
        here.page.locator("#layers-button").click()
        look(here, "layers")
        here.page.keyboard.press("Escape")
        here.page.keyboard.press("n")
        here.page.mouse.click(820, 400)
    else:
        here.page.locator("#phone-report").click()
    here.page.locator("#panel-report .choices button").first.click()
    look(here, "report")
    here.page.context.clear_cookies()
    here.page.goto(f"{site.base}/login/")
    assert not barriers(here.page)
