"""Every write to grids, editions and posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geodata.coverage import CellTable, Problem, check_coverage
from geodata.crs import Projector
from mapgrid.core.copy import copy_columns, take_ids
from mapgrid.core.errors import ConflictError, InvalidError
from mapgrid.core.geometry import hex_ewkb
from mapgrid.grids.jobs import take_effect
from mapgrid.grids.locks import change_editions
from mapgrid.grids.models import LEVEL_OF_DEPTH, Cell, Edition, Grid, Post
from mapgrid.grids.post_moves import posts_move
from mapgrid.grids.problems import problem_line, problem_row
from mapgrid.grids.registry import Reassigned
from mapgrid.grids.selectors import cells_of
from mapgrid.grids.taking_effect import edition_take_effect
from mapgrid.people.models import User


@dataclass(frozen=True)
class Published:
    """What a publication did."""

    edition: Edition
    replaced: Edition | None
    tables: tuple[Reassigned, ...]


@transaction.atomic
def edition_load(
    *,
    name: str,
    cells: CellTable,
    names: Sequence[str],
    kinds: Sequence[str] | None = None,
    households: Sequence[int | None] | None = None,
    populations: Sequence[int | None] | None = None,
    origin: str = "",
) -> Edition:
    """Store all cells below one root as a draft edition; grids that are new get their identity.

    Parameters
    ----------
    name : str
        The edition's name, such as ``2026-09``.
    cells : CellTable
        Exactly one row without a parent: the root. Geometries in EPSG:4326.
    names, kinds, households, populations : sequences
        One value a cell; without kinds new grids are ``basic`` and known ones stay what they are.
    origin : str
        Where the boundaries came from, for the record.

    Raises
    ------
    InvalidError
        ``edition.one_root`` if there is not exactly one root, ``edition.level_changed`` and
        ``edition.kind_changed`` if a code is already known at another level or of another kind.
    """
    roots = np.flatnonzero(cells.parents < 0)
    if len(roots) != 1:
        raise InvalidError(
            "edition.one_root",
            _("An edition covers one root; this one has %(count)d. Load each root by itself.")
            % {"count": len(roots)},
        )
    identities = _identities(cells, None if kinds is None else list(kinds))
    edition = Edition.objects.create(
        root_id=identities[str(cells.codes[roots[0]])], name=name, origin=origin
    )
    ids = take_ids(Cell, len(cells.codes))
    measured = Projector(settings.METRIC_SRID).geometry(cells.geometries)
    parents = np.where(cells.parents >= 0, ids[cells.parents], 0).astype(object)
    parents[parents == 0] = None
    copy_columns(
        Cell,
        {
            "id": ids,
            "edition_id": np.full(len(ids), edition.pk),
            "grid_id": [identities[str(code)] for code in cells.codes],
            "parent_id": parents,
            "code": cells.codes,
            "name": list(names),
            "depth": cells.levels.astype(int),
            "is_leaf": ~np.isin(np.arange(len(ids)), cells.parents),
            "path": _paths(cells),
            "households": list(households) if households is not None else [None] * len(ids),
            "population": list(populations) if populations is not None else [None] * len(ids),
            "boundary": hex_ewkb(_multi(cells.geometries)),
            "boundary_m": hex_ewkb(_multi(measured), settings.METRIC_SRID),
            "label_point": hex_ewkb(shapely.point_on_surface(cells.geometries)),
        },
    )
    return edition


def _identities(cells: CellTable, kinds: list[str] | None) -> dict[str, int]:
    codes = [str(code) for code in cells.codes]
    levels = [LEVEL_OF_DEPTH[int(depth)] for depth in cells.levels]
    known = {grid.code: grid for grid in Grid.objects.filter(code__in=codes)}
    changed = [
        c for c, level in zip(codes, levels, strict=True) if c in known and known[c].level != level
    ]
    if changed:
        raise InvalidError(
            "edition.level_changed",
            _("These codes are known at another level: %(codes)s. Give the new grids new codes.")
            % {"codes": ", ".join(changed[:5])},
        )
    chosen = kinds if kinds is not None else [Grid.Kind.BASIC.value] * len(codes)
    pairs = dict(zip(codes, chosen, strict=True))
    other = [c for c, kind in pairs.items() if kinds and c in known and known[c].kind != kind]
    if other:
        raise InvalidError(
            "edition.kind_changed",
            _("These codes are known as grids of another kind: %(codes)s. Give them new codes.")
            % {"codes": ", ".join(other[:5])},
        )
    Grid.objects.bulk_create(
        Grid(code=c, level=level, kind=pairs[c])
        for c, level in zip(codes, levels, strict=True)
        if c not in known
    )
    return dict(Grid.objects.filter(code__in=codes).values_list("code", "id"))


def _paths(cells: CellTable) -> list[str]:
    paths = [""] * len(cells.codes)
    for i in np.argsort(cells.levels, kind="stable"):
        parent = int(cells.parents[i])
        paths[i] = (paths[parent] if parent >= 0 else "") + f"{cells.codes[i]}."
    return paths


def _multi(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    single = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON
    out = geometries.copy()
    out[single] = [shapely.MultiPolygon([g]) for g in geometries[single]]
    return out


def edition_check(*, edition: Edition) -> list[Problem]:
    """Return every place where the edition is no coverage: gaps, overlaps, strays, bad rings."""
    table, _rows = cells_of([edition.pk])
    return check_coverage(table, settings.METRIC_SRID)


@transaction.atomic
def edition_publish(
    *,
    edition: Edition,
    by: User | None = None,
    effective_from: dt.datetime | None = None,
    post_moves: Mapping[str, str | None] | None = None,
) -> Published:
    """Put a draft in force, now or at a later moment, and re-assign what it moves.

    Parameters
    ----------
    edition : Edition
        A draft without problems.
    by : User, optional
        Who publishes; None for the system.
    effective_from : datetime, optional
        Now by default; never earlier. The first edition of a root may start in the past, because
        nothing was counted under another one.
    post_moves : mapping of code to code or None, optional
        Where the posts of each vanished grid go; None ends them on the day before.

    Raises
    ------
    ConflictError
        ``edition.not_draft``.
    InvalidError
        ``edition.has_problems`` with the places, ``edition.backwards``, ``edition.posts_left`` with
        the grids, ``edition.posts_target``, ``edition.roots_overlap``.
    """
    change_editions()
    draft = Edition.objects.select_for_update().get(pk=edition.pk)
    if draft.state != Edition.State.DRAFT:
        raise ConflictError("edition.not_draft", _("This edition is already published."))
    _refuse_problems(draft)
    now = timezone.now()
    last = (
        Edition.objects.select_for_update()
        .filter(root=draft.root, state=Edition.State.PUBLISHED, effective_to__isnull=True)
        .first()
    )
    start = _start(now, effective_from, last)
    _refuse_overlapping_roots(draft, start)
    if last is not None:
        day = timezone.localdate(start)
        posts_move(last=last, draft=draft, moves=post_moves or {}, day=day)
        last.effective_to = start
        last.save(update_fields=["effective_to", "updated_at"])
    draft.state = Edition.State.PUBLISHED
    draft.effective_from, draft.published_at, draft.published_by = start, now, by
    draft.save()
    tables: tuple[Reassigned, ...] = ()
    by_id = by.pk if by else None
    # Before a root's first edition the first one decides, so it takes effect at once.
    if start <= now or last is None:
        tables = edition_take_effect(edition=draft, at=now, by_id=by_id)
        draft.applied_at = now
    else:
        later = take_effect.using(run_after=start)
        transaction.on_commit(lambda: later.enqueue(edition_id=draft.pk, by_id=by_id))
    return Published(edition=draft, replaced=last, tables=tables)


def _refuse_problems(draft: Edition) -> None:
    problems = edition_check(edition=draft)
    if problems:
        raise InvalidError(
            "edition.has_problems",
            _("%(count)d places keep this edition from being published; mend them first: %(first)s")
            % {"count": len(problems), "first": "; ".join(map(problem_line, problems[:5]))},
            data={"problems": [problem_row(problem) for problem in problems[:200]]},
        )


def _start(now: dt.datetime, wanted: dt.datetime | None, last: Edition | None) -> dt.datetime:
    if last is None:
        return wanted or now
    if wanted is not None and wanted < now:
        raise InvalidError(
            "edition.backwards", _("An edition takes effect now or later, never backwards.")
        )
    start = wanted or now
    if last.effective_from is not None and start <= last.effective_from:
        raise InvalidError(
            "edition.backwards",
            _("“%(name)s” takes effect only on %(date)s; choose a later moment.")
            % {"name": last.name, "date": timezone.localtime(last.effective_from)},
        )
    return start


def _refuse_overlapping_roots(draft: Edition, start: dt.datetime) -> None:
    now = timezone.now()
    root = Cell.objects.get(edition=draft, parent__isnull=True)
    others = Cell.objects.filter(
        Q(edition__effective_to__isnull=True) | Q(edition__effective_to__gt=max(start, now)),
        edition__state=Edition.State.PUBLISHED,
        parent__isnull=True,
        boundary__intersects=root.boundary,
    ).exclude(grid=root.grid)
    with connection.cursor() as cursor:
        for other in others:
            cursor.execute(
                "SELECT ST_Area(ST_Intersection(a.boundary_m, b.boundary_m))"
                " FROM grids_cell a, grids_cell b WHERE a.id = %s AND b.id = %s",
                [root.pk, other.pk],
            )
            row = cursor.fetchone()
            if row and row[0] > 1.0:
                raise InvalidError(
                    "edition.roots_overlap",
                    _("The area overlaps %(name)s by %(area).0f m²; roots never overlap.")
                    % {"name": other.name, "area": row[0]},
                )


@transaction.atomic
def post_appoint(
    *,
    user: User,
    grid: Grid,
    duty: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> Post:
    """Appoint somebody to a grid from a date to a date, both included.

    Raises
    ------
    InvalidError
        See :func:`post_save`.
    """
    post = Post(user=user, grid=grid, duty=duty, valid_from=valid_from, valid_to=valid_to)
    return post_save(post=post)


@transaction.atomic
def post_save(*, post: Post) -> Post:
    """Store a new or changed post.

    Raises
    ------
    InvalidError
        ``post.dates`` if it ends before it starts, ``post.twice`` if the same duty overlaps.
    """
    if post.valid_to is not None and post.valid_to < post.valid_from:
        raise InvalidError("post.dates", _("The post ends before it starts."))
    same = Post.objects.select_for_update().filter(user=post.user, grid=post.grid, duty=post.duty)
    for other in same.exclude(pk=post.pk):
        ends = other.valid_to or dt.date.max
        if post.valid_from <= ends and other.valid_from <= (post.valid_to or dt.date.max):
            raise InvalidError(
                "post.twice",
                _("%(who)s already holds this post from %(date)s.")
                % {"who": post.user, "date": other.valid_from},
            )
    post.version += 1 if post.pk else 0
    post.save()
    return post
