"""The map: what it shows, what a click opens, and the one way back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage, changed
from tests.e2e.server import Site
from tests.e2e.world import OPEN, closed_case, inner_spot, lonely_case, post_of


def test_the_map_shows_grids_cases_and_heat(open_map: OpenMap, site: Site) -> None:
    """Each layer is put on alone, and something appears where its raw rows say so."""
    case = lonely_case(site)
    border = site.one(
        "SELECT ST_X(p) lon, ST_Y(p) lat FROM (SELECT ST_PointN(ST_ExteriorRing(ST_GeometryN("
        " boundary, 1)), 2) p FROM grids_cell WHERE depth = 3 ORDER BY code LIMIT 1 OFFSET 12) b"
    )
    hot = site.one(
        "SELECT ST_X(ST_Centroid(ST_Collect(point))) lon, ST_Y(ST_Centroid(ST_Collect(point))) lat"
        " FROM events_event WHERE reported_at > %s::date - 30"
        " GROUP BY grid_id ORDER BY count(*) DESC LIMIT 1", "2026-11-20",
    )  # fmt: skip
    here = open_map("centre")
    for layer, place in [("grids", border), ("events", case), ("heat", hot)]:
        lon, lat = place["lon"], place["lat"]
        here.open(f"?m=17/{lat}/{lon}&layers=none")
        without = here.picture(lon, lat)
        here.open(f"?m=17/{lat}/{lon}&layers={layer}")
        assert changed(without, here.picture(lon, lat), tolerance=10) > 0.04, layer


def test_clicking_a_symbol_opens_its_case_and_escape_and_back_both_lead_out(
    open_map: OpenMap, site: Site
) -> None:
    case = lonely_case(site)
    here = open_map("centre").open(f"?m=18/{case['lat']}/{case['lon']}")
    here.click(case["lon"], case["lat"])
    expect(here.drawer).to_contain_text(case["number"])
    expect(here.page).to_have_url(re.compile(f"sel=event:{case['number']}"))
    here.page.keyboard.press("Escape")
    expect(here.drawer).to_be_hidden()
    expect(here.page).not_to_have_url(re.compile("sel="))
    here.page.go_back()
    expect(here.drawer).to_contain_text(case["number"])
    here.page.go_back()
    expect(here.drawer).to_be_hidden()


def test_clicking_a_grid_opens_it_with_its_path_and_its_open_cases(
    open_map: OpenMap, site: Site
) -> None:
    spot = inner_spot(site, post_of(site, "community")["path"])
    here = open_map("community").open(f"?m=18/{spot.lat}/{spot.lon}&layers=grids")
    here.click(spot.lon, spot.lat)
    here.title(spot.name)
    assert here.state["sel"] == f"grid:{spot.code}"
    crumb = here.page.locator("#crumb button")
    expect(crumb.last).to_have_text(spot.name)
    crumb.nth(1).click()
    expect(here.drawer.locator("h1")).to_have_text(crumb.nth(1).inner_text())


def test_a_link_to_a_case_opens_it_selected_in_list_and_drawer_and_in_view(
    open_map: OpenMap, site: Site
) -> None:
    case = lonely_case(site)
    here = open_map("centre").open(f"?sel=event:{case['number']}")
    expect(here.drawer).to_contain_text(case["number"])
    box = here.drawer.bounding_box()
    assert box is not None
    x, y = here.pixel(case["lon"], case["lat"])
    assert 392 < x < box["x"]
    assert 48 < y < 764
    assert here.page.locator("#drawer").get_by_text("为什么在这个网格").is_visible()


def test_the_list_row_the_symbol_and_the_address_are_one_selection(open_map: OpenMap) -> None:
    here = open_map("centre").open("?clock=late")
    first, second = here.rows.nth(0), here.rows.nth(1)
    first.click()
    expect(first).to_have_attribute("aria-current", "true")
    expect(here.drawer.locator("h1")).to_be_focused()
    here.drawer.get_by_role("button", name="下一件").click()
    expect(second).to_have_attribute("aria-current", "true")
    expect(first).not_to_have_attribute("aria-current", "true")
    assert here.state["sel"] == f"event:{second.get_attribute('data-number')}"


def test_twenty_thousand_cases_can_be_shown_and_each_still_be_clicked(
    open_map: OpenMap, site: Site
) -> None:
    """All of the history is on: where it is dense the map counts, close up every case is there."""
    case = closed_case(site)
    everything = "from=2025-05-01&to=2026-11-20"
    assert site.one("SELECT count(*) n FROM events_event")["n"] >= 20_000
    here = open_map("centre").open(f"?m=15/34.7505/113.62&{everything}")
    here.open(f"?m=19/{case['lat']}/{case['lon']}&{everything}")
    here.click(case["lon"], case["lat"])
    expect(here.drawer).to_contain_text(case["number"])


def test_light_and_dark_follow_the_system_and_the_reader(open_map: OpenMap) -> None:
    def paper(here: MapPage) -> int:
        body = "getComputedStyle(document.getElementById('panel')).backgroundColor"
        return int(re.findall(r"\d+", here.page.evaluate(body))[0])

    here = open_map("worker", theme="dark").open()
    assert paper(here) < 60
    here.open("?theme=light")
    assert paper(here) > 200
    here.page.emulate_media(color_scheme="light")
    here.open("?theme=dark")
    assert paper(here) < 60


def test_an_empty_corner_says_what_would_be_here_and_offers_the_way_home(open_map: OpenMap) -> None:
    here = open_map("worker").open("?m=18/34.80/113.70")
    state = here.page.locator("#list .state")
    expect(state).to_be_visible()
    state.get_by_role("button").click()
    here.rest()
    expect(here.rows.first).to_be_visible()


def test_a_layer_that_fails_says_so_and_the_others_stay(open_map: OpenMap, site: Site) -> None:
    here = open_map("centre")
    here.guard.excuse(503, "/api/heat/")
    here.page.context.route(
        re.compile(r"/api/heat/1\d/"), lambda route: route.fulfill(status=503, body="{}")
    )
    here.open()
    expect(here.page.locator("#heat-button")).to_have_attribute("data-state", "failed")
    expect(here.rows.first).to_be_visible()
    assert (
        here.api("events/counts")["total"]
        == site.one(f"SELECT count(*) n FROM events_event e WHERE {OPEN}")["n"]
    )
