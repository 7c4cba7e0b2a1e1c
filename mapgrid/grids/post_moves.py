"""What a publication does to the posts on grids that vanish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mapgrid.core.errors import InvalidError
from mapgrid.grids.models import Cell, Edition, Post

_ONE_DAY = dt.timedelta(days=1)


def posts_move(
    *, last: Edition, draft: Edition, moves: Mapping[str, str | None], day: dt.date
) -> None:
    """End the posts on grids that vanish, and go on with them where they are sent.

    Parameters
    ----------
    last, draft : Edition
        The edition that ends, and the one that begins.
    moves : mapping of code to code or None
        For every vanished grid with posts, now or later, the grid that takes them; None for nobody.
    day : date
        The local day on which the draft takes effect.

    Raises
    ------
    InvalidError
        ``edition.posts_left`` with the codes that were not told, ``edition.posts_target`` with
        those that the draft does not have.
    """
    left = _left(last, draft, day)
    missing = sorted(set(left.values_list("grid__code", flat=True)) - set(moves))
    if missing:
        raise InvalidError(
            "edition.posts_left",
            _("People hold posts on grids that vanish: %(codes)s. Say where each post goes.")
            % {"codes": ", ".join(missing[:5])},
            data={"codes": missing},
        )
    targets = _targets(draft, {code for code in moves.values() if code})
    for post in left.select_related("grid").select_for_update(of=("self",)).order_by("pk"):
        target = targets.get(moves[post.grid.code] or "")
        begins = None if target is None else _goes_on(post, target, day)
        if target is not None and begins == post.valid_from:
            post.grid_id = target  # it has not begun: there is no past to keep
        else:
            if target is not None and begins is not None:
                Post.objects.create(
                    user_id=post.user_id,
                    grid_id=target,
                    duty=post.duty,
                    valid_from=begins,
                    valid_to=post.valid_to,
                )
            post.valid_to = max(post.valid_from, day - _ONE_DAY)
        post.version += 1
        post.save(update_fields=["grid", "valid_to", "version", "updated_at"])


def _left(last: Edition, draft: Edition, day: dt.date) -> QuerySet[Post]:
    """Return the posts that hold on the day or begin after it, on grids that the draft lacks."""
    kept = Cell.objects.filter(edition=draft).values("grid_id")
    running = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return Post.objects.filter(running, grid__cells__edition=last).exclude(grid_id__in=kept)


def _targets(draft: Edition, codes: set[str]) -> dict[str, int]:
    cells = Cell.objects.filter(edition=draft, code__in=codes)
    targets = dict(cells.values_list("code", "grid_id"))
    strange = sorted(codes - set(targets))
    if strange:
        raise InvalidError(
            "edition.posts_target",
            _("Posts cannot go to grids that this edition does not have: %(codes)s.")
            % {"codes": ", ".join(strange[:5])},
            data={"codes": strange},
        )
    return targets


def _goes_on(post: Post, target: int, day: dt.date) -> dt.date | None:
    """Return from when a post is held on the target: the day, or the end of the same duty there."""
    begins = max(post.valid_from, day)
    held = Post.objects.filter(user=post.user_id, grid=target, duty=post.duty).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=begins)
    )
    for other in held.order_by("valid_from"):
        if other.valid_from > (post.valid_to or dt.date.max):
            break
        if other.valid_to is None:
            return None
        begins = max(begins, other.valid_to + _ONE_DAY)
    return begins if post.valid_to is None or begins <= post.valid_to else None
