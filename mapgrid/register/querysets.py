"""Row filters of the register."""

from __future__ import annotations

from django.db.models import QuerySet

from mapgrid.core.scope import Scope, within
from mapgrid.register.models import Building


def buildings_for(scope: Scope) -> QuerySet[Building]:
    """Return the buildings in the reader's subtrees."""
    return Building.objects.filter(within(scope))
