"""What the page's scripts must know before their first request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from mapgrid.demo.people import PASSWORD, logins
from mapgrid.grids.selectors import editions_in_force
from mapgrid.people.roles import Role

THEMES = ("light", "dark", "wall")

# django-leaflet passes these to the one map; the layers are ours, so it gets none.
LEAFLET_OVERRIDES: dict[str, Any] = {
    "TILES": [],
    "ATTRIBUTION_PREFIX": "",
    "RESET_VIEW": False,
    "SCALE": None,
    "MIN_ZOOM": 8,
    "MAX_ZOOM": 20,
    "NO_GLOBALS": True,
}


def theme_of(request: HttpRequest) -> str:
    """Name the theme from the address or the cookie; empty lets the system's preference decide."""
    for value in (request.GET.get("theme"), request.COOKIES.get("theme")):
        if value in THEMES:
            return str(value)
    return ""


def page_config(request: HttpRequest) -> dict[str, Any]:
    """Collect addresses, language and city for ``json_script``. Holds no personal data."""
    city = settings.CITY
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "now": timezone.now().isoformat(),
        "language": language,
        "api": reverse("map") + "api/",
        "login": reverse("login"),
        "csrf_token": get_token(request),
        "worker": static("frontend/js/worker/main.js"),
        "city": {
            "title": city_title(),
            "bounds_lonlat": list(city.bounds_lonlat),
            "datum": city.datum,
        },
        "roots": root_codes(),
        "demonstration": city.demonstration,
        "attribution": city.attribution,
        "time_zone": settings.TIME_ZONE,
        "photos_max": settings.PHOTOS_MAX,
        "basemap": {"name": settings.BASEMAP, "key": settings.BASEMAP_KEY},
    }


def root_codes() -> list[str]:
    """List the codes of the topmost grids in force; empty for a city that has just been opened."""
    return sorted(editions_in_force().values_list("root__code", flat=True))


def city_title() -> str:
    """Name the city in the reader's language."""
    city = settings.CITY
    return str(city.title_en if (get_language() or "").startswith("en") else city.title)


def demo_logins() -> list[dict[str, str]]:
    """List the demonstration's logins, for a demonstration city only."""
    if not settings.CITY.demonstration:
        return []
    return [
        {
            "username": login.username,
            "password": PASSWORD,
            "label": str(Role(login.role).label),
            "where": login.where,
        }
        for login in logins()
    ]
