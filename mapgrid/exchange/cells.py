"""A file of polygons to an edition: loaded, checked, published, as one act."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geodata.coverage import CellTable
from geodata.errors import GeodataError
from mapgrid.core.errors import InvalidError
from mapgrid.exchange.plan import Plan
from mapgrid.grids.models import DEPTH, Edition, Grid
from mapgrid.grids.services import edition_check, edition_load, edition_publish
from mapgrid.people.models import User


@dataclass(frozen=True)
class CellsDone:
    """An edition was made, or stood there already."""

    added: int
    known: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Rows:
    table: CellTable
    names: list[str]
    kinds: list[str]
    households: list[int | None]
    populations: list[int | None]


@transaction.atomic
def cells_import(*, frame: gpd.GeoDataFrame, plan: Plan, by: User | None = None) -> CellsDone:
    """Load polygons as the edition of one root, check it and, if the plan says so, publish it.

    The same polygons, codes and names in any order are the same edition: a second import finds
    it and changes nothing.

    Raises
    ------
    InvalidError
        ``import.codes`` for codes that are missing or repeat, ``import.parents`` for parents
        that are not in the file, ``edition.has_problems`` with the places when it is no coverage.
    """
    rows = _rows(frame, plan)
    origin = f"{plan.source} · {_digest(rows)}"
    details: dict[str, Any] = {"cells": len(frame), "origin": origin, **_kept(frame, plan)}
    same = Edition.objects.filter(origin=origin).first()
    if same is not None:
        return CellsDone(0, len(frame), {**details, "edition": same.name, "state": same.state})
    edition = edition_load(
        name=plan.cells.edition or plan.source,
        cells=rows.table,
        names=rows.names,
        kinds=rows.kinds,
        households=rows.households,
        populations=rows.populations,
        origin=origin,
    )
    details.update(edition=edition.name, problems=_problems(edition))
    if plan.cells.publish:
        published = edition_publish(
            edition=edition, by=by, effective_from=_start(plan.cells.effective_from)
        )
        edition = published.edition
    details["state"] = edition.state
    return CellsDone(len(frame), 0, details)


def _rows(frame: gpd.GeoDataFrame, plan: Plan) -> _Rows:
    codes = ["" if code is None else str(code) for code in frame["code"]]
    repeated = sorted(code for code, count in Counter(codes).items() if count > 1 or not code)
    if repeated or not codes:
        raise InvalidError(
            "import.codes",
            _("Every grid needs a code of its own; these repeat or are empty: %(codes)s.")
            % {"codes": ", ".join(repr(code) for code in repeated[:10])},
        )
    names = ["" if name is None else str(name)[:80] for name in frame["name"]]
    kinds = list(frame["kind"]) if "kind" in frame else [Grid.Kind.BASIC.value] * len(codes)
    depths = _depths(frame, plan)
    households, populations = _counts(frame, "households"), _counts(frame, "population")
    shapes = list(frame.geometry.to_numpy())
    parents = _parents(frame, codes)
    if plan.cells.root_code:
        root = shapely.coverage_union_all(np.array(shapes, dtype=object))
        codes, names = [plan.cells.root_code, *codes], [plan.cells.root_name, *names]
        kinds = [Grid.Kind.BASIC.value, *kinds]
        households, populations = (
            [_total(households), *households],
            [_total(populations), *populations],
        )
        depths, shapes = [DEPTH[plan.cells.root_level], *depths], [root, *shapes]
        # A grid without a parent in the file hangs on the root.
        parents = [-1, *(parent + 1 if parent >= 0 else 0 for parent in parents)]
    try:
        table = CellTable.from_sequences(codes, depths, parents, shapes)
    except GeodataError as error:
        raise InvalidError(f"import.{error.code}", str(error)) from error
    return _Rows(table, names, kinds, households, populations)


def _depths(frame: gpd.GeoDataFrame, plan: Plan) -> list[int]:
    levels = list(frame["level"]) if "level" in frame else [plan.cells.level] * len(frame)
    strange = sorted({str(level) for level in levels} - set(DEPTH))
    if strange:
        raise InvalidError(
            "import.levels",
            _("Unknown levels: %(strange)s. Map them to: %(known)s.")
            % {"strange": ", ".join(strange[:5]), "known": ", ".join(DEPTH)},
        )
    return [DEPTH[level] for level in levels]


def _parents(frame: gpd.GeoDataFrame, codes: list[str]) -> list[int]:
    if "parent" not in frame:
        return [-1] * len(codes)
    place = {code: at for at, code in enumerate(codes)}
    wanted = ["" if parent is None else str(parent) for parent in frame["parent"]]
    lost = sorted({parent for parent in wanted if parent and parent not in place})
    if lost:
        raise InvalidError(
            "import.parents",
            _("These parents are not in the file: %(codes)s.") % {"codes": ", ".join(lost[:10])},
        )
    return [place[parent] if parent else -1 for parent in wanted]


def _counts(frame: gpd.GeoDataFrame, name: str) -> list[int | None]:
    if name not in frame:
        return [None] * len(frame)
    return [None if v is None or v != v else int(float(v)) for v in frame[name]]


def _total(counts: list[int | None]) -> int | None:
    """The root holds what its cells hold, when every one of them says so."""
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _digest(rows: _Rows) -> str:
    """Return a short name of the content that does not depend on the order of its rows."""
    shapes = shapely.to_wkb(shapely.normalize(rows.table.geometries))
    lines = sorted(
        b"\x1f".join((str(c).encode(), str(d).encode(), n.encode(), str(k).encode(), w))
        for c, d, n, k, w in zip(
            rows.table.codes, rows.table.levels, rows.names, rows.kinds, shapes, strict=True
        )
    )
    return hashlib.blake2b(b"\x1e".join(lines), digest_size=8).hexdigest()


def _problems(edition: Edition) -> list[dict[str, Any]]:
    return [
        {"kind": str(problem.kind), "cells": list(problem.cells), "area_m2": problem.area_m2}
        for problem in edition_check(edition=edition)[:200]
    ]


def _start(day: dt.date | None) -> dt.datetime | None:
    if day is None:
        return None
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _kept(frame: gpd.GeoDataFrame, plan: Plan) -> dict[str, Any]:
    """Return the columns that no table holds, by code, for whoever reads the report."""
    kept = {
        name: {
            str(code): value
            for code, value in zip(frame["code"], frame[f"kept:{name}"], strict=True)
        }
        for name in plan.keep
    }
    return {"kept": kept} if kept else {}
