"""Components, hazard points and buildings as their panels show them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from mapgrid.api.rows.common import masked, named, position, why_row
from mapgrid.api.rows.events import category_row, nearest_row
from mapgrid.assets.selectors import HistoryLine
from mapgrid.catalogue.choices import pick
from mapgrid.grids.selectors import named_cells
from mapgrid.people.masking import mask_name, mask_phone
from mapgrid.people.models import Department, User


def _located(row: Any, *, editable: bool) -> dict[str, Any]:
    names = named_cells([(row.edition_id, row.grid_id), (row.edition_id, row.runner_up_id)])
    raw = None if row.raw_x is None or row.raw_y is None else [row.raw_x, row.raw_y]
    return {
        "id": row.pk,
        "name": row.name,
        "state": row.state,
        "state_label": row.get_state_display(),
        "point": position(row.point),
        "datum": row.datum,
        "raw": raw,
        "grid": named(names.get((row.edition_id, row.grid_id))),
        "nearest": nearest_row(row, names),
        "why": why_row(row),
        "editable": editable,
        "version": row.version,
        "updated_at": row.updated_at,
    }


def _department(found: Department | None) -> dict[str, Any] | None:
    return None if found is None else {"id": found.pk, "name": pick(found.name, found.name_en)}


def component_detail(row: Any, *, editable: bool) -> dict[str, Any]:
    """Return the panel of a component."""
    return {
        **_located(row, editable=editable),
        "kind": row.category.key,
        "kind_label": row.category.title,
        "category": category_row(row.category),
        "id16": row.code16,
        "supervising": _department(row.supervising),
        "owning": _department(row.owning),
        "maintaining": _department(row.maintaining),
        "installed_on": row.installed_on,
        "note": row.note,
    }


def hazard_detail(row: Any, *, editable: bool) -> dict[str, Any]:
    """Return the panel of a hazard point; the contact is masked."""
    return {
        **_located(row, editable=editable),
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "season": row.season,
        "season_label": row.get_season_display(),
        "severity": row.severity,
        "severity_label": row.get_severity_display(),
        "contact_masked": mask_name(row.contact),
        "contact_phone_masked": mask_phone(row.contact_phone),
        "next_check_on": row.next_check_on,
        "note": row.note,
    }


def building_detail(row: Any, *, editable: bool) -> dict[str, Any]:
    """Return the panel of a building."""
    return {
        **_located(row, editable=editable),
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "address": row.address,
        "compound": row.compound,
        "floors": row.floors,
        "entrances": row.entrances,
        "households": row.households,
        "footprint": None if row.footprint is None else json.loads(row.footprint.geojson),
    }


def history_rows(row: Any, lines: list[HistoryLine]) -> list[dict[str, Any]]:
    """Return the past of a row, with the names of fields and of what they point to."""
    actors = User.objects.in_bulk({line.actor_id for line in lines if line.actor_id})
    texts = _texts(row, lines)
    labels = {"insert": _("Added"), "update": _("Changed"), "delete": _("Deleted")}
    return [
        {
            "at": line.at,
            "action": line.label,
            "action_label": labels.get(line.label, line.label),
            "actor": masked(actors.get(line.actor_id or 0)),
            "version": line.version,
            "changes": [
                {
                    "field": name,
                    "label": str(_field(row, name).verbose_name),
                    "before": texts(name, pair[0]),
                    "after": texts(name, pair[1]),
                }
                for name, pair in line.changes.items()
            ],
        }
        for line in lines
    ]


def _field(row: Any, name: str) -> Any:
    return next(f for f in row._meta.concrete_fields if f.attname == name)


def _texts(row: Any, lines: list[HistoryLine]) -> Any:
    """Return a function from a stored value to words; names of other rows are read at once."""
    wanted: dict[str, set[Any]] = {}
    for line in lines:
        for name, pair in line.changes.items():
            if isinstance(_field(row, name), ForeignKey):
                wanted.setdefault(name, set()).update(v for v in pair if v is not None)
    names = {
        name: {k: str(v) for k, v in _field(row, name).related_model.objects.in_bulk(keys).items()}
        for name, keys in wanted.items()
    }

    def text(name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in names:
            return names[name].get(value, f"#{value}")
        if isinstance(value, GEOSGeometry):
            return _place_text(value)
        return str(dict(_field(row, name).flatchoices).get(value, value))

    return text


def _place_text(value: GEOSGeometry) -> str:
    if value.geom_type == "Point":
        return f"{value.x:.6f}, {value.y:.6f}"  # type: ignore[attr-defined]
    return _("drawn anew")
