"""The OpenAPI document and its page, for those who are logged in; nothing comes from elsewhere."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from mapgrid.api.base import ApiView
from mapgrid.api.errors import missing


class SchemaView(SpectacularAPIView):
    """The OpenAPI document."""

    permission_classes = (IsAuthenticated,)


# The page of the sidecar carries a style element of its own; scripts stay under the strict rule.
@method_decorator(csp_replace({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """A page to read and try the API."""

    permission_classes = (IsAuthenticated,)
    url_name = "api-schema"


class UnknownView(ApiView):
    """Every address that the API does not have answers as a missing record does."""

    schema = None

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        raise missing()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        raise missing()
