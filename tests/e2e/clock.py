"""The product behind a shifted clock: every run meets the demonstration on its last evening.

The history ends on a fixed day, so without this the open cases would grow older, and in the end all
late, with every week that passes. Only the clock differs from what is served in earnest.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from tests.e2e.server import CLOCK

SHIFT = dt.timedelta(seconds=float(os.environ["MAPGRID_TEST_SHIFT_S"]))
_now = timezone.now


def _shifted() -> dt.datetime:
    return _now() + SHIFT


# Before anything imports it: defaults of models keep the function that they were given.
timezone.now = _shifted

from mapgrid.wsgi import application as product  # noqa: E402

WORKER = re.compile(r"/frontend/js/worker/main[^/]*\.js$")
_script = CLOCK.replace("SHIFT_MS", str(round(SHIFT.total_seconds() * 1000))).encode()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve the product; a worker has no other way to its clock than its own first lines."""
    if not WORKER.search(environ["PATH_INFO"]):
        return product(environ, start_response)
    plain = {"HTTP_ACCEPT_ENCODING", "wsgi.file_wrapper"}
    said: list[Any] = []
    answer = product(
        {key: value for key, value in environ.items() if key not in plain},
        lambda status, headers, *_: said.extend([status, headers]),
    )
    body = _script + b"".join(answer)
    status, headers = said
    kept = [(key, value) for key, value in headers if key.lower() not in {"content-length", "etag"}]
    start_response(status, [*kept, ("Content-Length", str(len(body)))])
    return [body]
