"""Photographs, served only to those who may see their event."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from mapgrid.api.base import ApiView, documented, text
from mapgrid.api.errors import missing
from mapgrid.api.params import params_of
from mapgrid.core.errors import InvalidError
from mapgrid.events.photos import photo_for


class PhotoView(ApiView):
    """One photograph, or its thumbnail."""

    @documented(
        OpenApiResponse(OpenApiTypes.BINARY, description="A JPEG file."),
        400,
        404,
        media="image/jpeg",
        tag="events",
        summary="One photograph",
        params=[text("size", "thumb for the small one.", enum=("thumb", "full"))],
    )
    def get(self, request: Request, key: uuid.UUID) -> Any:
        size = params_of(request).get("size", "full")
        if size not in ("thumb", "full"):
            raise InvalidError("param.size", _("“size” takes thumb or full."))
        photo = photo_for(self.scope, key)
        etag = f'"{photo.uuid.hex}-{size}"'
        if etag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers={"ETag": etag})
        stored = photo.thumb if size == "thumb" else photo.image
        try:
            file = stored.open("rb")
        except FileNotFoundError:
            raise missing() from None
        response = FileResponse(file, content_type="image/jpeg", filename=f"{photo.uuid}.jpg")
        # The bytes of a photograph never change, but who may see them does: ask again each time.
        response["Cache-Control"] = "private, no-cache"
        response["ETag"] = etag
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'"
        return response
