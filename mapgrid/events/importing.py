"""Bulk writes of cases that were lived elsewhere: imports, and the demonstration's history.

The same checks, columns and first step as ``event_report``; a test shows that both give the same
rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mapgrid.catalogue.deadlines import deadlines_for
from mapgrid.core.bulk import NewRows, new_rows, nullable_ids, point_geometries, stamps
from mapgrid.core.copy import copy_columns
from mapgrid.core.geometry import hex_ewkb
from mapgrid.events.import_rows import DEFAULTS, check_rows, complete
from mapgrid.events.models import Event, EventStep
from mapgrid.events.numbers import take_numbers
from mapgrid.events.services import WARN_MOST
from mapgrid.events.workflow import ENDED, Action, State
from mapgrid.grids.locating import assign_points
from mapgrid.grids.locks import hold_editions_still

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Imported:
    """What a bulk write did.

    Attributes
    ----------
    ids : int64 array, shape (n,)
        The event of each input row, new or already there; 0 never occurs.
    added, known : int
        New rows, and rows whose source ID was already stored (they are left as they are).
    unassigned : int
        New rows that lie in no grid or have no point.
    """

    ids: NDArray[np.int64]
    added: int
    known: int
    unassigned: int


@transaction.atomic
def events_import(
    *,
    events: pd.DataFrame,
    steps: pd.DataFrame | None = None,
    origin: str,
    source: str,
    progress: Progress | None = None,
) -> Imported:
    """Store many cases with their history, all or none.

    Parameters
    ----------
    events : DataFrame
        ``lon``, ``lat`` (EPSG:4326, NaN where unknown), ``raw_x``, ``raw_y``, ``reported_at``
        (datetime64, UTC) and any of ``DEFAULTS``; ``uuid`` and ``duplicate_of`` (row number or −1)
        if there are. ``source_id`` makes the import idempotent.
    steps : DataFrame, optional
        ``event`` (row number), ``sequence``, ``action``, ``before``, ``after``, ``at``, ``note``;
        without it each case gets the step of its report, and one that says in which state it came.
    origin : str
        ``imported`` or ``demo``; a native case is reported one by one.
    source : str
        The name of the source, with ``source_id`` the identity of a row.

    Raises
    ------
    InvalidError
        ``import.origin``, ``import.columns``, ``import.rows`` with the first rows that are wrong,
        ``import.duplicate_ids``.
    """
    frame = complete(events, origin)
    check_rows(frame)
    fresh = new_rows(Event, source, frame["source_id"].to_numpy(object), len(frame))
    hold_editions_still()
    new = frame.iloc[fresh.rows].reset_index(drop=True)
    if progress:
        progress(_("assigning"), 0, len(new))
    unassigned = _write_events(new, fresh, origin, source)
    if progress:
        progress(_("writing steps"), len(new), len(new))
    _write_steps(steps, new, fresh.rows, fresh.ids)
    return Imported(fresh.ids, len(fresh.rows), len(frame) - len(fresh.rows), unassigned)


def _write_events(
    new: pd.DataFrame,
    fresh: NewRows,
    origin: str,
    source: str,
) -> int:
    now = timezone.now()
    lon, lat = new["lon"].to_numpy(float), new["lat"].to_numpy(float)
    reported = _utc(new["reported_at"])
    # An open case lies in the edition in force, as after a publication; an ended one is counted
    # under the edition of its report. Access always follows the edition in force.
    today = assign_points(lon, lat)
    ended = new["state"].isin([s.value for s in ENDED]).to_numpy(dtype=bool)
    found = assign_points(lon, lat, at=reported).overlaid(~ended, today)
    columns: dict[str, Any] = {
        "id": fresh.new_ids,
        "uuid": new["uuid"] if "uuid" in new else _uuids(len(new)),
        "number": take_numbers(_local_days(new["reported_at"])),
        "source": np.full(len(new), source, dtype=object),
        "origin": np.full(len(new), origin, dtype=object),
        "point": hex_ewkb(point_geometries(lon, lat)),
        "raw_x": new["raw_x"].to_numpy(float),
        "raw_y": new["raw_y"].to_numpy(float),
        "reported_at": reported,
        **found.columns(now),
        "scope_path": today.path,
        **_clock_columns(new, reported),
        **stamps(len(new)),
    }
    columns.update(_plain(new, columns))
    columns["duplicate_of_id"] = _duplicates(new, fresh.ids)
    copy_columns(Event, columns)
    return int((found.grid_id == 0).sum())


def _plain(new: pd.DataFrame, taken: dict[str, Any]) -> dict[str, Any]:
    """The columns that go into the table as they came."""
    out: dict[str, Any] = {}
    for name, default in DEFAULTS.items():
        if name in taken:
            continue
        if isinstance(default, np.datetime64):
            out[name] = _utc(new[name])
        elif name.endswith("_id") and name != "source_id":
            out[name] = nullable_ids(new[name])
        else:
            out[name] = new[name].to_numpy()
    return out


def _clock_columns(new: pd.DataFrame, reported: NDArray[np.datetime64]) -> dict[str, Any]:
    """The clock starts at filing, or at the report while a case is not filed yet."""
    start = np.where(np.isnat(_utc(new["filed_at"])), reported, _utc(new["filed_at"]))
    if "deadline_at" in new:
        due = _utc(new["deadline_at"])
    else:
        conditions = pd.to_numeric(new["condition_id"]).fillna(0).to_numpy(dtype=np.int64)
        due = deadlines_for(conditions, start).at
    most = np.timedelta64(int(WARN_MOST.total_seconds() * 1e6), "us")
    quarter = (due - start).astype("timedelta64[us]") // np.int64(4)
    return {"deadline_at": due, "warn_at": due - np.minimum(quarter, most)}


def _utc(values: pd.Series[Any]) -> NDArray[np.datetime64]:
    return pd.to_datetime(values, utc=True).dt.tz_localize(None).to_numpy("datetime64[us]")


def _local_days(values: pd.Series[Any]) -> NDArray[np.datetime64]:
    zone = timezone.get_default_timezone_name()
    local = pd.to_datetime(values, utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    return local.to_numpy("datetime64[D]")


def _uuids(count: int) -> list[str]:
    """Random version-4 UUIDs."""
    raw = np.random.default_rng().integers(0, 256, (count, 16), dtype=np.uint8)
    raw[:, 6] = (raw[:, 6] & 0x0F) | 0x40
    raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
    return [row.tobytes().hex() for row in raw]


def _duplicates(new: pd.DataFrame, all_ids: NDArray[np.int64]) -> NDArray[np.object_]:
    out = np.full(len(new), None, dtype=object)
    if "duplicate_of" in new:
        rows = new["duplicate_of"].to_numpy(dtype=np.int64)
        out[rows >= 0] = all_ids[rows[rows >= 0]]
    return out


def _write_steps(
    steps: pd.DataFrame | None,
    new: pd.DataFrame,
    fresh: NDArray[np.intp],
    ids: NDArray[np.int64],
) -> None:
    if steps is None:
        steps = _told_by_state(new, fresh)
    else:
        keep = np.zeros(len(ids), dtype=bool)
        keep[fresh] = True
        steps = steps[keep[steps["event"].to_numpy()]]
    copy_columns(
        EventStep,
        {
            "event_id": ids[steps["event"].to_numpy()],
            "sequence": steps["sequence"].to_numpy(),
            "action": steps["action"].to_numpy(),
            "before": steps["before"].to_numpy(),
            "after": steps["after"].to_numpy(),
            "at": _utc(steps["at"]),
            "note": steps["note"].to_numpy(),
            "data": np.full(len(steps), "{}", dtype=object),
        },
    )


def _told_by_state(new: pd.DataFrame, rows: NDArray[np.intp]) -> pd.DataFrame:
    """The report, and for a case that is further on one step that says in which state it came."""
    report = pd.DataFrame(
        {
            "event": rows,
            "sequence": 1,
            "action": Action.REPORT.value,
            "before": "",
            "after": State.REPORTED.value,
            "at": new["reported_at"].to_numpy(),
            "note": "",
        }
    )
    further = (new["state"] != State.REPORTED.value).to_numpy()
    ended = new["closed_at"].fillna(new["reported_at"])
    came = report[further].assign(
        sequence=2,
        action=Action.IMPORT.value,
        before=State.REPORTED.value,
        after=new["state"][further].to_numpy(),
        at=ended[further].to_numpy(),
    )
    return pd.concat([report, came], ignore_index=True)
