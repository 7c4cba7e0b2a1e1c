"""Pieces that many answers share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point

from mapgrid.grids.models import Assigned, Cell
from mapgrid.grids.people import Responsible
from mapgrid.grids.sentences import why
from mapgrid.people.masking import mask_name
from mapgrid.people.models import User


def position(point: Point | None) -> list[float] | None:
    """Return longitude and latitude."""
    return None if point is None else [point.x, point.y]


def named(cell: Cell | None) -> dict[str, str] | None:
    """Return code and name of a grid."""
    return None if cell is None else {"code": cell.code, "name": cell.name}


def why_row(row: Assigned) -> dict[str, Any]:
    """Explain an assignment."""
    told = why(row)
    edition = row.edition
    return {
        "sentence": told.sentence,
        "rule": told.rule,
        "edition": edition and {"name": edition.name, "effective_from": edition.effective_from},
        "grid": named(told.grid),
        "distance_m": told.border_m,
        "runner_up": named(told.runner_up),
        "assigned_at": row.assigned_at,
    }


def people_rows(people: Sequence[Responsible]) -> list[dict[str, str]]:
    """Return the responsible people; their phones come masked."""
    return [
        {
            "name": person.name,
            "duty": person.duty,
            "role_label": person.role_label,
            "phone_masked": person.phone_masked,
            "grid_code": person.grid_code,
        }
        for person in people
    ]


def masked(user: User | None) -> str:
    """Return a person as others may read it: the role, and a name that hides itself."""
    if user is None:
        return ""
    name = mask_name(user.display_name)
    return f"{user.get_role_display()} {name}".strip()


def label(choices: Any, value: str) -> str:
    """Return a choice in words; Django's own ``get_…_display`` hashes every choice at each call."""
    return str(choices(value).label) if value else ""


def seconds_between(now: dt.datetime, then: dt.datetime) -> int:
    """Return whole seconds, below zero when ``then`` is over."""
    return int((then - now).total_seconds())
