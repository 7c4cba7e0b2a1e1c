"""Reading events: list, counts, days, one."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented, figure, text
from mapgrid.api.filters import FILTER_PARAMS, asked_of
from mapgrid.api.params import params_of, whole
from mapgrid.api.parsers import check_text
from mapgrid.api.reports import ReportMixin
from mapgrid.api.rows.event_detail import event_detail
from mapgrid.api.rows.events import event_row
from mapgrid.api.scoping import need
from mapgrid.api.serializers.events import Counts, EventDetail, EventList, Timeline
from mapgrid.events.selectors import SORTS, event_by_number, event_counts, event_days, event_page

PAGE = 50
PAGE_MAX = 200


class EventsView(ReportMixin, ApiView):
    """The list, and the place where reports arrive."""

    @documented(
        EventList,
        400,
        403,
        tag="events",
        summary="Events of the reader's area",
        name="events_list",
        params=[
            *FILTER_PARAMS,
            text("sort", "due: the nearest deadline first. reported: newest first.", enum=SORTS),
            text("cursor", "`next` of the page before."),
            figure("limit", f"Rows a page, {PAGE} by default, {PAGE_MAX} at most."),
        ],
    )
    def get(self, request: Request) -> Response:
        need(self.scope, "event.read")
        params = params_of(request)
        page = event_page(
            self.scope,
            asked_of(request),
            self.now,
            sort=params.get("sort", "due"),
            cursor=params.get("cursor", ""),
            size=whole(params, "limit", default=PAGE, most=PAGE_MAX),
        )
        rows = [event_row(event, page.names, self.now) for event in page.rows]
        return answer(EventList, {"count": page.count, "next": page.cursor, "results": rows})


class CountsView(ApiView):
    """How many open events stand where by their clock."""

    @documented(Counts, 400, 403, tag="events", summary="Counts by clock", params=FILTER_PARAMS)
    def get(self, request: Request) -> Response:
        need(self.scope, "event.read")
        return answer(Counts, event_counts(self.scope, asked_of(request), self.now))


class TimelineView(ApiView):
    """Reports and closings day by day."""

    @documented(Timeline, 400, 403, tag="events", summary="Days", params=FILTER_PARAMS)
    def get(self, request: Request) -> Response:
        need(self.scope, "event.read")
        days = event_days(self.scope, asked_of(request), self.now)
        rows = [{"day": d.day, "reported": d.reported, "closed": d.closed} for d in days]
        return answer(Timeline, {"from": days[0].day, "to": days[-1].day, "days": rows})


class EventView(ApiView):
    """One event with everything its panel shows."""

    @documented(EventDetail, 403, 404, tag="events", summary="One event")
    def get(self, request: Request, number: str) -> Response:
        need(self.scope, "event.read")
        check_text(number)
        event = event_by_number(self.scope, number[:40], self.now)
        return answer(EventDetail, event_detail(self.scope, event, self.now))
