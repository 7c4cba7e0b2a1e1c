"""Filters: the list, the counts, the tiles and the address say the same."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage
from tests.e2e.server import Site
from tests.e2e.world import OPEN

STREET = "?m=14/34.7505/113.62"


def asked(here: MapPage, path: str) -> dict[str, str]:
    """Return the query of the last request whose address contains ``path``."""
    url = [url for url in here.guard.requests if path in url][-1]
    return {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}


def test_a_category_filters_list_counts_and_tiles_alike_and_survives_a_reload(
    open_map: OpenMap, site: Site
) -> None:
    common = site.one(
        f"SELECT k.kind, k.code, k.name, count(*) n FROM events_event e"
        f" JOIN catalogue_category k ON k.id = e.category_id"
        f" WHERE {OPEN} GROUP BY 1, 2, 3 ORDER BY count(*) DESC LIMIT 1"
    )
    key = f"{common['kind']}:{common['code']}"
    here = open_map("centre").open(STREET)
    everything = here.open_in_view
    here.page.keyboard.press("f")
    menu = here.page.get_by_role("dialog")
    choice = menu.locator("details", has=here.page.get_by_label(common["name"], exact=True)).first
    choice.locator("summary").click()
    choice.get_by_label(common["name"], exact=True).check()
    here.page.keyboard.press("Escape")
    here.rest()
    for again in (False, True):
        if again:
            here.page.reload()
            here.ready()
        assert here.state["category"] == key
        assert here.open_in_view == common["n"] < everything
        assert sum(here.counts().values()) == common["n"]
        assert asked(here, "/api/tiles/events/")["category"] == key
        assert asked(here, "/api/heat/1")["category"] == key
        expect(here.page.locator("#filter-chips button")).to_have_count(1)
    here.page.locator("#filter-chips button").click()
    here.rest()
    assert "category" not in here.state
    assert here.open_in_view == everything


def test_the_five_counts_are_filter_and_legend(open_map: OpenMap) -> None:
    here = open_map("centre").open(STREET)
    counts = here.counts()
    late = here.page.locator('#counts button[data-clock="late"]')
    late.click()
    here.rest()
    expect(late).to_have_attribute("aria-pressed", "true")
    assert here.state["clock"] == "late"
    assert here.open_in_view == counts["late"] > 0
    assert here.counts() == counts, "the numbers that one chooses by must stay"
    assert asked(here, "/api/tiles/events/")["clock"] == "late"
    expect(here.rows.first.locator(".t-late")).to_be_visible()
    expect(here.page.locator("#list .t-ok")).to_have_count(0)
    here.page.locator('#counts button[data-clock="still"]').click()
    here.rest()
    assert here.open_in_view == counts["late"] + counts["still"]
    here.page.reload()
    here.ready()
    assert here.open_in_view == counts["late"] + counts["still"]


def test_a_period_filters_list_counts_and_timeline(open_map: OpenMap, site: Site) -> None:
    inside = site.one(
        f"SELECT count(*) n FROM events_event e WHERE {OPEN}"
        " AND (reported_at AT TIME ZONE 'Asia/Shanghai')::date"
        " BETWEEN '2026-11-18' AND '2026-11-19'"
    )["n"]
    here = open_map("centre").open(f"{STREET}&from=2026-11-18&to=2026-11-19")
    assert here.open_in_view == inside == sum(here.counts().values())
    tile = asked(here, "/api/tiles/events/")
    assert (tile["from"], tile["to"]) == ("2026-11-18", "2026-11-19")
    expect(here.page.locator("#strip")).to_contain_text(re.compile("11月18日.*11月19日"))
    expect(here.page.locator("#filter-chips button")).to_have_count(1)


def test_a_range_button_of_the_time_strip_is_kept_in_the_address(open_map: OpenMap) -> None:
    here = open_map("centre").open(STREET)
    here.page.locator("#strip").get_by_role("button", name=re.compile("^7 ?天")).click()
    here.rest()
    assert here.state["from"] == "2026-11-14"
    heat = asked(here, "/api/heat/1")
    assert heat["from"] == "2026-11-14"


def test_filters_that_nothing_matches_can_be_taken_away_where_the_list_would_be(
    open_map: OpenMap,
) -> None:
    here = open_map("worker").open("?category=incident:0101&clock=lost&from=2026-11-20")
    state = here.page.locator("#list .state")
    expect(state).to_contain_text("去掉一个")
    state.get_by_role("button").click()
    here.rest()
    expect(here.rows.first).to_be_visible()


def test_late_cases_come_first_and_those_whose_clock_stands_last(open_map: OpenMap) -> None:
    """The list is the order of work: overdue, due soon, in time, and then what waits."""
    here = open_map("centre").open(STREET)
    order = ["t-late", "t-soon", "t-ok", "t-still", "t-lost"]
    seen = [row.locator(".time span").first.get_attribute("class") or "" for row in here.rows.all()]
    running = [order.index(kind) for kind in seen if kind in {"t-late", "t-soon", "t-ok"}]
    assert seen[0] == "t-late"
    assert running == sorted(running)
    if "t-still" in seen:
        assert "t-ok" not in seen[seen.index("t-still") :]


def test_the_order_of_the_list_can_be_changed(open_map: OpenMap) -> None:
    here = open_map("centre").open(STREET)
    first = here.rows.first.get_attribute("data-number")
    here.page.locator("#sort-button").click()
    here.rest()
    assert asked(here, "/api/events?")["sort"] == "reported"
    assert here.rows.first.get_attribute("data-number") != first
