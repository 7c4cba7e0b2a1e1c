"""The rows of a bulk write of events: completed with defaults, and checked all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mapgrid.catalogue.models import Condition
from mapgrid.core.errors import InvalidError
from mapgrid.core.models import Datum
from mapgrid.events.models import Event
from mapgrid.events.workflow import ENDED, Origin, Outcome, Source, State, Track

# Column → what stands there when the caller does not give it.
DEFAULTS: dict[str, Any] = {
    "source_id": "",
    "datum": Datum.WGS84.value,
    "source_srid": 4326,
    "category_id": None,
    "condition_id": None,
    "state": State.REPORTED.value,
    "track": Track.CIRCULATED.value,
    "outcome": "",
    "channel": Source.PATROL.value,
    "note": "",
    "address": "",
    "location_kind": "",
    "accuracy_m": np.nan,
    "component_id": None,
    "building_id": None,
    "reporter_id": None,
    "department_id": None,
    "accepted_at": np.datetime64("NaT"),
    "filed_at": np.datetime64("NaT"),
    "dispatched_at": np.datetime64("NaT"),
    "returned_at": np.datetime64("NaT"),
    "checked_at": np.datetime64("NaT"),
    "closed_at": np.datetime64("NaT"),
    "suspended_at": np.datetime64("NaT"),
    "client_at": np.datetime64("NaT"),
    "reply": "",
    "replied_at": np.datetime64("NaT"),
    "satisfied": None,
    "rework_count": 0,
    "reopen_count": 0,
    "extension_count": 0,
}
# Text column → its length, as the table has it.
TEXTS: dict[str, int] = {
    field.attname: field.max_length or 0
    for field in Event._meta.fields
    if field.attname in ("source_id", "note", "address", "location_kind", "reply")
}
_COUNTS = ("rework_count", "reopen_count", "extension_count")
_CHOICES: dict[str, tuple[str, ...]] = {
    "state": tuple(State.values),
    "track": tuple(Track.values),
    "outcome": ("", *Outcome.values),
    "channel": tuple(Source.values),
    "datum": tuple(Datum.values),
}


def complete(events: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Return the rows with every column: defaults where there is none, blank texts empty, UTC.

    Raises
    ------
    InvalidError
        ``import.origin``, ``import.columns``.
    """
    if origin not in (Origin.IMPORTED, Origin.DEMO):
        raise InvalidError(
            "import.origin", _("Only imported and demonstration cases are written in bulk.")
        )
    missing = {"lon", "lat", "reported_at"} - set(events.columns)
    if missing:
        raise InvalidError(
            "import.columns",
            _("Missing columns: %(names)s.") % {"names": ", ".join(sorted(missing))},
        )
    frame = events.reset_index(drop=True)
    if "raw_x" not in frame:
        frame = frame.assign(raw_x=frame["lon"], raw_y=frame["lat"])
    lacking = {name: value for name, value in DEFAULTS.items() if name not in frame.columns}
    frame = frame.assign(**{n: v for n, v in lacking.items() if v is not None})
    frame = frame.assign(**{n: frame[n].astype(object).fillna("") for n in TEXTS})
    frame = frame.assign(**{n: frame[n].fillna(0).astype(int) for n in _COUNTS})
    for name in (n for n, v in lacking.items() if v is None):
        frame[name] = pd.Series([None] * len(frame), dtype=object)
    moments = ["reported_at", *(n for n, v in DEFAULTS.items() if isinstance(v, np.datetime64))]
    return frame.assign(**{name: pd.to_datetime(frame[name], utc=True) for name in moments})


def check_rows(frame: pd.DataFrame) -> None:
    """Refuse rows that a single report would not be taken with.

    Raises
    ------
    InvalidError
        ``import.rows`` with the first 200 and why.
    """
    wrong = pd.Series("", index=frame.index)
    has_point = frame["lon"].notna() & frame["lat"].notna()
    off = has_point & ((frame["lon"].abs() > 180) | (frame["lat"].abs() > 90))
    wrong[off] = _("no place on earth")
    wrong[frame["reported_at"].isna()] = _("no time of report")
    for name, most in TEXTS.items():
        wrong[frame[name].astype(str).str.len() > most] = _("%(name)s too long") % {"name": name}
    for name, known in _CHOICES.items():
        wrong[~frame[name].isin(known)] = _("unknown %(name)s") % {"name": name}
    ended = frame["closed_at"].notna()
    wrong[ended & ~frame["state"].isin([s.value for s in ENDED])] = _("open, but with an end")
    wrong[ended & (frame["closed_at"] < frame["reported_at"])] = _("closed before it was reported")
    pairs = dict(Condition.objects.values_list("id", "category_id"))
    asked = frame["condition_id"].notna()
    mismatch = asked & (frame["condition_id"].map(pairs) != frame["category_id"])
    wrong[mismatch] = _("the condition belongs to another category")
    bad = wrong[wrong != ""]
    if len(bad):
        raise InvalidError(
            "import.rows",
            _("%(count)d rows cannot be taken; the first is row %(row)d: %(why)s.")
            % {"count": len(bad), "row": int(bad.index.to_numpy()[0]) + 1, "why": bad.iloc[0]},
            data={
                "rows": [
                    [int(i) + 1, text] for i, text in zip(bad.index.to_numpy(), bad, strict=True)
                ][:200]
            },
        )
