"""Everything by keys alone: the whole round from search to drawer and back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage
from tests.e2e.server import Site
from tests.e2e.world import lonely_case

REGION = "document.activeElement.closest('[data-region]')?.dataset.region ?? ''"


def region(here: MapPage) -> str:
    """Return the region of the page that has the focus."""
    return str(here.page.evaluate(REGION))


def test_f6_goes_round_the_regions_and_back(open_map: OpenMap) -> None:
    here = open_map("centre").open("?clock=late")
    here.rows.first.click()
    expect(here.drawer.locator("h1")).to_be_focused()
    here.rest()
    seen = []
    for _ in range(5):
        here.page.keyboard.press("F6")
        seen.append(region(here))
    assert seen == ["search", "list", "map", "time", "drawer"]
    here.page.keyboard.press("Shift+F6")
    assert region(here) == "time"


def test_the_first_stop_is_a_way_past_everything(open_map: OpenMap) -> None:
    here = open_map("worker").open()
    here.page.keyboard.press("Tab")
    skip = here.page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#list")).to_be_focused()


def test_tab_steps_through_the_symbols_enter_opens_one_and_escape_gives_the_focus_back(
    open_map: OpenMap, site: Site
) -> None:
    case = lonely_case(site)
    here = open_map("centre").open(f"?m=18/{case['lat']}/{case['lon']}&layers=grids,events")
    focus_map(here)
    live = here.page.locator("#live")
    for i in (1, 2, 3):
        here.page.keyboard.press("Tab")
        expect(live).to_have_text(re.compile(f"^第 ?{i} ?个"))
        assert region(here) == "map"
    here.page.keyboard.press("Shift+Tab")
    expect(live).to_have_text(re.compile("^第 ?2 ?个"))
    said = live.inner_text().split("：")[1].split("·")[0]
    here.page.keyboard.press("Enter")
    heading = here.drawer.locator("h1")
    expect(heading).to_be_focused()
    assert said in here.drawer.inner_text()
    here.page.keyboard.press("Escape")
    expect(here.drawer).to_be_hidden()
    assert region(here) == "map"


def focus_map(here: MapPage) -> None:
    """Bring the focus onto the map, as F6 does."""
    for _ in range(5):
        here.page.keyboard.press("F6")
        if region(here) == "map":
            return
    raise AssertionError("F6 never comes to the map")


def test_letters_open_search_filters_layers_and_the_report(open_map: OpenMap) -> None:
    here = open_map("centre").open()
    page = here.page
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    for key, button in (("f", "#filter-button"), ("l", "#layers-button")):
        page.keyboard.press(key)
        expect(page.locator(button)).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(page.locator(button)).to_have_attribute("aria-expanded", "false")
        expect(page.locator(button)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog[open], [role=dialog]").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#panel-report h1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel-report")).to_be_hidden()
    expect(page.locator("#report-button")).to_be_focused()


def test_letters_typed_into_a_field_stay_letters(open_map: OpenMap) -> None:
    here = open_map("centre").open()
    here.page.keyboard.press("/")
    here.page.keyboard.type("nfl")
    expect(here.page.locator("#search")).to_have_value("nfl")
    expect(here.page.locator("#panel-report")).to_be_hidden()


def test_the_pin_is_set_and_nudged_by_keys(open_map: OpenMap, site: Site) -> None:
    case = lonely_case(site)
    here = open_map("centre").open(f"?m=19/{case['lat']}/{case['lon']}")
    here.page.keyboard.press("n")
    here.click(case["lon"], case["lat"])
    here.rest()
    places = [url for url in here.guard.requests if "/api/place" in url]
    here.page.locator("#map").focus()
    here.page.keyboard.press("Shift+ArrowRight")
    here.rest()
    moved = [url for url in here.guard.requests if "/api/place" in url]
    assert len(moved) == len(places) + 1
    lon = float(moved[-1].split("lon=")[1].split("&")[0])
    assert 9 < (lon - case["lon"]) * 91_500 < 11
