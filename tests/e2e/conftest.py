"""Browser, server and cast of the stories. Everything ends with this folder's last test.

The browser's event loop would make Django refuse its database to whatever test came after it, so
these fixtures live as long as the package and not as long as the session.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.e2e import server
from tests.e2e.guard import Guard
from tests.e2e.pages import MapPage
from tests.e2e.server import Site

PASSWORD = "mapgrid-demo"
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
# The page's clock follows the server's; see clock.py.
CLOCK = """(() => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...parts) { if (parts.length) super(...parts); else super(Real.now() + SHIFT); }
    static now() { return Real.now() + SHIFT; }
  };
})();"""


class OpenMap(Protocol):
    """Give a page on the map for one of the demonstration's logins."""

    def __call__(
        self, user: str, size: str = "desk", lang: str = "zh-CN", theme: str = "light", **more: Any
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


@pytest.fixture
def contexts(
    browser: Browser, site: Site, request: pytest.FixtureRequest
) -> Iterator[Callable[..., tuple[BrowserContext, Guard]]]:
    """Make browser contexts that are watched; what went wrong in any of them fails the story."""
    made: list[tuple[BrowserContext, Guard]] = []

    def make(size: str = "desk", lang: str = "zh-CN", theme: str = "light", **more: Any) -> Any:
        options: dict[str, Any] = {**SIZES[size], "locale": lang, "color_scheme": theme, **more}
        options.setdefault("timezone_id", "Asia/Shanghai")
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        shift = CLOCK.replace("SHIFT", str(round(site.shift_s * 1000)))
        context.add_init_script(shift)
        context.route("**/frontend/js/worker/main*.js", lambda route: _shift_worker(route, shift))
        guard = Guard(context, site.base)
        made.append((context, guard))
        return context, guard

    yield make
    if request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, [context for context, _ in made])
    for context, _ in made:
        context.close()
    for _, guard in made:
        guard.verdict()


def _shift_worker(route: Route, shift: str) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=shift + answer.text())


def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    folder = server.ROOT / "test-results"
    folder.mkdir(exist_ok=True)
    for i, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=folder / f"{name}-{i}.png")


@pytest.fixture
def open_map(contexts: Any, sessions: Callable[[str], Any], site: Site) -> OpenMap:
    """Open the map as somebody who is logged in already."""

    def make(
        user: str, size: str = "desk", lang: str = "zh-CN", theme: str = "light", **more: Any
    ) -> MapPage:
        context, guard = contexts(size, lang, theme, storage_state=sessions(user), **more)
        return MapPage(context.new_page(), guard, site)

    return make
