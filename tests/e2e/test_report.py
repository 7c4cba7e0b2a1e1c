"""Reporting a case: where, what, a picture, then send; and what everybody sees afterwards."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage, changed, metres_east
from tests.e2e.server import Site
from tests.e2e.world import inner_spot, outside, post_of, quiet_cover

BROKEN = "污水井盖破损"


def photo() -> dict[str, object]:
    """Return a picture as a camera would give it."""
    body = io.BytesIO()
    Image.new("RGB", (1600, 1200), (90, 96, 102)).save(body, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}


def choose(here: MapPage, category: str, condition: str | re.Pattern[str]) -> None:
    """Choose what the problem is, by the way that works for every category."""
    form = here.page.locator("#panel-report")
    if not form.locator(".picker").is_visible():
        form.get_by_role("button", name=re.compile("全部类别|All categories")).click()
    form.locator(".picker input").fill(category)
    form.locator(".picker button", has_text=category).first.click()
    form.locator(".conditions button", has_text=condition).first.click()
    here.rest()


def test_a_broken_cover_is_pinned_by_a_click_and_everybody_concerned_sees_it(
    open_map: OpenMap, site: Site
) -> None:
    """The click falls 4 m east of a cover; a later one 12 m west of the case that this made.

    ::

        ┌───────────────────┐  ← the micro-grid that the place line names
        │ ✕ 12 m  ⊕ 4 m ✕   │
        └───────────────────┘
         second     first
    """
    spot, cover = quiet_cover(site, post_of(site, "centre")["path"])
    lon = metres_east(spot.lon, spot.lat, 4)
    here = open_map("centre").open(f"?m=18/{spot.lat}/{spot.lon}&layers=grids,events")
    heat_before = here.api(f"heat/value?lon={lon}&lat={spot.lat}")["value_per_km2"]
    counts_before = here.counts()
    bare = here.picture(lon, spot.lat)

    here.page.keyboard.press("n")
    form = here.page.locator("#panel-report")
    expect(form.locator("h1")).to_be_focused()
    here.click(lon, spot.lat)
    place = form.locator(".place")
    expect(place).to_contain_text(spot.name)
    expect(place).to_contain_text(re.compile(r"界内，离边界 ?[\d.]+ ?m"))
    choose(here, "污水井盖", BROKEN)
    near = form.locator(".near-card")
    expect(near).to_contain_text(re.compile(r"[345](\.\d)? ?m"))
    expect(near).to_contain_text(cover["code16"][-4:])
    near.get_by_role("button", name="就是它").click()
    expect(near.get_by_role("button", name="就是它")).to_have_attribute("aria-pressed", "true")
    form.locator("input[type=file]").set_input_files([photo()])  # type: ignore[list-item]
    expect(form.locator(".shot img")).to_be_visible()
    form.locator("textarea").fill("盖子缺了一角，行人绕行。")
    form.get_by_role("button", name=re.compile("^上报")).click()

    here.title(re.compile(BROKEN))
    number = here.state["sel"].removeprefix("event:")
    drawer = here.drawer
    expect(drawer).to_contain_text(spot.name)
    expect(drawer).to_contain_text("盖子缺了一角，行人绕行。")
    expect(drawer.locator(".photos img")).to_be_visible()
    here.rest()
    assert drawer.locator(".photos img").evaluate("image => image.naturalWidth") > 0
    row = here.page.locator(f'#list .row[data-number="{number}"]')
    expect(row).to_have_attribute("aria-current", "true")
    assert sum(here.counts().values()) == sum(counts_before.values()) + 1
    assert here.api(f"heat/value?lon={lon}&lat={spot.lat}")["value_per_km2"] > heat_before

    stored = site.one(
        "SELECT e.component_id, c.code FROM events_event e JOIN grids_cell c USING (grid_id)"
        " WHERE number = %s AND c.is_leaf", number,
    )  # fmt: skip
    assert stored == {"component_id": cover["id"], "code": spot.code}
    here.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    here.rest()
    assert changed(bare, here.picture(lon, spot.lat)) > 0.1
    here.click(lon, spot.lat)
    expect(drawer.locator("h1")).to_have_text(re.compile(BROKEN))
    expect(here.page).to_have_url(re.compile(f"sel=event:{number}"))

    _the_same_trouble_is_offered_before_it_is_reported_twice(
        here, spot.lat, metres_east(lon, spot.lat, -12), number
    )


def _the_same_trouble_is_offered_before_it_is_reported_twice(
    here: MapPage, lat: float, lon: float, number: str
) -> None:
    here.page.keyboard.press("Escape")
    here.page.keyboard.press("n")
    here.click(lon, lat)
    choose(here, "污水井盖", BROKEN)
    same = here.page.locator("#panel-report .near-card.same")
    expect(same).to_contain_text(re.compile(r"1[123](\.\d)? ?m"))
    same.get_by_role("button", name="就是这件").click()
    here.title(re.compile(BROKEN))
    expect(here.page).to_have_url(re.compile(f"sel=event:{number}"))


def test_on_a_phone_the_map_moves_under_the_pin(open_map: OpenMap, site: Site) -> None:
    spot = inner_spot(site, post_of(site, "worker")["path"])
    south = spot.lat - 0.0008  # the place lies over the middle, where no sheet can cover it
    here = open_map("worker", "phone").open(f"?m=18/{south}/{spot.lon}&layers=grids,events")
    here.page.locator("#phone-report").tap()
    form = here.page.locator("#panel-report")
    # What lay in the middle glides under the pin first.
    expect(form.locator(".place")).to_contain_text("界内")
    here.rest()
    # A tap brings the place under the pin's tip; a drag would do the same with less aim.
    here.tap(spot.lon, spot.lat)
    here.rest()
    expect(form.locator(".place")).to_contain_text(spot.name)
    expect(form.locator(".place")).to_contain_text("界内")
    choose(here, "污水井盖", BROKEN)
    pin = here.page.locator("#stage > .pin").bounding_box()
    assert pin is not None
    send = form.get_by_role("button", name=re.compile("^上报"))
    box = send.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 844
    send.tap()
    expect(here.drawer.locator("h1")).to_have_text(re.compile(BROKEN))
    made = site.one(
        """
        SELECT ST_Distance(point::geography, ST_SetSRID(ST_Point(%s, %s), 4326)::geography) off_m
        FROM events_event WHERE number = %s""",
        spot.lon,
        spot.lat,
        here.state["sel"].removeprefix("event:"),
    )
    assert made["off_m"] < 1.5


def test_trouble_in_no_grid_goes_into_the_purple_queue_with_the_nearest_grid_named(
    open_map: OpenMap, site: Site
) -> None:
    lon, lat, nearest = outside(site)
    here = open_map("centre").open(f"?m=17/{lat}/{lon}")
    lost = here.counts()["lost"]
    here.page.keyboard.press("n")
    here.click(lon, lat)
    place = here.page.locator("#panel-report .place")
    expect(place).to_have_class(re.compile("lost"))
    expect(place).to_contain_text("不在任何网格内")
    expect(place).to_contain_text(nearest["name"])
    choose(here, "暴露垃圾", re.compile("."))
    here.page.locator("#panel-report").get_by_role("button", name=re.compile("^上报")).click()
    expect(here.drawer.locator("h1")).to_contain_text("暴露垃圾")
    expect(here.drawer).to_contain_text(nearest["name"])
    here.rest()
    assert here.counts()["lost"] == lost + 1
    number = here.state["sel"].removeprefix("event:")
    here.page.keyboard.press("Escape")
    here.page.locator('#counts button[data-clock="lost"]').click()
    here.rest()
    assert here.open_in_view == lost + 1
    expect(here.page.locator(f'#list .row[data-number="{number}"]')).to_contain_text(
        nearest["name"]
    )


def test_the_why_line_reads_as_well_in_english(open_map: OpenMap, site: Site) -> None:
    spot = inner_spot(site, post_of(site, "worker")["path"])
    here = open_map("worker", lang="en").open(f"?m=18/{spot.lat}/{spot.lon}")
    here.page.keyboard.press("n")
    here.click(spot.lon, spot.lat)
    place = here.page.locator("#panel-report .place small")
    expect(place).to_have_text(re.compile(r"^Inside, [\d.]+ m from the border; next \S+"))


def test_a_draft_with_its_picture_outlives_a_reload(open_map: OpenMap, site: Site) -> None:
    spot = inner_spot(site, post_of(site, "community")["path"])
    here = open_map("community").open(f"?m=18/{spot.lat}/{spot.lon}")
    here.page.keyboard.press("n")
    here.click(spot.lon, spot.lat)
    form = here.page.locator("#panel-report")
    choose(here, "污水井盖", BROKEN)
    form.locator("textarea").fill("井盖裂了一道缝")
    form.locator("input[type=file]").set_input_files([photo()])  # type: ignore[list-item]
    expect(form.locator(".shot img")).to_be_visible()
    here.page.reload()
    here.ready()
    here.page.keyboard.press("n")
    expect(form.locator("textarea")).to_have_value("井盖裂了一道缝")
    expect(form.locator(".shot img")).to_be_visible()
    expect(form.locator(".place")).to_contain_text(spot.name)
    expect(form.locator(".conditions [aria-pressed=true]")).to_contain_text(BROKEN)
    expect(form).to_contain_text("草稿")


def test_without_a_network_nothing_is_lost_and_the_page_says_so(
    open_map: OpenMap, site: Site, tmp_path: Path
) -> None:
    spot = inner_spot(site, post_of(site, "community")["path"])
    here = open_map("community").open(f"?m=18/{spot.lat}/{spot.lon}")
    here.page.keyboard.press("n")
    here.click(spot.lon, spot.lat)
    choose(here, "污水井盖", BROKEN)
    here.guard.offline = True
    here.page.context.set_offline(True)
    form = here.page.locator("#panel-report")
    form.get_by_role("button", name=re.compile("^上报")).click()
    expect(form.get_by_role("alert")).to_contain_text("你写的都在")
    expect(here.page.locator("#offline-pill")).to_be_visible()
    here.page.context.set_offline(False)
    form.get_by_role("button", name=re.compile("^上报")).click()
    expect(here.drawer.locator("h1")).to_have_text(re.compile(BROKEN))
    number = here.state["sel"].removeprefix("event:")
    assert len(site.rows("SELECT FROM events_event WHERE number = %s", number)) == 1
