"""From an exception to an answer: one table, one shape, nothing internal.

``{"error": {"code", "message", "fields"?, "data"?, "reference"?}}``
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from mapgrid.core.errors import (
    AppError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    TooLargeError,
)

log = logging.getLogger("mapgrid.api")

STATUS: dict[type[AppError], int] = {
    InvalidError: status.HTTP_400_BAD_REQUEST,
    ForbiddenError: status.HTTP_403_FORBIDDEN,
    NotFoundError: status.HTTP_404_NOT_FOUND,
    ConflictError: status.HTTP_409_CONFLICT,
    TooLargeError: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
}


def missing() -> NotFoundError:
    """Return the one answer for what is not there and for what lies outside the reader's scope."""
    return NotFoundError("missing", _("There is no such record, or it is outside your area."))


def error_body(
    code: str,
    message: str,
    *,
    fields: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    reference: str = "",
) -> dict[str, Any]:
    """Return the body of an error; empty parts are left out."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = dict(fields)
    if data:
        error["data"] = dict(data)
    if reference:
        error["reference"] = reference
    return {"error": error}


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of a view; what nobody foresaw is logged under a reference."""
    set_rollback()
    known = known_error(exc)
    if known is not None:
        return known
    reference = uuid.uuid4().hex[:12]
    log.error("unexpected error %s in %s", reference, context.get("view"), exc_info=exc)
    message = _(
        "The server could not answer. Tell the administrator this reference: %(reference)s."
    )
    body = error_body("server", message % {"reference": reference}, reference=reference)
    return Response(body, status=status.HTTP_500_INTERNAL_SERVER_ERROR)


def known_error(exc: Exception) -> Response | None:
    """Answer the errors that somebody raised on purpose, or nothing."""
    if isinstance(exc, AppError):
        body = error_body(exc.code, exc.message, fields=exc.fields, data=exc.data)
        return Response(body, status=_status(exc))
    if isinstance(exc, Http404 | exceptions.NotFound):
        return known_error(missing())
    if isinstance(exc, RequestDataTooBig):
        return known_error(TooLargeError("request.large", _("The request is too large.")))
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, SuspiciousOperation):
        return known_error(InvalidError("request.invalid", _("The request cannot be read.")))
    if isinstance(exc, exceptions.ValidationError):
        return _invalid(exc)
    if isinstance(exc, exceptions.APIException):
        return _api(exc)
    return None


def _status(exc: AppError) -> int:
    for kind in type(exc).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return status.HTTP_400_BAD_REQUEST


def _invalid(exc: exceptions.ValidationError) -> Response:
    fields = _flat(exc.detail)
    message = _("Some fields need another look.")
    body = error_body("request.invalid", message, fields=fields)
    return Response(body, status=status.HTTP_400_BAD_REQUEST)


def _flat(detail: Any, name: str = "") -> dict[str, str]:
    """Turn nested details into one message a field; inner fields are named by their path."""
    if isinstance(detail, Mapping):
        found: dict[str, str] = {}
        for key, value in detail.items():
            found |= _flat(value, f"{name}.{key}" if name else str(key))
        return found
    texts = detail if isinstance(detail, list) else [detail]
    return {name or "non_field_errors": " ".join(str(text) for text in texts)}


_CODES = {
    exceptions.NotAuthenticated: "login.needed",
    exceptions.AuthenticationFailed: "login.failed",
    exceptions.PermissionDenied: "forbidden",
    exceptions.MethodNotAllowed: "method",
    exceptions.UnsupportedMediaType: "media_type",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.ParseError: "request.unreadable",
    exceptions.Throttled: "throttled",
}


def _api(exc: exceptions.APIException) -> Response:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait))  # type: ignore[attr-defined]
    body = error_body(_CODES.get(type(exc), "request"), str(exc.detail))
    return Response(body, status=exc.status_code, headers=headers)
