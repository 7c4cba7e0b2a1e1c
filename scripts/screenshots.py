"""Take a picture of every page in every size, theme and language, for looking at and for the docs.

Run as ``./run python scripts/screenshots.py`` against a served demonstration; it rewrites
``docs/screenshots``. With ``--all FOLDER`` it takes many more, states and themes included, to be
looked at. Needs chromium and Chinese fonts. Exits 1 if a page wrote to the console, failed to load
something, asked another host for anything, or if a picture for the docs is too heavy.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

DOCS = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
CHROMIUM = os.environ.get("MAPGRID_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "mapgrid-demo"
DESK, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)
WEIGHT_B = 400_000
CLOSE_UP = "/?m=16.5/34.7462/113.6165"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, at what size, in which theme and language, after doing what."""

    name: str
    size: tuple[int, int] = DESK
    theme: str = "light"
    language: str = "zh-CN"
    user: str = "centre"
    path: str = CLOSE_UP
    act: Callable[[Page], object] | None = None
    docs: bool = False


def case(page: Page) -> None:
    """Open the case that is due next: the first of the list whose time is not over yet."""
    rows = page.locator(".list .row")
    amber = page.locator(".list .row:has(.t-soon)")
    (amber if amber.count() else rows).first.click()
    page.locator(".drawer .clock").wait_for()


def why(page: Page) -> None:
    """Show on the map why a case lies in its grid."""
    case(page)
    page.locator(".drawer .sec .link").first.click()


def report(page: Page) -> None:
    """Report with a click on the map, up to the condition."""
    page.keyboard.press("n")
    page.mouse.click(900, 420)
    page.locator("#panel-report .choices button").first.click()


def phone_report(page: Page) -> None:
    """Report on a phone, the pin fixed over the map."""
    page.locator("#phone-report").tap()
    page.locator("#panel-report .choices button").first.tap()


def sheet(page: Page) -> None:
    """Pull the sheet up half way."""
    page.locator("#panel-handle").tap()


def phone_case(page: Page) -> None:
    """Open a case from the half sheet."""
    sheet(page)
    case(page)


def search(page: Page) -> None:
    """Look for what begins like the first grid's name."""
    page.keyboard.press("/")
    page.keyboard.type("五棉南-04")
    page.locator("#search-results [role=option]").first.wait_for()


def offline(page: Page) -> None:
    """Lose the network, then move the map."""
    page.context.set_offline(True)
    page.keyboard.press("F6")
    page.mouse.move(900, 300)
    page.mouse.down()
    page.mouse.move(500, 200, steps=6)
    page.mouse.up()


def press(selector: str) -> Callable[[Page], None]:
    """Press one button."""
    return lambda page: page.locator(selector).click()


def key(name: str) -> Callable[[Page], None]:
    """Press one key."""
    return lambda page: page.keyboard.press(name)


SHOTS = (
    Shot("desk-zh", act=case, docs=True),
    Shot("desk-en", language="en-GB", act=case, docs=True),
    Shot("desk-dark-zh", theme="dark", act=case, docs=True),
    Shot("map-zh", path="/", docs=True),
    Shot("report-desk-zh", path="/?m=18/34.7462/113.6165", act=report, docs=True),
    Shot("layers-en", language="en-GB", act=press("#layers-button"), docs=True),
    Shot("grid-zh", path="/?sel=grid:410102003003&layers=grids,events,shading", docs=True),
    Shot("phone-map-zh", PHONE, user="worker", path="/", docs=True),
    Shot("phone-list-zh", PHONE, user="worker", path="/", act=sheet, docs=True),
    Shot("phone-report-zh", PHONE, user="worker", path="/", act=phone_report, docs=True),
    Shot(
        "phone-report-en",
        PHONE,
        language="en-GB",
        user="worker",
        path="/",
        act=phone_report,
        docs=True,
    ),
    Shot("wall-zh", WALL, path="/?theme=wall", docs=True),
    Shot("login-zh", user="", path="/login/", docs=True),
    Shot("office-zh", user="admin", path="/admin/", docs=True),
    # To be looked at.
    Shot("why-zh", act=why),
    Shot("map-en", path="/", language="en-GB"),
    Shot("map-dark-zh", path="/", theme="dark"),
    Shot("worker-zh", user="worker", path="/"),
    Shot("roads-zh", user="roads", path="/"),
    Shot("search-zh", act=search),
    Shot("filters-zh", act=key("f")),
    Shot("me-zh", act=press("#me-button")),
    Shot("keys-zh", act=key("?")),
    Shot(
        "report-desk-dark-en",
        theme="dark",
        language="en-GB",
        path="/?m=18/34.7462/113.6165",
        act=report,
    ),
    Shot("building-zh", path="/?m=19/34.7462/113.6165&sel=building:1"),
    Shot("component-en", language="en-GB", path="/?sel=component:1"),
    Shot("hazard-dark-zh", theme="dark", path="/?sel=hazard:1"),
    Shot("empty-zh", path="/?m=17/34.80/113.70"),
    Shot(
        "filtered-to-nothing-zh",
        path="/?clock=lost&category=incident:0101&from=2026-01-01&to=2026-01-02",
    ),
    Shot("no-permission-zh", user="worker", path="/?sel=event:ZY-20990101-0001"),
    Shot("offline-zh", act=offline),
    Shot("narrow-zh", (1280, 720), act=case),
    Shot("tablet-en", (1024, 768), language="en-GB", act=case),
    Shot("big-zh", WALL, act=case),
    Shot("phone-case-zh", PHONE, user="worker", path="/", act=phone_case),
    Shot("phone-case-dark-zh", PHONE, "dark", user="worker", path="/", act=phone_case),
    Shot("phone-report-dark-zh", PHONE, "dark", user="worker", path="/", act=phone_report),
    Shot("login-en", user="", language="en-GB", path="/login/"),
    Shot("login-dark-zh", user="", theme="dark", path="/login/"),
    Shot("login-phone-zh", PHONE, user="", path="/login/"),
    Shot("office-en", user="admin", language="en-GB", path="/admin/"),
    Shot("office-user-zh", user="admin", path="/admin/people/user/"),
    Shot("office-post-zh", user="admin", path="/admin/grids/post/add/"),
    Shot("office-catalogue-zh", user="admin", path="/admin/catalogue/catalogueversion/"),
    Shot("office-calendar-zh", user="admin", path="/admin/catalogue/workcalendar/1/change/"),
    Shot("api-docs", user="admin", path="/api/docs"),
)


