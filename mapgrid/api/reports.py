"""Writing events: a report from the street, and the correction of its place."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, body_of, documented
from mapgrid.api.parsers import StrictJSONParser, check_text, read_json
from mapgrid.api.rows.event_detail import event_detail
from mapgrid.api.scoping import need
from mapgrid.api.serializers.common import Error
from mapgrid.api.serializers.events import EventDetail, Move, Report, ReportForm
from mapgrid.catalogue.models import Condition
from mapgrid.catalogue.selectors import category_by_key, condition_by_code
from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.events.photos import photos_add, photos_read
from mapgrid.events.selectors import event_by_number, own_report
from mapgrid.events.services import event_move, event_report

_FORM_MARGIN_BYTES = 2 * 1024 * 1024


class ReportMixin(ApiView):
    """``POST /api/events``."""

    parser_classes = (StrictJSONParser, MultiPartParser)
    body_max_bytes = settings.PHOTOS_MAX * settings.PHOTO_MAX_BYTES + _FORM_MARGIN_BYTES

    @extend_schema(
        summary="Report an event",
        tags=["events"],
        request={"application/json": Report, "multipart/form-data": ReportForm},
        responses={
            201: EventDetail,
            200: EventDetail,
            **dict.fromkeys((400, 401, 403, 404, 409, 413, 415), Error),
        },
    )
    def post(self, request: Request) -> Response:
        need(self.scope, "event.report")
        data, files = _parts(request)
        report = body_of(Report, data)
        condition = _condition(report.pop("category"), report.pop("condition"))
        drawings = photos_read(files)
        with transaction.atomic():
            event, made = event_report(scope=self.scope, condition=condition, **_arguments(report))
            photos_add(scope=self.scope, event=event, drawings=drawings)
        return self._answer(event.pk, event.number, made=made)

    def _answer(self, pk: int, number: str, *, made: bool) -> Response:
        receipt = False
        try:
            event = event_by_number(self.scope, number, self.now)
        except NotFoundError:
            # Trouble is reported where it is found, also in somebody else's grid.
            event, receipt = own_report(self.scope, pk, self.now), True
        detail = event_detail(self.scope, event, self.now, receipt=receipt)
        return answer(EventDetail, detail, status=201 if made else 200)


def _parts(request: Request) -> tuple[Any, list[Any]]:
    """Return the report and its photographs, from JSON or from a form."""
    if not (request.content_type or "").startswith("multipart/"):
        return request.data, []
    form: Any = request.data
    text = form.get("event")
    if not isinstance(text, str):
        raise InvalidError(
            "request.unreadable", _("Send the report as JSON in the form's field “event”.")
        )
    return read_json(text), request.FILES.getlist("photos")


def _condition(key: str, code: str) -> Condition:
    try:
        return condition_by_code(category_by_key(key), code)
    except NotFoundError as error:
        field = "condition" if error.code == "catalogue.no_condition" else "category"
        raise InvalidError(error.code, error.message, fields={field: error.message}) from error


def _arguments(report: dict[str, Any]) -> dict[str, Any]:
    """Rename what the wire and the service call differently."""
    renamed = {
        "component_id": report.pop("component", None),
        "building_id": report.pop("building", None),
        "client_at": report.pop("reported_at", None),
    }
    return {**report, **renamed}


class PointView(ApiView):
    """The place of an open event."""

    @documented(
        EventDetail, 400, 403, 404, 409, request=Move, tag="events", summary="Correct the place"
    )
    def patch(self, request: Request, number: str) -> Response:
        need(self.scope, "event.move")
        check_text(number)
        move = body_of(Move, request.data)
        event_move(scope=self.scope, number=number[:40], **move)
        event = event_by_number(self.scope, number[:40], self.now)
        return answer(EventDetail, event_detail(self.scope, event, self.now))
