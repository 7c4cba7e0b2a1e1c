"""Loads the demonstration city through the same services that a real one uses, all or nothing."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geodata.coverage import LEVELS, CellTable
from geodata.synth import City, ConditionSpec, build_city, build_events
from mapgrid.assets.importing import components_import, hazards_import
from mapgrid.catalogue.deadlines import deadlines_for
from mapgrid.catalogue.loading import calendars_load, catalogue_load
from mapgrid.catalogue.models import Category, Condition
from mapgrid.core.errors import ConflictError
from mapgrid.demo.history import event_frame, step_frame
from mapgrid.demo.people import people_load
from mapgrid.events.importing import events_import
from mapgrid.events.workflow import Origin
from mapgrid.grids.models import Edition, Grid
from mapgrid.grids.services import edition_load, edition_publish
from mapgrid.ground.services import ground_import
from mapgrid.people.models import Department
from mapgrid.people.services import departments_load
from mapgrid.register.importing import buildings_import

SOURCE = "demo"
MONTHS = 18
# What geodata.synth calls a building → what the register calls it.
_BUILDING_KINDS = {
    "commercial": "shop", "service": "public", "shed": "other", "village": "residential",
}  # fmt: skip
Say = Callable[[str], None]


@dataclass
class Report:
    """What was loaded and how long each part took."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class _Stopwatch:
    def __init__(self, report: Report, say: Say) -> None:
        self.report, self.say, self.last = report, say, time.perf_counter()

    def lap(self, part: str, count: int) -> None:
        now = time.perf_counter()
        self.report.counts[part] = count
        self.report.seconds[part] = now - self.last
        self.say(f"{part}: {count:,} ({now - self.last:.1f} s)")
        self.last = now


def demo_loaded() -> bool:
    """Return whether this database already holds the demonstration."""
    return Edition.objects.filter(origin=SOURCE).exists()


@transaction.atomic
def demo_load(*, seed: int, times: int, until: dt.datetime, say: Say) -> Report:
    """Make the city from its seed and store it.

    Parameters
    ----------
    seed : int
        The same seed gives the same city.
    times : int
        How many streets: grids, assets and events grow together.
    until : datetime
        The moment the history ends at; the last cases are still open then.
    say : callable
        Takes one line of progress.

    Raises
    ------
    ConflictError
        ``demo.loaded`` when it is already there.
    """
    if demo_loaded():
        raise ConflictError("demo.loaded", _("The demonstration is already loaded."))
    report = Report()
    watch = _Stopwatch(report, say)
    city = build_city(seed=seed, times=times)
    watch.lap("city", times)
    catalogue_load()
    calendars_load()
    conditions = list(Condition.objects.select_related("category").order_by("id"))
    watch.lap("conditions", len(conditions))
    since = timezone.localdate(until) - dt.timedelta(days=31 * MONTHS)
    grids = _load_grids(city, since)
    watch.lap("grids", len(grids))
    _load_ground(city)
    watch.lap("ground", len(city.streets) + len(city.blocks))
    departments = departments_load(
        rows=[{str(k): v for k, v in row.items()} for row in city.departments.to_dict("records")]
    )
    people = people_load(grids=grids, departments=departments, since=since, seed=seed)
    watch.lap("people", people)
    buildings = city.buildings.assign(kind=city.buildings["kind"].replace(_BUILDING_KINDS))
    watch.lap("buildings", buildings_import(frame=buildings, source=SOURCE).added)
    component_ids = _load_components(city, departments)
    watch.lap("components", len(component_ids))
    watch.lap("hazards", _load_hazards(city, timezone.localdate(until)))
    _load_events(city, conditions, departments, component_ids, until, seed, watch)
    _analyze()
    return report


