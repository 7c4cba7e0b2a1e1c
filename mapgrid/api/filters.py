"""The event filter as the OpenAPI document tells it, and as a request carries it."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request

from mapgrid.api.base import text
from mapgrid.api.params import params_of
from mapgrid.events.filters import CLOCKS, SHOWS, STAGES, EventFilter
from mapgrid.events.workflow import Track

FILTER_PARAMS = [
    text("from", "First local day of the report, such as 2026-11-01."),
    text("to", "Last local day of the report, included."),
    text("show", "Which events: all open ones by default.", enum=SHOWS),
    text("open", "1 is show=open, 0 is show=closed.", enum=("0", "1")),
    text("clock", f"Any of {', '.join(CLOCKS)}, separated by commas."),
    text("stage", f"Any of {', '.join(STAGES)}, separated by commas."),
    text("category", "Such as component:0102,incident:0110."),
    text("track", "How the case is worked on.", enum=Track.values),
    text("grid", "Code of a grid: its whole subtree."),
    text("bbox", "west,south,east,north in degrees."),
    text("q", "Part of a number, an address or a category's name."),
]


def asked_of(request: Request | HttpRequest, *, show: str = "open") -> EventFilter:
    """Read the filter of a request."""
    return EventFilter.parse(params_of(request), show=show)
