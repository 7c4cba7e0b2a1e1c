"""Take a picture of every page in every size, theme and language, for looking at and for the docs.

Run as ``python scripts/screenshots.py FOLDER [--base http://127.0.0.1:8000]`` against a served
demonstration. Needs Debian's chromium and Chinese fonts. Exits 1 if a page wrote to the console,
failed to load something, or asked another host for anything.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "mapgrid-demo"
DESK, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, at what size, in which theme and language, after doing what."""

    name: str
    size: tuple[int, int] = DESK
    theme: str = "light"
    language: str = "zh-CN"
    user: str = "centre"
    path: str = "/"
    act: Callable[[Page], object] | None = None


def first_case(page: Page) -> None:
    """Open the most overdue case."""
    page.locator(".list .row:has(.t-late)").first.click()
    page.locator(".drawer .clock").wait_for()


def why(page: Page) -> None:
    """Show on the map why a case lies in its grid."""
    first_case(page)
    page.locator(".drawer .sec .link").first.click()


def report(page: Page) -> None:
    """Report with a click on the map, up to the condition."""
    page.keyboard.press("n")
    page.mouse.click(900, 420)
    page.locator(".choices button").first.click()


def phone_report(page: Page) -> None:
    """Report on a phone, the pin fixed over the map."""
    page.locator("#phone-report").click()
    page.locator(".choices button").first.click()


def phone_list(page: Page) -> None:
    """Pull the sheet up half way."""
    page.locator("#panel-handle").click()


def phone_case(page: Page) -> None:
    """Open a case from the half sheet."""
    phone_list(page)
    first_case(page)


SHOTS = (
    Shot("login", user="", path="/login/"),
    Shot("login-phone", PHONE, user="", path="/login/"),
    Shot("map"),
    Shot("map-dark", theme="dark"),
    Shot("map-en", language="en-GB"),
    Shot("case", act=first_case),
    Shot("case-dark", theme="dark", act=first_case),
    Shot("case-en", language="en-GB", act=first_case),
    Shot("why", act=why),
    Shot("grid", path="/?sel=grid:410102003"),
    Shot("shading", path="/?layers=grids,events,shading"),
    Shot("late-only", path="/?clock=late"),
    Shot("report", act=report),
    Shot("worker", user="worker"),
    Shot("phone", PHONE),
    Shot("phone-list", PHONE, act=phone_list),
    Shot("phone-case-dark", PHONE, "dark", act=phone_case),
    Shot("phone-report", PHONE, act=phone_report),
    Shot("phone-report-dark", PHONE, "dark", act=phone_report),
    Shot("wall", WALL, path="/?theme=wall"),
)


def take(browser: Browser, base: str, folder: Path, shot: Shot) -> list[str]:
    """Take one picture; return what the page did that it should not."""
    with _context(browser, shot) as context:
        page = context.new_page()
        wrong: list[str] = []
        host = urlsplit(base).netloc
        page.on("console", lambda m: m.type == "error" and wrong.append(m.text))
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("request", lambda r: _foreign(r.url, host) and wrong.append(f"asked {r.url}"))
        if shot.user:
            page.goto(f"{base}/login/")
            page.fill("[name=username]", shot.user)
            page.fill("[name=password]", PASSWORD)
            page.click("#login-form button[type=submit]")
            page.wait_for_url(f"{base}/")
        page.goto(base + shot.path)
        if shot.user:
            page.wait_for_selector("html[data-ready]")
            page.wait_for_load_state("networkidle")
        if shot.act:
            shot.act(page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)  # tiles fade in and the sheet comes to rest
        page.screenshot(path=folder / f"{shot.name}.png")
        return [f"{shot.name}: {line}" for line in wrong]


def _context(browser: Browser, shot: Shot) -> BrowserContext:
    phone = shot.size == PHONE
    return browser.new_context(
        viewport={"width": shot.size[0], "height": shot.size[1]},
        device_scale_factor=2 if phone else 1,
        has_touch=phone,
        is_mobile=phone,
        locale=shot.language,
        color_scheme="dark" if shot.theme == "dark" else "light",
    )


def _foreign(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.netloc != host


def main(arguments: list[str]) -> int:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for shot in SHOTS:
            if not asked.names or shot.name in asked.names:
                wrong += take(browser, asked.base, asked.folder, shot)
                print(shot.name)
        browser.close()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
