"""Staff keep what stands in the street: add, move, edit, retire; and a second hand is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage, metres_east
from tests.e2e.server import Site
from tests.e2e.world import inner_spot, post_of

TABLE = {
    "component": "assets_component",
    "hazard": "assets_hazardpoint",
    "building": "register_building",
}
LABEL = {"component": "部件", "hazard": "隐患点", "building": "楼栋"}
NEW_NAME = {"component": "测试井盖甲", "hazard": "测试隐患甲", "building": "测试楼甲"}


def add(here: MapPage, kind: str, name: str) -> str:
    """Add one thing in the middle of the map and return its number."""
    here.page.locator("#add-asset").click()
    here.page.get_by_role("dialog").get_by_role("button", name=LABEL[kind], exact=True).click()
    form = here.drawer.locator("form.fields")
    if kind == "component":
        category = form.locator("select[name=category]")
        expect(category.locator("option", has_text="污水井盖")).to_have_count(1)
        category.select_option(label="污水井盖")
    if kind == "hazard":
        form.locator("select[name=kind]").select_option(label="低洼积水点")
    form.locator("input[name=name]").fill(name)
    here.drawer.get_by_role("button", name="保存").click()
    expect(here.drawer.locator("h1")).to_have_text(name)
    here.rest()
    return here.state["sel"].split(":")[1]


@pytest.mark.parametrize("kind", list(TABLE))
def test_staff_add_edit_move_and_retire_on_the_map_and_every_step_is_kept(
    open_map: OpenMap, site: Site, kind: str
) -> None:
    spot = inner_spot(site, post_of(site, "centre")["path"])
    here = open_map("centre").open(
        f"?m=19/{spot.lat}/{spot.lon}&layers=grids,components,hazards,buildings"
    )
    name = NEW_NAME[kind]
    pk = add(here, kind, name)
    drawer = here.drawer

    drawer.get_by_role("button", name="修改").click()
    drawer.locator("input[name=name]").fill(f"{name}改")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer.locator("h1")).to_have_text(f"{name}改")

    before = place_of(site, kind, pk)
    drawer.get_by_role("button", name="移动").click()
    here.rest()
    here.click(metres_east(before["lon"], before["lat"], 9), before["lat"])
    here.page.locator(".mover-bar").get_by_role("button", name="保存").click()
    expect(here.page.locator(".mover-bar")).to_be_hidden()
    here.rest()
    after = place_of(site, kind, pk)
    assert after["lon"] == pytest.approx(metres_east(before["lon"], before["lat"], 9), abs=2e-6)

    drawer.get_by_role("button", name="停用").click()
    expect(drawer.get_by_role("button", name="修改")).to_have_count(0)
    here.rest()
    assert site.one(f"SELECT state FROM {TABLE[kind]} WHERE id = %s", pk)["state"] == "retired"
    past = here.api(f"{kind}s/{pk}/history")["results"]
    assert len(past) == 4
    drawer.locator(".sec", has_text="改动").get_by_role("button").click()
    expect(drawer.locator(".timeline li")).to_have_count(4)


def place_of(site: Site, kind: str, pk: str) -> dict[str, float]:
    """Return where a thing stands, by its row."""
    return site.one(f"SELECT ST_X(point) lon, ST_Y(point) lat FROM {TABLE[kind]} WHERE id = %s", pk)


def test_the_second_of_two_editors_is_told_and_loses_nothing(open_map: OpenMap, site: Site) -> None:
    spot = inner_spot(site, post_of(site, "community")["path"])
    place = f"?m=19/{spot.lat}/{spot.lon}"
    first = open_map("community").open(place)
    second = open_map("centre").open(place)
    second.guard.excuse(409, "/api/components/")
    pk = add(first, "component", "两人同改的井盖")
    second.open(f"{place}&sel=component:{pk}")
    for here in (first, second):
        here.drawer.get_by_role("button", name="修改").click()
    first.drawer.locator("select[name=state]").select_option(label="破损")
    first.drawer.get_by_role("button", name="保存").click()
    expect(first.drawer.get_by_role("button", name="修改")).to_be_visible()
    second.drawer.locator("textarea[name=note]").fill("第二个人写的话")
    second.drawer.get_by_role("button", name="保存").click()
    told = second.drawer.locator(".conflict")
    expect(told).to_contain_text("看看两版")
    expect(second.drawer.locator("textarea[name=note]")).to_have_value("第二个人写的话")
    told.get_by_role("button").last.click()
    expect(second.drawer.get_by_role("button", name="修改")).to_be_visible()
    row = site.one("SELECT state, note FROM assets_component WHERE id = %s", pk)
    assert row == {"state": "damaged", "note": "第二个人写的话"}


def test_a_worker_reads_what_stands_there_and_is_offered_no_change(
    open_map: OpenMap, site: Site
) -> None:
    path = post_of(site, "worker")["path"]
    hazard = site.one(
        "SELECT id, name FROM assets_hazardpoint WHERE scope_path LIKE %s LIMIT 1", path + "%"
    )
    here = open_map("worker").open(f"?sel=hazard:{hazard['id']}")
    expect(here.drawer.locator("h1")).to_have_text(hazard["name"])
    expect(here.page.locator("#add-asset")).to_be_hidden()
    expect(here.drawer.get_by_role("button", name="修改")).to_have_count(0)
