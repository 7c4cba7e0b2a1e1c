"""What happens at the moment an edition comes into force."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from mapgrid.grids.locks import change_editions
from mapgrid.grids.models import Edition
from mapgrid.grids.registry import Reassigned, located_tables


@transaction.atomic
def edition_take_effect(
    *, edition: Edition, at: dt.datetime, by_id: int | None = None
) -> tuple[Reassigned, ...]:
    """Re-assign every registered table under an edition that has just come into force; once."""
    change_editions()
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    if locked.applied_at is not None:
        return ()
    done = tuple(table.reassign(locked, at, by_id) for table in located_tables())
    locked.applied_at = at
    locked.save(update_fields=["applied_at", "updated_at"])
    return done


def editions_catch_up() -> int:
    """Let editions take effect whose moment has passed and whose job was lost; return how many."""
    now = timezone.now()
    late = Edition.objects.filter(
        state=Edition.State.PUBLISHED, effective_from__lte=now, applied_at__isnull=True
    )
    return sum(
        bool(edition_take_effect(edition=edition, at=now, by_id=edition.published_by_id))
        for edition in late.order_by("effective_from")
    )
