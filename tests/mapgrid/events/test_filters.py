"""One filter for every view: what it refuses and means, against plain Python over 300 events.

The oracle below knows nothing of SQL. The list (a queryset), the tiles and the heat (a condition
over an alias) must both agree with it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection, transaction

from mapgrid.catalogue.models import CatalogueVersion, Category, Major
from mapgrid.core.errors import InvalidError
from mapgrid.core.scope import NOBODY, SYSTEM, Scope
from mapgrid.events.filters import CLOCKS, SHOWS, STAGES, EventFilter
from mapgrid.events.models import Event
from mapgrid.events.querysets import (
    apply_filter,
    events_for,
    filter_sql,
    scope_sql,
    with_clock,
)
from mapgrid.events.workflow import State, Track
from mapgrid.grids.pinning import pin
from mapgrid.people.models import Department
from tests import world

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)  # noon in the city
ZONE = ZoneInfo("Asia/Shanghai")
COUNT = 300
OTHER_PLACE = (world.xs(0) - 0.002, world.ys(0))


@dataclass(frozen=True)
class Row:
    """An event as plain values."""

    id: int
    number: str
    address: str
    category: tuple[str, str, str, str] | None
    state: str
    track: str
    path: str
    department_id: int | None
    lonlat: tuple[float, float] | None
    reported_at: dt.datetime
    deadline_at: dt.datetime | None
    warn_at: dt.datetime | None


# --- what the words mean ------------------------------------------------------------------------


def clock_of(row: Row) -> str:
    if row.state in ("closed", "rejected"):
        return "still"
    if not row.path:
        return "lost"
    if row.state == "suspended" or row.deadline_at is None or row.warn_at is None:
        return "still"
    if row.deadline_at < NOW:
        return "late"
    return "soon" if row.warn_at <= NOW else "ok"


def stage_of(row: Row) -> str:
    if row.state in ("closed", "rejected"):
        return "closed"
    if not row.path:
        return "unassigned"
    if row.state == "suspended":
        return "suspended"
    early = ("reported", "accepted", "verified", "filed")
    return "todo" if row.state in early else "in_hand"


def shown(row: Row, asked: EventFilter) -> bool:
    still_open = row.state not in ("closed", "rejected")
    day = row.reported_at.astimezone(ZONE).date()
    inside = (asked.from_day is None or day >= asked.from_day) and (
        asked.to_day is None or day <= asked.to_day
    )
    return {
        "open": still_open,
        "closed": not still_open and inside,
        "all": still_open or inside,
        "period": inside,
    }[asked.show]


def placed(row: Row, asked: EventFilter) -> bool:
    if asked.grid and asked.grid not in row.path.split("."):
        return False
    if asked.bbox_lonlat is None:
        return True
    west, south, east, north = asked.bbox_lonlat
    if row.lonlat is None:
        return False
    return west <= row.lonlat[0] <= east and south <= row.lonlat[1] <= north


def wanted(row: Row, asked: EventFilter) -> bool:
    text = asked.text.casefold()
    named = [row.number, row.address, *(row.category[2:] if row.category else ())]
    return (
        shown(row, asked)
        and (not asked.clocks or clock_of(row) in asked.clocks)
        and (not asked.stages or stage_of(row) in asked.stages)
        and (not asked.categories or (row.category or ())[:2] in asked.categories)
        and (not asked.track or row.track == asked.track)
        and placed(row, asked)
        and (not text or any(text in name.casefold() for name in named))
    )


# --- three hundred events -----------------------------------------------------------------------


def categories() -> list[Category]:
    version = CatalogueVersion.objects.create(name="小", name_en="Small", state="draft")
    made = []
    for kind, code, name, name_en in (
        ("component", "0102", "污水井盖", "Sewage cover"),
        ("component", "0103", "雨水井盖", "Storm cover"),
        ("incident", "0102", "100%_遮挡", "Blocked 100%"),
    ):
        major, _new = Major.objects.get_or_create(
            catalogue=version, kind=kind, code="01", defaults={"name": "大类", "name_en": "Major"}
        )
        made.append(
            Category.objects.create(
                catalogue=version, major=major, kind=kind, code=code, name=name, name_en=name_en
            )
        )
    return made


def one(
    i: int, rng: np.random.Generator, kinds: list[Category], departments: list[Department]
) -> Event:
    hours = dt.timedelta(hours=1)
    reported = NOW - float(rng.uniform(0, 24 * 12)) * hours
    if i % 10 == 0:  # exactly at a local midnight, and one microsecond before
        reported = dt.datetime(2026, 11, 15, tzinfo=ZONE) - dt.timedelta(microseconds=i // 10 % 2)
    span = dt.timedelta(seconds=int(rng.integers(600, 400_000)))
    due = reported + span if rng.random() > 0.1 else None
    if i % 17 == 0:
        due = NOW  # due this very moment is not late yet
    lonlat: tuple[float, float] | None = (
        float(rng.uniform(world.xs(0), world.xs(4))),
        float(rng.uniform(world.ys(0), world.ys(2))),
    )
    if rng.random() < 0.15:
        lonlat = OTHER_PLACE if rng.random() < 0.5 else None
    return Event(
        number=f"ZY-{i:05d}",
        origin="demo",
        state=str(rng.choice(State.values)),
        track=str(rng.choice(Track.values)),
        category=None if rng.random() < 0.1 else kinds[int(rng.integers(3))],
        department=None if rng.random() < 0.5 else departments[int(rng.integers(2))],
        address=str(rng.choice(["", "桐柏路 5 号", "Tongbai Rd", "50% off_shop", "a\\b"])),
        reported_at=reported,
        deadline_at=due,
        warn_at=None if due is None else due - min(span / 4, 2 * hours),
        **({} if lonlat is None else pin(lon=lonlat[0], lat=lonlat[1])),
    )


@pytest.fixture(scope="module")
def _events(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Made once for the whole file, and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world.publish()
        kinds = categories()
        departments = [Department.objects.create(key=k, name=k) for k in ("roads", "water")]
        rng = np.random.default_rng(20261121)
        Event.objects.bulk_create(one(i, rng, kinds, departments) for i in range(COUNT))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rows(_events: None, db: None) -> list[Row]:
    return [
        Row(
            id=e.pk,
            number=e.number,
            address=e.address,
            category=e.category
            and (e.category.kind, e.category.code, e.category.name, e.category.name_en),
            state=e.state,
            track=e.track,
            path=e.scope_path,
            department_id=e.department_id,
            lonlat=e.point and (e.point.x, e.point.y),
            reported_at=e.reported_at,
            deadline_at=e.deadline_at,
            warn_at=e.warn_at,
        )
        for e in Event.objects.select_related("category").order_by("id")
    ]


def by_queryset(asked: EventFilter, **how: bool) -> list[int]:
    found = apply_filter(Event.objects.all(), asked, NOW, **how).order_by("id")
    return list(found.values_list("id", flat=True))


def by_sql(sql: str, params: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT e.id FROM events_event e WHERE {sql} ORDER BY e.id", params)
        return [row[0] for row in cursor.fetchall()]


def check(rows: list[Row], asked: EventFilter) -> int:
    expected = [row.id for row in rows if wanted(row, asked)]
    assert by_queryset(asked) == expected, asked
    assert by_sql(*filter_sql(asked, NOW)) == expected, asked
    return len(expected)


FROM, TO = dt.date(2026, 11, 12), dt.date(2026, 11, 14)
A1 = world.code(1, 1)
WORLD_BOX = (world.xs(1), world.ys(0), world.xs(3), world.ys(1))


def test_every_clock_and_stage_occurs(rows: list[Row]) -> None:
    """Else the tests below would compare nothing with nothing."""
    assert {clock_of(row) for row in rows} == set(CLOCKS)
    assert {stage_of(row) for row in rows} == set(STAGES)


def test_the_clock_and_the_stage_of_each_event(rows: list[Row]) -> None:
    found: Any = with_clock(Event.objects.all(), NOW).order_by("id")
    assert list(found.values_list("id", "clock", "stage")) == [
        (row.id, clock_of(row), stage_of(row)) for row in rows
    ]


@pytest.mark.parametrize("show", SHOWS)
def test_days_are_local_and_both_included(rows: list[Row], show: str) -> None:
    for first, last in itertools.product((None, FROM), (None, TO)):
        assert check(rows, EventFilter(show=show, from_day=first, to_day=last)) > 0
    check(rows, EventFilter(show=show, from_day=TO, to_day=FROM))


@pytest.mark.parametrize("show", SHOWS)
def test_every_clock_with_every_stage(rows: list[Row], show: str) -> None:
    for clock, stage in itertools.product((None, *CLOCKS), (None, *STAGES)):
        clocks = () if clock is None else (clock,)
        stages = () if stage is None else (stage,)
        check(rows, EventFilter(show=show, clocks=clocks, stages=stages))


def test_random_combinations_of_everything(rows: list[Row]) -> None:
    rng = np.random.default_rng(7)

    def some(values: tuple[Any, ...]) -> tuple[Any, ...]:
        size = int(rng.integers(0, 3))
        return tuple(sorted({values[int(rng.integers(len(values)))] for _ in range(size)}))

    def maybe(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    pairs = (("component", "0102"), ("component", "0103"), ("incident", "0102"), ("incident", "9"))
    hits = 0
    for _ in range(300):
        hits += check(
            rows,
            EventFilter(
                show=maybe(*SHOWS),
                from_day=maybe(None, FROM),
                to_day=maybe(None, TO),
                clocks=some(CLOCKS),
                stages=some(STAGES),
                categories=some(pairs),
                track=maybe("", "", *Track.values),
                grid=maybe("", "", world.STREET, world.code(1), A1, world.code(2, 1, 2)),
                bbox_lonlat=maybe(None, None, WORLD_BOX),
                text=maybe("", "", "ZY-000", "桐柏", "cover", "%"),
            ),
        )
    assert hits > 1000


@pytest.mark.parametrize(
    "text",
    [
        "ZY-00012",
        "zy-0001",
        "桐柏路",
        "tongbai",
        "盖",
        "SEWAGE",
        "%",
        "_",
        "0% off_",
        "\\",
        "a\\b",
        "'",
    ],
)
def test_text_is_taken_literally(rows: list[Row], text: str) -> None:
    check(rows, EventFilter(show="period", text=text))


def test_a_grid_is_its_whole_subtree_and_an_unknown_one_is_nothing(rows: list[Row]) -> None:
    for code in (world.STREET, world.code(1), A1, world.code(1, 1, 1)):
        assert check(rows, EventFilter(show="period", grid=code)) > 0
    for code in ("999", world.STREET[:-1], "%", "'"):
        assert by_queryset(EventFilter(show="period", grid=code)) == []


def test_the_borders_of_a_box_belong_to_it(rows: list[Row]) -> None:
    row = next(row for row in rows if row.lonlat)
    assert row.lonlat is not None
    lon, lat = row.lonlat
    found = by_queryset(EventFilter(show="period", bbox_lonlat=(lon, lat, lon, lat)))
    assert row.id in found
    assert check(rows, EventFilter(show="period", bbox_lonlat=WORLD_BOX)) > 0


def test_counts_may_leave_the_clocks_out(rows: list[Row]) -> None:
    asked = EventFilter(show="all", clocks=("late",), stages=("todo",))
    without = EventFilter(show="all", stages=("todo",))
    assert by_queryset(asked, clocks=False) == by_queryset(without)
    assert by_sql(*filter_sql(asked, NOW, clocks=False)) == by_queryset(without)


def test_a_scope_in_sql_is_the_scope_of_the_queryset(rows: list[Row]) -> None:
    rng = np.random.default_rng(11)
    paths = sorted({row.path[: row.path.rfind(".", 0, i) + 1] for row in rows for i in (-1, 30)})
    known = [path for path in paths if path] + ["4101029990.", "9.", f"{world.STREET}."]
    departments = sorted({row.department_id for row in rows if row.department_id})
    scopes = [SYSTEM, NOBODY]
    for _ in range(80):
        chosen = rng.choice(known, size=int(rng.integers(0, 4)))
        scopes.append(
            Scope(
                paths=tuple(str(path) for path in chosen),
                department_ids=tuple(d for d in departments if rng.random() < 0.3),
                unassigned=bool(rng.random() < 0.3),
            )
        )
    seen = 0
    for scope in scopes:
        expected = [
            row.id
            for row in rows
            if scope.covers(row.path) or row.department_id in scope.department_ids
        ]
        asked = events_for(scope).order_by("id").values_list("id", flat=True)
        assert list(asked) == expected, scope
        assert by_sql(*scope_sql(scope)) == expected, scope
        seen += len(expected)
    assert seen > 1000


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"from": "yesterday"}, "filter.from"),
        ({"to": "2026-02-30"}, "filter.to"),
        ({"from": "0001-01-01"}, "filter.from"),
        ({"to": "9999-12-31"}, "filter.to"),
        ({"clock": "late,never"}, "filter.clock"),
        ({"stage": "done"}, "filter.stage"),
        ({"track": "train"}, "filter.track"),
        ({"track": "whistle,circulated"}, "filter.track"),
        ({"show": "everything"}, "filter.show"),
        ({"category": "0102"}, "filter.category"),
        ({"category": "thing:0102"}, "filter.category"),
        ({"category": "component:abc"}, "filter.category"),
        ({"category": ",".join(["component:1"] * 201)}, "filter.category"),
        ({"bbox": "1,2,3"}, "filter.bbox"),
        ({"bbox": "1,2,3,4,5"}, "filter.bbox"),
        ({"bbox": "nan,0,1,1"}, "filter.bbox"),
        ({"bbox": "10,0,5,1"}, "filter.bbox"),
        ({"bbox": "0,0,1,91"}, "filter.bbox"),
        ({"bbox": "a,b,c,d"}, "filter.bbox"),
        ({"q": "a\0b"}, "filter.q"),
        ({"grid": "41\0"}, "filter.grid"),
    ],
)
def test_nonsense_is_refused_and_says_what_is_taken(params: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        EventFilter.parse(params)
    assert caught.value.code == code
    assert caught.value.message


def test_a_question_is_read_in_full() -> None:
    asked = EventFilter.parse(
        {
            "show": "all", "from": "2026-11-01", "to": "2026-11-21", "clock": "soon,late",
            "stage": "todo", "category": "incident:0102,component:0103", "track": "whistle",
            "grid": A1, "bbox": "113.6,34.7,113.7,34.8", "q": "  桐柏路  ",
        }
    )  # fmt: skip
    assert asked == EventFilter(
        show="all",
        from_day=dt.date(2026, 11, 1),
        to_day=dt.date(2026, 11, 21),
        clocks=("late", "soon"),
        stages=("todo",),
        categories=(("component", "0103"), ("incident", "0102")),
        track="whistle",
        grid=A1,
        bbox_lonlat=(113.6, 34.7, 113.7, 34.8),
        text="桐柏路",
    )


def test_nothing_asked_is_what_is_open() -> None:
    assert EventFilter.parse({}) == EventFilter(show="open")
    assert EventFilter.parse({}, show="all").show == "all"
    assert EventFilter.parse({"open": "1"}).show == "open"
    assert EventFilter.parse({"open": "0"}).show == "closed"
