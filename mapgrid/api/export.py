"""The list as a file for a spreadsheet: scoped, bounded, streamed, and harmless to open."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from mapgrid.api.base import ApiView, documented
from mapgrid.api.filters import FILTER_PARAMS, asked_of
from mapgrid.api.rows.common import label
from mapgrid.api.scoping import need
from mapgrid.core.errors import TooLargeError
from mapgrid.events.models import Event
from mapgrid.events.querysets import apply_filter, events_for, with_clock
from mapgrid.events.selectors import names_for
from mapgrid.events.workflow import Origin, Outcome, Source, State, Track

ROWS_MAX = 50_000
_CHUNK = 2_000
# What a spreadsheet takes for the start of a formula, full-width forms included.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class ExportView(ApiView):
    """Events as CSV in UTF-8 with a byte order mark, which spreadsheets need for Chinese."""

    @documented(
        OpenApiResponse(OpenApiTypes.STR, description="text/csv"),
        400,
        403,
        413,
        media="text/csv",
        tag="events",
        summary="Events as CSV",
        params=FILTER_PARAMS,
    )
    def get(self, request: Request) -> Any:
        need(self.scope, "event.export")
        rows = apply_filter(events_for(self.scope), asked_of(request), self.now)
        if rows[: ROWS_MAX + 1].count() > ROWS_MAX:
            raise TooLargeError(
                "export.large",
                _("More than %(n)d events. Choose a shorter period or a smaller area.")
                % {"n": ROWS_MAX},
            )
        lines = csv_lines(rows, self.now, translation.get_language())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"events-{timezone.localtime(self.now):%Y%m%d-%H%M}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def harmless(value: Any) -> str:
    """Return a cell that no spreadsheet computes: before a formula's sign goes an apostrophe."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float):  # a longitude west of Greenwich is no formula
        return text
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_lines(rows: QuerySet[Event], now: dt.datetime, language: str | None) -> Iterator[str]:
    """Yield the file piece by piece; the database keeps the cursor, the process only one chunk."""
    writer = csv.writer(_Echo())
    with translation.override(language):
        head = [str(title) for title in _titles()]
    yield "\ufeff" + writer.writerow(head)
    # Fetched once a chunk instead of joined: some hundred rows, not three more for every event.
    ordered = with_clock(rows, now).prefetch_related("category", "condition", "department")
    chunk: list[Any] = []
    for event in ordered.order_by("-reported_at", "-id").iterator(chunk_size=_CHUNK):
        chunk.append(event)
        if len(chunk) == _CHUNK:
            yield from _chunk(writer, chunk, language)
            chunk = []
    yield from _chunk(writer, chunk, language)


def _chunk(writer: Any, events: list[Any], language: str | None) -> Iterator[str]:
    names = names_for(events)
    # The middleware's language is gone by the time a stream is read.
    with translation.override(language):
        lines = [writer.writerow([harmless(v) for v in _values(e, names)]) for e in events]
    yield "".join(lines)


def _titles() -> list[str]:
    return [
        _("Number"), _("Category code"), _("Category"), _("Condition"), _("State"), _("Stage"),
        _("Clock"), _("Track"), _("Source"), _("Origin"), _("Grid code"), _("Grid"),
        _("Nearest grid"), _("Metres to the border"), _("Longitude"), _("Latitude"), _("Address"),
        _("Note"), _("Department"), _("Reported"), _("Deadline"), _("Closed"), _("Outcome"),
    ]  # fmt: skip


def _values(event: Any, names: Any) -> list[Any]:
    grid = names.get((event.edition_id, event.grid_id))
    nearest = names.get((event.edition_id, event.runner_up_id)) if event.grid_id is None else None
    category, point = event.category, event.point
    return [
        event.number,
        category.key if category else "",
        category.title if category else "",
        event.condition.title if event.condition else "",
        label(State, event.state),
        event.stage,
        event.clock,
        label(Track, event.track),
        label(Source, event.channel),
        label(Origin, event.origin),
        grid.code if grid else "",
        grid.name if grid else "",
        nearest.name if nearest else "",
        "" if event.border_m is None else round(event.border_m, 1),
        round(point.x, 7) if point else "",
        round(point.y, 7) if point else "",
        event.address,
        event.note,
        event.department.name if event.department else "",
        _time(event.reported_at),
        _time(event.deadline_at),
        _time(event.closed_at),
        label(Outcome, event.outcome),
    ]


def _time(moment: dt.datetime | None) -> str:
    return (
        "" if moment is None else timezone.localtime(moment).isoformat(sep=" ", timespec="minutes")
    )
