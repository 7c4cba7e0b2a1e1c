"""One search for grids, places, buildings and case numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.server import Site

WANTED = {
    "grid": "SELECT code wanted, 'grid:' || code sel, name shown FROM grids_cell"
    " WHERE is_leaf ORDER BY code OFFSET 40",
    "building": "SELECT name wanted, 'building:' || id sel, name shown FROM register_building b"
    " WHERE name <> '' AND (SELECT count(*) FROM register_building o WHERE o.name = b.name) = 1"
    " AND state <> 'retired' AND length(name) > 4 ORDER BY id OFFSET 30",
    "event": "SELECT number wanted, 'event:' || number sel, number shown FROM events_event"
    " WHERE grid_id IS NOT NULL ORDER BY id OFFSET 9000",
}


@pytest.mark.parametrize("kind", list(WANTED))
def test_what_is_typed_is_found_and_chosen_by_keys_alone(
    open_map: OpenMap, site: Site, kind: str
) -> None:
    wanted = site.one(WANTED[kind] + " LIMIT 1")
    here = open_map("centre").open()
    here.page.keyboard.press("/")
    search = here.page.locator("#search")
    expect(search).to_be_focused()
    here.page.keyboard.type(wanted["wanted"])
    options = here.page.get_by_role("option")
    expect(options.filter(has_text=wanted["shown"]).first).to_be_visible()
    here.page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    here.page.keyboard.press("Enter")
    here.rest()
    assert here.state["sel"] == wanted["sel"]
    expect(here.drawer).to_contain_text(wanted["shown"])


def test_a_place_that_is_found_comes_into_the_middle(open_map: OpenMap, site: Site) -> None:
    place = site.one(
        "SELECT name, ST_X(point) lon, ST_Y(point) lat FROM ground_place p WHERE name <> ''"
        " AND (SELECT count(*) FROM ground_place o WHERE o.name = p.name) = 1 ORDER BY id LIMIT 1"
    )
    here = open_map("worker").open()
    here.page.locator("#search").fill(place["name"])
    here.page.get_by_role("option", name=place["name"]).first.click()
    here.rest()
    x, y = here.pixel(place["lon"], place["lat"])
    assert 392 < x < 1440
    assert 56 < y < 764
    assert float(here.state["m"].split("/")[0]) >= 17


def test_nothing_found_says_what_to_try(open_map: OpenMap) -> None:
    here = open_map("worker").open()
    here.page.locator("#search").fill("没有这样的地方")
    expect(here.page.locator("#search-results .state")).to_contain_text("编号")
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#search-results")).to_be_hidden()


def test_a_foreign_case_is_not_found_by_its_number(open_map: OpenMap, site: Site) -> None:
    foreign = site.one(
        "SELECT number FROM events_event WHERE scope_path NOT LIKE %s AND scope_path <> '' LIMIT 1",
        "410102003.410102003003.%",
    )
    here = open_map("community").open()
    here.page.locator("#search").fill(foreign["number"])
    expect(here.page.locator("#search-results .state")).to_be_visible()
