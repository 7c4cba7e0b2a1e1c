"""Events by number or address, inside the reader's scope."""

from __future__ import annotations

import re

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapgrid.core.scope import Scope
from mapgrid.core.search import Hit, Provider, map_view
from mapgrid.events.models import Event
from mapgrid.events.querysets import events_for

# A number or the beginning of one; an address of digits alone is found by its street.
_NUMBER = re.compile(r"[A-Za-z]{0,6}-?[0-9]{8}(-[0-9]*)?")


def find_events(scope: Scope, text: str, limit: int) -> list[Hit]:
    """Return events whose number starts with the text, then those with it in the address.

    Parameters
    ----------
    text : str
        A number may be typed without the city's prefix: ``20261121-04``.
    """
    if not scope.can("event.read"):
        return []
    rows = events_for(scope).select_related("category").order_by("-reported_at", "-id")
    found = list(rows.filter(_numbered(text.upper()))[:limit])
    if len(found) < limit and not _NUMBER.fullmatch(text):
        known = [event.pk for event in found]
        found += rows.filter(address__icontains=text).exclude(pk__in=known)[: limit - len(found)]
    return [_hit(event) for event in found]


def _numbered(text: str) -> Q:
    # Prefixes, because the index of numbers answers them however many events there are.
    return Q(number__startswith=text) | Q(number__startswith=f"{settings.CITY.event_prefix}-{text}")


def _hit(event: Event) -> Hit:
    state = {"sel": f"event:{event.number}"}
    if event.point is not None:
        state["m"] = map_view(event.point.x, event.point.y, 18)
    title = event.category.title if event.category else ""
    return Hit(
        id=event.number,
        label=f"{event.number} {title}".strip(),
        sub=event.address,
        point_lonlat=(event.point.x, event.point.y) if event.point is not None else None,
        url_state=state,
    )


EVENTS = Provider("event", _("Events"), 40, find_events)
