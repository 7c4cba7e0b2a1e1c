"""Row filters of components and hazard points."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.core.scope import Scope, within


def components_for(scope: Scope) -> QuerySet[Component]:
    """Return the components in the reader's subtrees, and those of the reader's departments."""
    rows = within(scope)
    if not scope.everything and scope.department_ids:
        ids = scope.department_ids
        rows |= Q(supervising__in=ids) | Q(owning__in=ids) | Q(maintaining__in=ids)
    return Component.objects.filter(rows)


def hazards_for(scope: Scope) -> QuerySet[HazardPoint]:
    """Return the hazard points in the reader's subtrees."""
    return HazardPoint.objects.filter(within(scope))
