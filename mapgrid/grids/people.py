"""Who is responsible for a place: the posts on its grids, as far as the reader may know them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from mapgrid.core.scope import Scope
from mapgrid.grids.models import DEPTH, Level, Post
from mapgrid.grids.scopes import posts_on
from mapgrid.grids.selectors import path_codes
from mapgrid.people.masking import mask_phone

PEOPLE_MAX = 12


@dataclass(frozen=True)
class Responsible:
    """One person with a post; the phone is masked already."""

    name: str
    duty: str
    role_label: str
    phone_masked: str
    grid_code: str


def readable_codes(scope: Scope, path: str) -> list[str]:
    """Return the codes along a path whose people the reader may know, finest first."""
    codes = path_codes(path)
    prefixes = [".".join(codes[: i + 1]) + "." for i in range(len(codes))]
    seen = [code for code, prefix in zip(codes, prefixes, strict=True) if scope.covers(prefix)]
    return seen[::-1]


def people_on(
    scope: Scope, path: str, *, day: dt.date | None = None, widest: str = Level.COMMUNITY
) -> list[Responsible]:
    """Return the people with a post on the grids of a path, finest grid first.

    Parameters
    ----------
    scope : Scope
        Only grids inside it are looked at.
    path : str
        The path of a grid or a row; empty gives nobody.
    day : date, optional
        Today by default.
    widest : str
        Levels above this one are left out: the head of a district does not answer for a cover.
    """
    codes = readable_codes(scope, path) if scope.can("people.read") else []
    if not codes:
        return []
    levels = [level for level, depth in DEPTH.items() if depth >= DEPTH[widest]]
    finest = [When(grid__code=code, then=Value(i)) for i, code in enumerate(codes)]
    posts = (
        Post.objects.filter(posts_on(day or timezone.localdate()), grid__code__in=codes)
        .filter(grid__level__in=levels, user__is_active=True)
        .annotate(place=Case(*finest, output_field=IntegerField()))
        .select_related("user", "grid")
        .order_by("place", "duty", "user__username")[:PEOPLE_MAX]
    )
    return [
        Responsible(
            name=str(post.user),
            duty=post.duty,
            role_label=post.get_duty_display(),
            phone_masked=mask_phone(post.user.phone),
            grid_code=post.grid.code,
        )
        for post in posts
    ]