def _load_grids(city: City, since: dt.date) -> list[Grid]:
    households = _households(city)
    start = timezone.make_aware(dt.datetime.combine(since, dt.time()))
    cells = city.cells
    street_of = cells["code"].str[:9]
    for _street, part in cells.groupby(street_of, sort=True):
        index = {code: i for i, code in enumerate(part["code"])}
        # A root has no parent here; the parent of the street lies outside the edition.
        parents = [index.get(code, -1) for code in part["parent_code"].fillna("")]
        table = CellTable.from_sequences(
            list(part["code"]),
            [LEVELS.index(level) for level in part["level"]],
            parents,
            list(part.geometry),
        )
        edition = edition_load(
            name=f"{start:%Y-%m}",
            cells=table,
            names=list(part["name"]),
            kinds=list(part["kind"]),
            households=[households.get(code, 0) for code in part["code"]],
            origin=SOURCE,
        )
        edition_publish(edition=edition, effective_from=start)
    return list(Grid.objects.order_by("code"))


def _households(city: City) -> dict[str, int]:
    """Households of every cell: a building counts in its micro-grid and in all above it."""
    parent = dict(zip(city.cells["code"], city.cells["parent_code"].fillna(""), strict=True))
    total = dict(city.buildings.groupby("micro_code")["households"].sum())
    out: dict[str, int] = {}
    for code, count in total.items():
        at = str(code)
        while at:
            out[at] = out.get(at, 0) + int(count)
            at = parent.get(at, "")
    return out


def _load_ground(city: City) -> None:
    for layer in ("streets", "water", "rails", "blocks", "places"):
        frame: gpd.GeoDataFrame = getattr(city, layer)
        numbered = frame.assign(source_id=[f"{layer}-{i}" for i in range(len(frame))])
        ground_import(layer=layer, frame=numbered, source=SOURCE)


def _load_components(city: City, departments: dict[str, Department]) -> NDArray[np.int64]:
    frame = city.components
    categories = dict(Category.objects.filter(kind="component").values_list("code", "id"))
    owner = [departments[key].pk for key in frame["owner_department_key"]]
    rows = pd.DataFrame(
        {
            "lon": frame["lon"],
            "lat": frame["lat"],
            "source_id": frame["id16"],
            "code16": frame["id16"],
            "category_id": [categories[code] for code in frame["category_code"]],
            "supervising_id": owner,
            "owning_id": owner,
            "maintaining_id": owner,
            "state": frame["state"].replace({"normal": "in_use"}),
            "installed_on": frame["installed_on"],
        }
    )
    return components_import(frame=rows, source=SOURCE).ids


def _load_hazards(city: City, until: dt.date) -> int:
    frame = city.hazards
    roles = {"community_staff": "社区工作人员", "grid_worker": "网格员"}
    rows = frame[["lon", "lat", "source_id", "kind", "name", "season", "severity"]].assign(
        contact=[roles.get(role, "") for role in frame["contact_role"]],
        next_check_on=[
            until + dt.timedelta(days=int(days)) for days in frame["next_check_offset_days"]
        ],
    )
    return hazards_import(frame=rows, source=SOURCE).added


def _load_events(
    city: City,
    conditions: list[Condition],
    departments: dict[str, Department],
    component_ids: NDArray[np.int64],
    until: dt.datetime,
    seed: int,
    watch: _Stopwatch,
) -> None:
    specs = [
        ConditionSpec(c.category.kind, c.category.code, c.code, c.emergency) for c in conditions
    ]
    ids = np.array([c.pk for c in conditions], dtype=np.int64)

    def deadlines(
        filed_at: NDArray[np.datetime64], index: NDArray[np.int64]
    ) -> NDArray[np.datetime64]:
        return deadlines_for(ids[index], filed_at).at.astype("datetime64[s]")

    told = build_events(city, specs, until, deadlines, seed=seed)
    watch.lap("history made up", len(told.events))
    steps = step_frame(told)
    frame = event_frame(told, steps, city, conditions, departments, component_ids)
    done = events_import(events=frame, steps=steps, origin=Origin.DEMO, source=SOURCE)
    watch.lap("events", done.added)


def _analyze() -> None:
    with connection.cursor() as cursor:
        for table in ("events_event", "events_eventstep", "grids_cell", "register_building"):
            cursor.execute(f"ANALYZE {table}")
