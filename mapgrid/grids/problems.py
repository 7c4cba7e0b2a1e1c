"""A defect of an edition in words: what it is, whose it is, and where."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.coverage import Problem, ProblemKind

KINDS: dict[ProblemKind, Any] = {
    ProblemKind.BAD_CODE: gettext_lazy("code of a wrong form"),
    ProblemKind.DUPLICATE_CODE: gettext_lazy("code used twice"),
    ProblemKind.WRONG_NESTING: gettext_lazy("wrong level below its parent"),
    ProblemKind.INVALID_RING: gettext_lazy("boundary that crosses itself"),
    ProblemKind.SLIVER: gettext_lazy("part too thin to be meant"),
    ProblemKind.OVERLAP: gettext_lazy("overlap"),
    ProblemKind.GAP: gettext_lazy("gap"),
    ProblemKind.UNCOVERED_PARENT: gettext_lazy("parent not covered"),
    ProblemKind.OUTSIDE_PARENT: gettext_lazy("outside its parent"),
}


def problem_row(problem: Problem) -> dict[str, Any]:
    """Return a defect as plain data, with a point that lies in it (EPSG:4326)."""
    place = problem.geometry.representative_point()
    return {
        "kind": str(problem.kind),
        "cells": list(problem.cells),
        "area_m2": problem.area_m2,
        "point": [] if place.is_empty else [place.x, place.y],
    }


def problem_line(problem: Problem) -> str:
    """Say a defect in one line, such as "gap, 0.8 m², 410102003001 (113.62, 34.75)"."""
    row = problem_row(problem)
    where = ", ".join(f"{value:.6f}" for value in row["point"])
    return _("%(kind)s, %(area).1f m², %(cells)s (%(where)s)") % {
        "kind": KINDS[problem.kind],
        "area": problem.area_m2,
        "cells": ", ".join(problem.cells[:3]),
        "where": where,
    }
