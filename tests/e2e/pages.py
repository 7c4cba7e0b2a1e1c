"""The map page as a reader handles it: by what is written on it, and by places on earth."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.guard import Guard
from tests.e2e.server import Site

TILE_PX = 256


@dataclass
class MapPage:
    """One browser page with the map in it."""

    page: Page
    guard: Guard
    site: Site

    def open(self, query: str = "") -> MapPage:
        """Go to the map with this state in the address, and wait until all of it is there."""
        self.page.goto(f"{self.site.base}/{query}")
        return self.ready()

    def ready(self) -> MapPage:
        """Wait until the page's scripts have started and nothing more is asked of the server."""
        try:
            self.page.wait_for_selector("html[data-ready=true]")
        except PlaywrightTimeout:
            self.guard.verdict()
            raise
        return self.rest()

    def rest(self) -> MapPage:
        """Wait until the page has come to rest: nothing asked for, the address no longer moving."""
        address = ""
        while address != self.page.url:
            address = self.page.url
            self.guard.settle(self.page)
        return self

    @property
    def state(self) -> dict[str, str]:
        """What the address says."""
        return {k: v[0] for k, v in parse_qs(urlsplit(self.page.url).query).items()}

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place lies in the window; the reader would see it, a test has to work it out."""
        zoom, centre_lat, centre_lon = (float(part) for part in self.state["m"].split("/"))
        box = self.page.locator("#map").bounding_box()
        assert box is not None
        x, y = _world(lon, lat, zoom)
        cx, cy = _world(centre_lon, centre_lat, zoom)
        return box["x"] + box["width"] / 2 + x - cx, box["y"] + box["height"] / 2 + y - cy

    def click(self, lon: float, lat: float) -> None:
        """Click a place on the map."""
        self.page.mouse.click(*self.pixel(lon, lat))

    def tap(self, lon: float, lat: float) -> None:
        """Tap a place on the map."""
        self.page.touchscreen.tap(*self.pixel(lon, lat))

    def picture(self, lon: float, lat: float, half_px: int = 14) -> Image.Image:
        """Return what is drawn around a place."""
        x, y = self.pixel(lon, lat)
        clip = {"x": x - half_px, "y": y - half_px, "width": 2 * half_px, "height": 2 * half_px}
        return Image.open(io.BytesIO(self.page.screenshot(clip=clip))).convert("RGB")  # type: ignore[arg-type]

    @property
    def drawer(self) -> Locator:
        return self.page.locator("#drawer")

    @property
    def rows(self) -> Locator:
        return self.page.locator("#list .row[data-number]")

    @property
    def open_in_view(self) -> int:
        """The number over the list."""
        return int(re.sub(r"\D", "", self.page.locator("#list-title").inner_text()))

    def counts(self) -> dict[str, int]:
        """The five numbers over the list, by clock."""
        buttons = self.page.locator("#counts button")
        expect(buttons).to_have_count(5)
        return {
            str(b.get_attribute("data-clock")): int(b.locator("b").inner_text().replace(",", ""))
            for b in buttons.all()
        }

    def title(self, text: str | re.Pattern[str]) -> None:
        """Expect the drawer to be open with this title, and the title to have the focus."""
        expect(self.drawer.locator("h1")).to_have_text(text)
        expect(self.drawer.locator("h1")).to_be_focused()

    def api(self, path: str) -> Any:
        """Ask the API as this reader."""
        answer = self.page.request.get(f"{self.site.base}/api/{path}")
        assert answer.ok, f"{path}: {answer.status}"
        return answer.json()


def changed(before: Image.Image, after: Image.Image, tolerance: int = 24) -> float:
    """Return the share of pixels that differ by more than ``tolerance`` in some channel."""
    difference = ImageChops.difference(before, after)
    bands = [
        band.point([255 if v > tolerance else 0 for v in range(256)]) for band in difference.split()
    ]
    either = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return either.histogram()[255] / (either.width * either.height)


def metres_east(lon: float, lat: float, metres: float) -> float:
    """Return the longitude so many metres further east."""
    return lon + metres / (111_320 * math.cos(math.radians(lat)))


def _world(lon: float, lat: float, zoom: float) -> tuple[float, float]:
    size = TILE_PX * 2**zoom
    sine = math.sin(math.radians(lat))
    return (lon + 180) / 360 * size, (
        0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    ) * size
