"""What every endpoint shares: strict parsers, the scope, one clock reading, documented errors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from mapgrid.api.parsers import StrictJSONParser
from mapgrid.api.scoping import scope_for
from mapgrid.api.serializers.common import Error
from mapgrid.core.errors import InvalidError, TooLargeError
from mapgrid.core.scope import Scope

Handler = TypeVar("Handler", bound=Callable[..., Any])


class ApiView(APIView):
    """One endpoint. Reads are cut by ``self.scope``; writes go through services."""

    parser_classes: Sequence[type[BaseParser]] = (StrictJSONParser,)
    body_max_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @cached_property
    def scope(self) -> Scope:
        """What the reader may see."""
        return scope_for(self.request)

    @cached_property
    def now(self) -> dt.datetime:
        """The one moment of this request."""
        return timezone.now()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a body that is too long before anybody reads it."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > self.body_max_bytes:
            raise TooLargeError(
                "request.large",
                _("The request is larger than %(n)d MB.") % {"n": self.body_max_bytes // 1024**2},
            )
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let nobody but this browser keep an answer, and ask again before it is used."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if not final.has_header("Cache-Control"):
            final["Cache-Control"] = "private, no-cache"
        return final


def answer(shape: type[Serializer[Any]], value: Any, status: int = 200) -> Response:
    """Answer in a declared shape: a part that it names and the value lacks fails here."""
    return Response(shape(value).data, status=status)


def body_of(shape: type[Serializer[Any]], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """Return the checked fields of a request body."""
    if not isinstance(data, dict):
        raise InvalidError("request.unreadable", _("Send one JSON object."))
    form = shape(data=data, partial=partial)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def documented(
    shape: type[BaseSerializer[Any]] | Any,
    *errors: int,
    request: Any = None,
    made: bool = False,
    media: str = "",
    params: list[OpenApiParameter] | None = None,
    summary: str = "",
    tag: str = "",
    name: str | None = None,
) -> Callable[[Handler], Handler]:
    """Describe an endpoint for the OpenAPI document.

    Parameters
    ----------
    shape : serializer or OpenApiResponse
        What success looks like.
    *errors : int
        Statuses besides 401, which every endpoint may answer.
    made : bool
        201 instead of 200.
    media : str
        What success is, where it is not JSON.
    """
    status = 201 if made else 200
    if not media and getattr(shape, "response", None) is OpenApiTypes.BINARY:
        media = "application/octet-stream"
    good: dict[Any, Any] = {(status, media) if media else status: shape}
    bad = dict.fromkeys(sorted({401, *errors}), Error)
    return extend_schema(
        operation_id=name,
        request=request,
        responses={**good, **bad},
        parameters=params,
        summary=summary or None,
        tags=[tag] if tag else None,
    )


def text(
    name: str, description: str, *, required: bool = False, enum: Any = None
) -> OpenApiParameter:
    """Describe a query parameter that is a text."""
    return OpenApiParameter(name, str, description=description, required=required, enum=enum)


def figure(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    """Describe a query parameter that is a number."""
    return OpenApiParameter(name, float, description=description, required=required)
