"""The invented cases as the bulk service takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.synth import City, CityEvents
from mapgrid.catalogue.models import Condition
from mapgrid.events.workflow import ENDED, Action, State
from mapgrid.people.models import Department

# The state after each action; None leaves the state as it was.
AFTER: dict[str, str | None] = {
    Action.REPORT: State.REPORTED,
    Action.ACCEPT: State.ACCEPTED,
    Action.VERIFY: State.VERIFIED,
    Action.FILE: State.FILED,
    Action.REJECT: State.REJECTED,
    Action.DISPATCH: State.DISPATCHED,
    Action.HANDLE: State.HANDLING,
    Action.RETURN_RESULT: State.RETURNED,
    Action.CHECK: State.CHECKED,
    Action.REWORK: State.DISPATCHED,
    Action.EXTEND: None,
    Action.SUSPEND: State.SUSPENDED,
    Action.RESUME: State.HANDLING,
    Action.CLOSE: State.CLOSED,
    Action.REOPEN: State.FILED,
    Action.MARK_DUPLICATE: State.CLOSED,
}
# Column of the event → the actions whose last occurrence it tells.
_MOMENTS: dict[str, tuple[str, ...]] = {
    "accepted_at": (Action.ACCEPT,),
    "filed_at": (Action.FILE, Action.REOPEN),
    "dispatched_at": (Action.DISPATCH, Action.REWORK),
    "returned_at": (Action.RETURN_RESULT,),
    "checked_at": (Action.CHECK,),
    "closed_at": (Action.CLOSE, Action.REJECT, Action.MARK_DUPLICATE),
    "suspended_at": (Action.SUSPEND,),
}


def step_frame(told: CityEvents) -> pd.DataFrame:
    """Return the steps with the states before and after each."""
    steps = told.steps.rename(columns={"event_index": "event"})
    after = steps["action"].astype(object).map(AFTER)
    after = after.groupby(steps["event"]).ffill()
    before = after.groupby(steps["event"]).shift(1).fillna("")
    return steps.assign(before=before, after=after)


def event_frame(
    told: CityEvents,
    steps: pd.DataFrame,
    city: City,
    conditions: list[Condition],
    departments: dict[str, Department],
    component_ids: NDArray[np.int64],
) -> pd.DataFrame:
    """Return one row a case in the columns of ``events_import``."""
    events = told.events
    condition = events["condition_index"].to_numpy()
    ids = np.array([c.pk for c in conditions], dtype=np.int64)
    categories = np.array([c.category_id for c in conditions], dtype=np.int64)
    component = events["component_index"].to_numpy()
    frame = pd.DataFrame(
        {
            "uuid": events["event_uuid"].astype(str),
            "source_id": events["event_uuid"].astype(str),
            "lon": events["lon"],
            "lat": events["lat"],
            "category_id": categories[condition],
            "condition_id": ids[condition],
            "channel": events["source"],
            "reported_at": events["reported_at"],
            "note": events["note"],
            "location_kind": events["location_kind"],
            "accuracy_m": events["gps_accuracy_m"],
            "track": events["track"],
            "state": events["state"],
            "outcome": events["outcome"],
            "reply": events["reply"],
            "rework_count": events["rework_count"],
            "reopen_count": events["reopened"].astype(int),
            "duplicate_of": events["duplicate_of"],
            "component_id": _picked(component, component_ids),
            "department_id": [
                departments[key].pk if key else None for key in events["department_key"]
            ],
            "satisfied": [None if v < 0 else bool(v) for v in events["satisfied"]],
        }
    )
    frame = frame.assign(**_moments(frame, steps))
    return frame.assign(replied_at=frame["closed_at"].where(frame["reply"] != "", pd.NaT))


def _picked(index: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.object_]:
    out = np.full(len(index), None, dtype=object)
    out[index >= 0] = ids[index[index >= 0]]
    return out


def _moments(frame: pd.DataFrame, steps: pd.DataFrame) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for column, actions in _MOMENTS.items():
        last = steps[steps["action"].isin(actions)].groupby("event")["at"].max()
        out[column] = last.reindex(range(len(frame))).to_numpy()
    ended = frame["state"].isin([s.value for s in ENDED]).to_numpy()
    out["closed_at"] = np.where(ended, out["closed_at"], np.datetime64("NaT"))
    waiting = (frame["state"] == State.SUSPENDED).to_numpy()
    out["suspended_at"] = np.where(waiting, out["suspended_at"], np.datetime64("NaT"))
    return out
