"""Events by number or address, inside the reader's scope."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapgrid.core.scope import Scope
from mapgrid.core.search import Hit, Provider, map_view
from mapgrid.events.models import Event
from mapgrid.events.querysets import events_for


def find_events(scope: Scope, text: str, limit: int) -> list[Hit]:
    """Return events whose number or address holds the text, newest first."""
    if not scope.can("event.read"):
        return []
    rows = events_for(scope).filter(Q(number__icontains=text) | Q(address__icontains=text))
    return [
        _hit(event)
        for event in rows.select_related("category").order_by("-reported_at", "-id")[:limit]
    ]


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
