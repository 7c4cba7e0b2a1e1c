"""One writer a target: rows of a file to the bulk service of the app that owns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geodata.ingest import Records
from mapgrid.assets.importing import components_import, hazards_import
from mapgrid.catalogue.models import Condition
from mapgrid.catalogue.selectors import categories_in_force
from mapgrid.core.errors import InvalidError
from mapgrid.events.importing import events_import
from mapgrid.events.workflow import Action, Origin, State
from mapgrid.exchange.cells import cells_import
from mapgrid.exchange.models import Target
from mapgrid.exchange.plan import Plan
from mapgrid.exchange.stated import compare_stated
from mapgrid.ground.services import ground_import
from mapgrid.people.models import User
from mapgrid.register.importing import buildings_import

Progress = Callable[[str, int, int], None]
_TIMES = (
    "reported_at", "closed_at", "accepted_at", "filed_at", "dispatched_at", "returned_at",
    "checked_at", "replied_at",
)  # fmt: skip
_TEXT_MOST = {"address": 160, "note": 1000, "reply": 1000, "location_kind": 20}


@dataclass(frozen=True)
class Written:
    """What a writer did: new rows, rows already there, and anything worth reading."""

    added: int
    known: int
    details: dict[str, Any] = field(default_factory=dict)


def write(
    frame: gpd.GeoDataFrame,
    plan: Plan,
    records: Records,
    *,
    by: User | None,
    progress: Progress | None,
) -> Written:
    """Hand the rows to the service of their target.

    Raises
    ------
    InvalidError
        Whatever that service finds wrong with them.
    """
    if plan.target == Target.CELLS:
        done = cells_import(frame=frame, plan=plan, by=by)
        return Written(done.added, done.known, done.details)
    if plan.target == Target.EVENTS:
        return _events(frame, plan, records, progress)
    if plan.target in (Target.COMPONENTS, Target.HAZARDS, Target.BUILDINGS):
        return _pinned(frame, plan, records)
    found = ground_import(layer=plan.target, frame=frame, source=plan.source)
    return Written(found.added, found.known)


def _pinned(frame: gpd.GeoDataFrame, plan: Plan, records: Records) -> Written:
    datum, srid = str(records.datum), source_srid(records)
    if plan.target == Target.BUILDINGS:
        found = buildings_import(
            frame=_numbered(frame), source=plan.source, datum=datum, source_srid=srid
        )
        return Written(found.added, found.known)
    table = frame.assign(lon=frame.geometry.x, lat=frame.geometry.y)
    if plan.target == Target.HAZARDS:
        found = hazards_import(frame=table, source=plan.source, datum=datum, source_srid=srid)
        return Written(found.added, found.known)
    table["category_id"] = _category_ids(frame["category"])
    found = components_import(frame=table, source=plan.source, datum=datum, source_srid=srid)
    return Written(found.added, found.known)


def source_srid(records: Records) -> int:
    """Return the EPSG code of the raw values; 0 where their system has none."""
    return int(records.source_crs.to_epsg(min_confidence=70) or 0)


def _numbered(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Turn counts that came as text into numbers; "3.5" floors are 3, "two" is not known."""
    names = [name for name in ("floors", "entrances", "households") if name in frame]
    return frame.assign(
        **{name: pd.to_numeric(frame[name], errors="coerce").astype(float) for name in names}
    )


def _category_ids(keys: pd.Series) -> NDArray[np.object_]:
    known = {category.key: category.pk for category in categories_in_force()}
    strange = sorted({str(key) for key in keys if key and key not in known})
    if strange:
        raise InvalidError(
            "import.category",
            _("The catalogue in force has no category %(keys)s.")
            % {"keys": ", ".join(strange[:10])},
        )
    return np.array([known.get(key) for key in keys], dtype=object)


def _condition_ids(codes: pd.Series, category_ids: NDArray[np.object_]) -> NDArray[np.object_]:
    rows = Condition.objects.filter(active=True).values_list("category_id", "code", "id")
    known = {(category, code): pk for category, code, pk in rows}
    found = [known.get((c, code)) for c, code in zip(category_ids, codes, strict=True)]
    return np.array(found, dtype=object)


def _events(
    frame: gpd.GeoDataFrame, plan: Plan, records: Records, progress: Progress | None
) -> Written:
    table = pd.DataFrame(frame.drop(columns="geometry"))
    table["lon"], table["lat"] = frame.geometry.x, frame.geometry.y
    table["datum"], table["source_srid"] = str(records.datum), source_srid(records)
    for name in (name for name in _TIMES if name in table):
        table[name] = _local_to_utc(table[name])
    for name, most in _TEXT_MOST.items():
        if name in table:
            table[name] = [("" if v is None else str(v))[:most] for v in table[name]]
    if "category" in table:
        table["category_id"] = _category_ids(table.pop("category"))
    if "condition" in table:
        table["condition_id"] = _condition_ids(
            table.pop("condition"), table["category_id"].to_numpy()
        )
    stated = table.pop("stated_grid") if "stated_grid" in table else None
    done = events_import(
        events=table,
        steps=_history(table),
        origin=Origin.IMPORTED.value,
        source=plan.source,
        progress=progress,
    )
    details: dict[str, Any] = {
        "unassigned": done.unassigned,
        "without_place": int(table["lon"].isna().sum()),
    }
    if stated is not None:
        details["stated"] = compare_stated(done.ids, stated.tolist())
    return Written(done.added, done.known, details)


def _local_to_utc(values: pd.Series) -> pd.Series:
    """Read wall-clock times in the city's time zone; an hour that the clock skips moves on."""
    local = pd.to_datetime(values)
    zone = timezone.get_default_timezone_name()
    aware = local.dt.tz_localize(zone, ambiguous=np.zeros(len(local), dtype=bool),
                                 nonexistent="shift_forward")  # fmt: skip
    return aware.dt.tz_convert("UTC").dt.tz_localize(None)


def _history(table: pd.DataFrame) -> pd.DataFrame:
    """Return the steps that the source tells: reported, and ended if it was.

    Both say that they were imported: who did what in between is not known.
    """
    ended = (
        table["closed_at"].notna().to_numpy()
        if "closed_at" in table
        else np.zeros(len(table), bool)
    )
    state = table["state"] if "state" in table else pd.Series([State.REPORTED.value] * len(table))
    first = pd.DataFrame(
        {
            "event": np.arange(len(table)),
            "sequence": 1,
            "action": Action.IMPORT.value,
            "before": "",
            "after": np.where(ended, State.REPORTED.value, state),
            "at": table["reported_at"],
            "note": "",
        }
    )
    rows = np.flatnonzero(ended)
    last = pd.DataFrame(
        {
            "event": rows,
            "sequence": 2,
            "action": Action.IMPORT.value,
            "before": State.REPORTED.value,
            "after": state.to_numpy()[rows],
            "at": table["closed_at"].to_numpy()[rows] if len(rows) else [],
            "note": "",
        }
    )
    return pd.concat([first, last], ignore_index=True) if len(rows) else first
