"""Bulk writes of components and hazard points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from django.db import models, transaction
from django.utils.translation import gettext as _

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.core.bulk import BulkResult, check_texts, new_rows, nullable_ids
from mapgrid.core.copy import copy_columns
from mapgrid.core.errors import InvalidError
from mapgrid.core.models import Datum
from mapgrid.grids.bulk import pinned_columns

_COMPONENT: dict[str, Any] = {
    "category_id": None,
    "code16": "",
    "name": "",
    "supervising_id": None,
    "owning_id": None,
    "maintaining_id": None,
    "state": Component.State.IN_USE.value,
    "installed_on": None,
    "note": "",
}
_HAZARD: dict[str, Any] = {
    "kind": HazardPoint.Kind.OTHER.value,
    "name": "",
    "season": HazardPoint.Season.ALL.value,
    "severity": HazardPoint.Severity.MEDIUM.value,
    "contact": "",
    "contact_phone": "",
    "next_check_on": None,
    "state": HazardPoint.State.ACTIVE.value,
    "note": "",
}
_CHOICES: dict[type[models.Model], Mapping[str, tuple[Any, ...]]] = {
    Component: {"state": tuple(Component.State.values)},
    HazardPoint: {
        "kind": tuple(HazardPoint.Kind.values),
        "season": tuple(HazardPoint.Season.values),
        "severity": tuple(HazardPoint.Severity.values),
        "state": tuple(HazardPoint.State.values),
    },
}


def components_import(*, frame: pd.DataFrame, source: str, **frame_of: Any) -> BulkResult:
    """Store many components in their grids.

    Parameters
    ----------
    frame : DataFrame
        ``lon``, ``lat`` (EPSG:4326), ``category_id``, ``source_id`` and any other column of the
        table.
    **frame_of
        ``datum`` and ``source_srid`` of ``raw_x``, ``raw_y``.

    Raises
    ------
    InvalidError
        ``import.category``, ``import.choice``, ``import.range``, ``import.duplicate_ids``,
        ``import.long_ids``, ``import.long_text``.
    """
    if "category_id" not in frame or frame["category_id"].isna().any():
        raise InvalidError(
            "import.category", _("Every component needs a category of the catalogue; map its kind.")
        )
    return _import(Component, _COMPONENT, frame, source, frame_of)


def hazards_import(*, frame: pd.DataFrame, source: str, **frame_of: Any) -> BulkResult:
    """Store many hazard points in their grids; see :func:`components_import`."""
    return _import(HazardPoint, _HAZARD, frame, source, frame_of)


@transaction.atomic
def _import(
    model: type[models.Model],
    defaults: Mapping[str, Any],
    frame: pd.DataFrame,
    source: str,
    frame_of: Mapping[str, Any],
) -> BulkResult:
    _check_choices(model, frame)
    source_ids = frame["source_id"].to_numpy(object) if "source_id" in frame else None
    fresh = new_rows(model, source, source_ids, len(frame))
    part = frame.iloc[fresh.rows]
    columns: dict[str, Any] = {
        "id": fresh.new_ids,
        "source": [source] * len(part),
        "source_id": fresh.new_source_ids,
        **{name: _column(part, name, value) for name, value in defaults.items()},
        **pinned_columns(
            part["lon"].to_numpy(float),
            part["lat"].to_numpy(float),
            raw_x=part["raw_x"].to_numpy(float) if "raw_x" in part else None,
            raw_y=part["raw_y"].to_numpy(float) if "raw_y" in part else None,
            datum=str(frame_of.get("datum", Datum.WGS84.value)),
            source_srid=int(frame_of.get("source_srid", 4326)),
        ),
    }
    check_texts(model, columns)
    copy_columns(model, columns)
    return fresh.result()


def _check_choices(model: type[models.Model], frame: pd.DataFrame) -> None:
    for name, known in _CHOICES[model].items():
        if name in frame and not frame[name].isin(known).all():
            strange = sorted({str(v) for v in frame[name][~frame[name].isin(known)]})
            raise InvalidError(
                "import.choice",
                _("Unknown %(name)s: %(strange)s. Map them to: %(known)s.")
                % {
                    "name": name,
                    "strange": ", ".join(strange[:5]),
                    "known": ", ".join(map(str, known)),
                },
            )


def _column(part: pd.DataFrame, name: str, default: Any) -> Any:
    if name not in part:
        return np.full(len(part), default, dtype=object)
    if name.endswith("_id") or name == "severity":
        return nullable_ids(part[name])
    if name.endswith("_on"):
        return [None if pd.isna(day) else str(day)[:10] for day in part[name]]
    return ["" if v is None or v != v else str(v) for v in part[name]]
