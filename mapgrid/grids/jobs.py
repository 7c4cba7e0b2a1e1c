"""Work of this app that runs in the job worker."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from mapgrid.grids.models import Edition
from mapgrid.grids.taking_effect import edition_take_effect


@task()
def take_effect(edition_id: int, by_id: int | None = None) -> None:
    """Re-assign open rows once an edition published for later is in force; again is harmless."""
    edition = Edition.objects.get(pk=edition_id)
    now = timezone.now()
    if edition.effective_from is not None and edition.effective_from <= now:
        edition_take_effect(edition=edition, at=now, by_id=by_id)