def take(browser: Browser, base: str, folder: Path, shot: Shot) -> list[str]:
    """Take one picture; return what the page did that it should not."""
    with _context(browser, shot) as context:
        page = context.new_page()
        wrong = _watch(page, urlsplit(base).netloc)
        if shot.user:
            _log_in(page, base, shot.user)
        page.goto(base + shot.path)
        if shot.user and not shot.path.startswith(("/admin", "/api")):
            page.wait_for_selector("html[data-ready]")
        page.wait_for_load_state("networkidle")
        if shot.act:
            shot.act(page)
            page.wait_for_timeout(300)
        page.wait_for_timeout(1800)  # tiles fade in and the sheet comes to rest
        weight_b = _keep(page.screenshot(), folder / f"{shot.name}.png")
        if shot.docs and weight_b > WEIGHT_B:
            wrong.append(f"{weight_b / 1000:.0f} kB")
        return [f"{shot.name}: {line}" for line in wrong]


def _watch(page: Page, host: str) -> list[str]:
    """Return a list that fills with what the page does that it should not."""
    wrong: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme in ("http", "https") and parts.netloc != host:
            wrong.append(f"asked {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", request)
    return wrong


def _log_in(page: Page, base: str, user: str) -> None:
    page.goto(f"{base}/login/")
    page.fill("#login-form [name=username]", user)
    page.fill("#login-form [name=password]", PASSWORD)
    page.click("#login-form button[type=submit]")
    page.wait_for_url(f"{base}/")


def _keep(png: bytes, path: Path) -> int:
    """Write a picture in at most 256 colours, a third of its weight; return its bytes.

    The commonest colours stay exact. The others share the rest by the root of their number, and
    bright ones count more: a purple symbol is not outvoted by a page of paper.
    """
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    colours, where, numbers = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    for size in (256, 192, 128, 96):
        palette = _palette(colours, numbers, size)
        numbered = _nearest(colours, palette)[where].reshape(pixels.shape[:2])
        picture = Image.fromarray(numbered, "P")
        picture.putpalette(palette.tobytes())
        picture.save(path, optimize=True)
        if path.stat().st_size <= WEIGHT_B:
            break
    return path.stat().st_size


def _nearest(colours: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    nearest = np.empty(len(colours), np.uint8)
    for start in range(0, len(colours), 4096):
        off = colours[start : start + 4096, None].astype(int) - palette[None].astype(int)
        nearest[start : start + 4096] = (off**2).sum(axis=2).argmin(axis=1)
    return nearest


def _palette(colours: NDArray[np.uint8], numbers: NDArray[np.intp], size: int) -> NDArray[np.uint8]:
    common = size // 3
    order = np.argsort(-numbers)
    exact, rest = colours[order[:common]], colours[order[common:]]
    if len(rest) == 0:
        return exact
    bright = np.ptp(rest.astype(int), axis=1) / 255
    votes = np.ceil(numbers[order[common:]] ** 0.5 * (1 + 6 * bright)).astype(int)
    sample = Image.fromarray(np.repeat(rest, votes, axis=0).reshape(1, -1, 3))
    fewer = sample.quantize(size - common, method=Image.Quantize.MEDIANCUT, kmeans=2)
    others = np.array((fewer.getpalette() or [])[: 3 * (size - common)], np.uint8).reshape(-1, 3)
    return np.concatenate([exact, others])


def _context(browser: Browser, shot: Shot) -> BrowserContext:
    phone = shot.size == PHONE
    return browser.new_context(
        viewport={"width": shot.size[0], "height": shot.size[1]},
        device_scale_factor=2 if phone else 1,
        has_touch=phone,
        is_mobile=phone,
        locale=shot.language,
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if shot.theme == "dark" else "light",
    )


def main(arguments: list[str]) -> int:
    """Take the pictures of the docs, or all, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="take all, into this folder")
    asked = parser.parse_args(arguments)
    folder = asked.all or DOCS
    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for shot in SHOTS:
            if shot.name in asked.names or (not asked.names and (asked.all or shot.docs)):
                wrong += take(browser, asked.base, folder, shot)
                print(shot.name, flush=True)
        browser.close()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
