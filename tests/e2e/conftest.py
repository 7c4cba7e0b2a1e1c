"""Browser, server and cast of the stories. Everything ends with this folder's last test.

The browser's event loop would make Django refuse its database to whatever test came after it, so
these fixtures live as long as the package and not as long as the session.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e import server
from tests.e2e.guard import Guard
from tests.e2e.pages import MapPage
from tests.e2e.server import Site

PASSWORD = "mapgrid-demo"
FORGET = """async () => {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done) => { indexedDB.deleteDatabase(name).onsuccess = done; });
  }
}"""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
SIZES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2,
        "has_touch": True, "is_mobile": True,
    },
}  # fmt: skip


class OpenMap(Protocol):
    """Give a page on the map for one of the demonstration's logins."""

    def __call__(
        self, user: str, size: str = "desk", lang: str = "zh-CN", theme: str = "light"
    ) -> MapPage: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All stories share one server, so one worker tells them all (`--dist loadgroup`)."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, None]:
    """Let fixtures know how the story went, for a picture of the moment it failed."""
    outcome = yield
    if call.when == "call":
        item.stash[FAILED] = outcome.get_result().failed


FAILED = pytest.StashKey[bool]()


def chromium() -> str:
    """Find the browser: the one that is named, else the distribution's."""
    named = os.environ.get("MAPGRID_CHROMIUM")
    for path in [named] if named else map(shutil.which, NAMES):
        if path and os.access(path, os.X_OK):
            return path
    pytest.skip("no chromium: install the package chromium, or name one in MAPGRID_CHROMIUM")


@pytest.fixture(scope="package")
def site(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """The demonstration, served as in earnest."""
    chromium()
    tail = "" if worker_id == "master" else f"_{worker_id}"
    base = os.environ.get("DATABASE_URL", "mapgrid").rsplit("/", 1)[-1].split("?")[0]
    folder = tmp_path_factory.mktemp("site")
    reuse = bool(request.config.getoption("reuse_db", default=False))
    with server.serve(f"test_{base}_e2e{tail}", folder, reuse=reuse) as served:
        yield served


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """One browser for all stories; each story has its own context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sessions(browser: Browser, site: Site) -> Callable[[str], Any]:
    """Log each of the cast in once, and hand out the cookies."""
    kept: dict[str, Any] = {}

    def session(user: str) -> Any:
        if user not in kept:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site.base}/login/")
            log_in(page, user)
            kept[user] = context.storage_state()
            context.close()
        return kept[user]

    return session


def log_in(page: Page, user: str, password: str = PASSWORD) -> None:
    """Fill in the login form."""
    page.fill("#login-form input[name=username]", user)
    page.fill("#login-form input[name=password]", password)
    page.click("#login-form button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)


@dataclass
class Watched:
    """A browser context and what is held against it."""

    context: BrowserContext
    guard: Guard
    shared: bool


MakeContext = Callable[..., tuple[BrowserContext, Guard]]


@pytest.fixture(scope="package")
def pool(browser: Browser, site: Site) -> Iterator[dict[str, Watched]]:
    """Contexts that are used again: only the first page of each has to fetch the scripts."""
    kept: dict[str, Watched] = {}
    yield kept
    for watched in kept.values():
        watched.context.close()


def _fresh(
    browser: Browser, site: Site, size: str, lang: str, theme: str, *, shared: bool
) -> Watched:
    context = browser.new_context(
        **SIZES[size], locale=lang, color_scheme=theme, timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    context.add_init_script(site.clock_script)
    return Watched(context, Guard(context, site.base), shared)


@pytest.fixture
def in_use(request: pytest.FixtureRequest) -> Iterator[list[Watched]]:
    """The contexts of this story; what went wrong in any of them fails it."""
    used: list[Watched] = []
    yield used
    if request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, [watched.context for watched in used])
    for watched in used:
        watched.context.set_offline(False)
        watched.context.unroute_all()
        for page in watched.context.pages:
            page.close()
        if not watched.shared:
            watched.context.close()
    for watched in used:
        watched.guard.verdict()


@pytest.fixture
def contexts(browser: Browser, site: Site, in_use: list[Watched]) -> MakeContext:
    """Make contexts that nobody has used before."""

    def make(
        size: str = "desk", lang: str = "zh-CN", theme: str = "light"
    ) -> tuple[BrowserContext, Guard]:
        watched = _fresh(browser, site, size, lang, theme, shared=False)
        in_use.append(watched)
        return watched.context, watched.guard

    return make


def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    folder = server.ROOT / "test-results"
    folder.mkdir(exist_ok=True)
    for i, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=folder / f"{name}-{i}.png")


@pytest.fixture
def open_map(
    browser: Browser,
    pool: dict[str, Watched],
    in_use: list[Watched],
    sessions: Callable[[str], Any],
    site: Site,
) -> OpenMap:
    """Open the map as somebody who is logged in already and has left nothing in the browser."""

    def make(user: str, size: str = "desk", lang: str = "zh-CN", theme: str = "light") -> MapPage:
        key = f"{user} {size} {lang} {theme}"
        if key not in pool:
            pool[key] = _fresh(browser, site, size, lang, theme, shared=True)
        watched = pool[key]
        assert watched not in in_use, "one page for each of the cast"
        in_use.append(watched)
        watched.context.clear_cookies()
        watched.context.add_cookies(sessions(user)["cookies"])
        page = watched.context.new_page()
        _empty_storage(page, site)
        watched.guard.forget()
        return MapPage(page, watched.guard, site)

    return make


def _empty_storage(page: Page, site: Site) -> None:
    """Take away drafts and choices of the story before, from an empty page of the same origin."""
    here = f"{site.base}/nothing"
    blank = "<!doctype html><link rel=icon href=data:,>"
    page.route(here, lambda route: route.fulfill(body=blank, content_type="text/html"))
    page.goto(here)
    page.evaluate(FORGET)
    page.unroute(here)
