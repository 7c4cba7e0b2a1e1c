"""From a user's posts to a Scope: the subtrees, as they stand in the editions in force."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from mapgrid.core.scope import NOBODY, Scope
from mapgrid.grids.models import Cell, Post
from mapgrid.grids.selectors import editions_in_force
from mapgrid.people.models import User
from mapgrid.people.roles import ABILITIES, Role


def posts_on(day: dt.date) -> Q:
    """Return the filter of posts that hold on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def scope_of(user: User, *, now: dt.datetime | None = None) -> Scope:
    """Build the Scope of a user: one query, and none for an administrator.

    Parameters
    ----------
    user : User
        Inactive users see nothing.
    now : datetime, optional
        The moment that posts and editions are read at; now by default.
    """
    if not user.is_active:
        return NOBODY
    if user.role == Role.ADMINISTRATOR or user.is_superuser:
        abilities = ABILITIES[Role.ADMINISTRATOR]
        return Scope(user_id=user.pk, everything=True, abilities=abilities, unassigned=True)
    moment = now or timezone.now()
    departments: tuple[int, ...] = ()
    if user.role == Role.DEPARTMENT and user.department_id is not None:
        departments = (user.department_id,)
    return Scope(
        user_id=user.pk,
        paths=_paths(user, moment),
        department_ids=departments,
        abilities=ABILITIES.get(user.role, frozenset()),
        unassigned=user.role == Role.CENTRE,
    )


def _paths(user: User, moment: dt.datetime) -> tuple[str, ...]:
    day = timezone.localdate(moment)
    grids = Post.objects.filter(posts_on(day), user=user).values("grid_id")
    paths = Cell.objects.filter(edition__in=editions_in_force(moment), grid_id__in=grids)
    kept: list[str] = []
    for path in sorted(paths.values_list("path", flat=True)):
        if not kept or not path.startswith(kept[-1]):  # a subtree of one already kept adds nothing
            kept.append(path)
    return tuple(kept)
