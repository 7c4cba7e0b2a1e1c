"""Two languages, and no screen in both."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenMap
from tests.e2e.pages import MapPage
from tests.e2e.server import Site
from tests.e2e.world import OPEN, inner_spot, post_of

CJK = re.compile(r"[\u3400-\u9fff]")
# The name of a person, of which no more is shown than the first character.
MASKED = re.compile(r"\w\*+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'-]*")
# Units, keys, codes and login names are the same in both languages.
SAME = set(re.findall(r"\w+", "m km h min F N L Z S Esc Enter Tab Ctrl Shift mapgrid demo English"))
LOGINS = {"worker", "community", "centre", "roads", "admin"}
# Texts and names of controls, as they are seen or read out. What the map's data is called is no
# text of ours; in English it stays Chinese.
SEEN = """() => {
  const out = [];
  const shown = (e) => e.checkVisibility({ checkVisibilityCSS: true });
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.trim();
    if (!text || parent.closest('script, style, noscript, textarea')) continue;
    if (shown(parent)) out.push(text);
  }
  for (const e of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    if (!shown(e)) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      const text = e.getAttribute(name);
      if (text) out.push(text);
    }
  }
  return [...out, document.title];
}"""


def names(site: Site) -> re.Pattern[str]:
    """Return a pattern of all that the demonstration's data is called."""
    rows = site.rows("""
        SELECT name FROM grids_cell UNION SELECT name FROM people_department
        UNION SELECT display_name FROM people_user UNION SELECT name FROM register_building
        UNION SELECT address FROM register_building UNION SELECT compound FROM register_building
        UNION SELECT name FROM ground_place UNION SELECT name FROM ground_street
        UNION SELECT name FROM assets_hazardpoint UNION SELECT contact FROM assets_hazardpoint
        UNION (SELECT name FROM assets_component EXCEPT SELECT name FROM catalogue_category)
        UNION SELECT name FROM grids_edition UNION SELECT note FROM events_eventstep
        UNION SELECT note FROM events_event UNION SELECT reply FROM events_event""")
    words = sorted({row["name"] for row in rows if row["name"]}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def chinese_words(texts: list[str], data: re.Pattern[str]) -> list[str]:
    """Return what is Chinese on an English page without being a name."""
    allowed = {"中文", "简体中文", "中文（简体）"}
    return [t for t in texts if t not in allowed and CJK.search(data.sub("", MASKED.sub("", t)))]


def english_words(texts: list[str]) -> list[str]:
    """Return what is English on a Chinese page without being a unit, a key or a code."""
    bad = []
    for text in texts:
        plain = re.sub(r"[A-Z]{2}-\d{8}-\d{4}|\d+[hm]\b|km²", "", text)
        if any(word not in SAME | LOGINS for word in LATIN.findall(plain)):
            bad.append(text)
    return bad


def screens(here: MapPage, site: Site) -> dict[str, list[str]]:
    """Walk through the page, and note all that it says at each stop."""
    page = here.page
    said = {}

    def note(name: str) -> None:
        here.rest()
        said[name] = page.evaluate(SEEN)

    spot = inner_spot(site, post_of(site, "centre")["path"])
    here.open(f"?m=18/{spot.lat}/{spot.lon}")
    for key in ("#layers-button", "#filter-button", "#me-button", "#help-button", "#add-asset"):
        page.locator(key).click()
        for summary in page.locator("[role=dialog] summary").all():
            summary.click()
        note(key)
        page.keyboard.press("Escape")
    page.keyboard.press("n")
    here.click(spot.lon, spot.lat)
    page.locator("#panel-report .choices button").first.click()
    page.locator("#panel-report .link").first.click()
    note("report")
    page.keyboard.press("Escape")
    for sel in _things(site):
        go(page, f"?m=18/{spot.lat}/{spot.lon}&sel={sel}")
        here.rest()
        expect(here.drawer.locator("h1, .state").first).to_be_visible()
        for link in here.drawer.locator(".link[aria-expanded=false]").all():
            link.click()
        note(sel.split(":")[0])
    return said


def go(page: Page, query: str) -> None:
    """Change the address as a step back or forth in the history would."""
    page.evaluate("query => history.pushState(null, '', query)", query)
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")


def _things(site: Site) -> list[str]:
    """Return one selection of each kind, and a case that lies in no grid."""
    of_kind = {
        "hazard": "SELECT min(id) id FROM assets_hazardpoint",
        "building": "SELECT min(id) id FROM register_building",
        "component": "SELECT min(id) id FROM assets_component",
        "event": f"SELECT min(number) id FROM events_event e WHERE {OPEN} AND grid_id IS NOT NULL",
        "grid": "SELECT min(code) id FROM grids_cell WHERE depth = 2",
    }
    found = [f"{kind}:{site.one(query)['id']}" for kind, query in of_kind.items()]
    lost = site.one("SELECT min(number) id FROM events_event WHERE grid_id IS NULL")["id"]
    return [*found, f"event:{lost}"]


def test_the_chinese_pages_hold_no_english_word(open_map: OpenMap, site: Site) -> None:
    said = screens(open_map("centre"), site)
    bad = {name: found for name, texts in said.items() if (found := english_words(texts))}
    assert not bad


def test_the_english_pages_hold_no_chinese_word_but_names(open_map: OpenMap, site: Site) -> None:
    said = screens(open_map("centre", lang="en"), site)
    data = names(site)
    bad = {name: found for name, texts in said.items() if (found := chinese_words(texts, data))}
    assert not bad


@pytest.mark.parametrize(("lang", "says"), [("zh-CN", "登录"), ("en", "Log in")])
def test_the_login_page_speaks_one_language(
    open_map: OpenMap, site: Site, lang: str, says: str
) -> None:
    here = open_map("worker", lang=lang)
    here.page.context.clear_cookies()
    here.page.goto(f"{site.base}/login/")
    expect(here.page.locator("#login-form button")).to_have_text(says)
    texts: list[str] = here.page.evaluate(SEEN)
    assert not (english_words(texts) if lang == "zh-CN" else chinese_words(texts, names(site)))


def test_the_reader_changes_the_language_and_keeps_the_place(open_map: OpenMap) -> None:
    here = open_map("worker").open("?clock=late&m=16/34.7475/113.6135")
    page: Page = here.page
    page.locator("#me-button").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    here.ready()
    expect(page.locator("#list-title")).to_contain_text("open in view")
    assert here.state["clock"] == "late"
    assert here.state["m"].startswith("16/34.7475/")
