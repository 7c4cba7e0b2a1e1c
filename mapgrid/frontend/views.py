"""Page views. They render a shell; the data comes over the API, cut to the reader's scope."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.utils.cache import patch_cache_control
from django.views.generic import RedirectView, TemplateView
from django.views.i18n import JavaScriptCatalog

from mapgrid.frontend.context import (
    LEAFLET_OVERRIDES,
    city_title,
    demo_logins,
    page_config,
    theme_of,
)


class MapView(LoginRequiredMixin, TemplateView):
    """The one map."""

    template_name = "frontend/map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_config=page_config(self.request),
            leaflet_overrides=LEAFLET_OVERRIDES,
            theme=theme_of(self.request),
            **kwargs,
        )


class LoginPage(LoginView):
    """A quiet card over a drawn map; a demonstration shows its logins."""

    template_name = "frontend/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            city_title=city_title(),
            demo_logins=demo_logins(),
            theme=theme_of(self.request),
            **kwargs,
        )


class Favicon(RedirectView):
    """Where browsers look for the mark on pages that do not name it, such as the office's."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        return static("frontend/icons/mark.svg")


_catalog = JavaScriptCatalog.as_view(packages=None)


def texts(request: HttpRequest) -> HttpResponseBase:
    """Give the translated strings of the scripts; the address carries language and version."""
    response = _catalog(request)
    if request.GET.get("v"):
        patch_cache_control(response, private=True, max_age=86400)
    return response
