"""An assignment in one sentence, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mapgrid.grids.models import Assigned, Cell, Rule
from mapgrid.grids.selectors import named_cells


@dataclass(frozen=True)
class Why:
    """Everything that an assignment can say about itself."""

    sentence: str
    rule: str
    edition_name: str
    grid: Cell | None
    runner_up: Cell | None
    border_m: float | None


def metres(value: float) -> str:
    """Return metres as a person says them: centimetres below one metre, none above ten."""
    if value < 1:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def why(row: Assigned) -> Why:
    """Explain a stored assignment with the names of the edition that decided it."""
    edition = row.edition_id
    cells = named_cells([(edition, row.grid_id), (edition, row.runner_up_id)])
    by_grid: dict[int | None, Cell] = {grid: cell for (_edition, grid), cell in cells.items()}
    cell, second = by_grid.get(row.grid_id), by_grid.get(row.runner_up_id)
    return Why(
        sentence=_sentence(row.rule, cell, second, row.border_m),
        rule=row.rule,
        edition_name=row.edition.name if row.edition else "",
        grid=cell,
        runner_up=second,
        border_m=row.border_m,
    )


def _sentence(rule: str, cell: Cell | None, second: Cell | None, border_m: float | None) -> str:
    distance = "" if border_m is None else metres(border_m)
    if cell is None:
        if second is None or border_m is None:
            return _("In no grid")
        return _("In no grid; nearest %(grid)s, %(m)s m") % {"grid": second.name, "m": distance}
    if rule == Rule.BORDER and second is not None:
        return _("Exactly on the border of %(a)s and %(b)s; the rule gives it to %(a)s") % {
            "a": cell.name,
            "b": second.name,
        }
    if rule == Rule.BORDER:
        return _("Exactly on the outer border of %(a)s") % {"a": cell.name}
    if second is None:
        return _("Inside, %(m)s m from the border") % {"m": distance}
    return _("Inside, %(m)s m from the border; next %(grid)s") % {
        "m": distance,
        "grid": second.name,
    }
