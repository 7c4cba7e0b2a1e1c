"""What no page may do, whatever the story: complain, ask another host, go without its policy."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# A map that moves on drops the tiles it no longer needs; the browser calls that a failure.
DROPPED = "net::ERR_ABORTED"


class Guard:
    """Listens to a browser context and keeps everything that a reader would not forgive."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self._host = urlsplit(base).netloc
        self.forget()
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def forget(self) -> None:
        """Begin anew: another story is told in the same context."""
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.offline = False
        self._excused: list[tuple[int, str]] = []
        self._running: set[Request] = set()
        self._quiet_since = time.monotonic()

    def excuse(self, status: int, path: str) -> None:
        """Expect an answer of this status from addresses that contain ``path``."""
        self._excused.append((status, path))

    def settle(self, page: Page, quiet_ms: int = 350, limit_s: float = 20.0) -> None:
        """Wait until nothing has been asked of the server for a while, counted from now."""
        self._quiet_since = time.monotonic()
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            page.wait_for_timeout(50)
            if not self._running and time.monotonic() - self._quiet_since > quiet_ms / 1000:
                return
        waiting = ", ".join(request.url for request in self._running)
        raise AssertionError(f"the page does not come to rest; still waiting for: {waiting}")

    def verdict(self) -> None:
        """Fail when anything was held against the pages."""
        assert not self.problems, "\n".join(self.problems)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        address = message.location.get("url", "") if message.location else ""
        expected = self.offline or any(path in address for _, path in self._excused)
        if expected and "Failed to load resource" in message.text:
            return
        self.problems.append(f"console: {message.text} ({address})")

    def _request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in {"blob", "data"}:
            return
        self.requests.append(request.url)
        self._running.add(request)
        if where.netloc != self._host:
            self.problems.append(f"another host: {request.url}")

    def _ended(self, request: Request) -> None:
        self._running.discard(request)
        self._quiet_since = time.monotonic()

    def _failed(self, request: Request) -> None:
        self._ended(request)
        if not self.offline and request.failure != DROPPED:
            self.problems.append(f"failed: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not any(
            status == response.status and path in response.url for status, path in self._excused
        ):
            self.problems.append(f"{response.status}: {response.url}")
        if response.request.resource_type == "document" and response.status == 200:
            policy = response.headers.get("content-security-policy", "")
            if "default-src 'self'" not in policy or "unsafe" in policy:
                self.problems.append(f"no strict policy on {response.url}: {policy!r}")
