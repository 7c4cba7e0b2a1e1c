"""The cast: who reads what in the small world of ``tests.world``.

::

      34.752 ┌────────┬────────┬────────┬────────┐
             │ A1 a   │ A2 a   │ B1 a   │ B2 a   │     ◇ ◇ ◇ ◇   events in no grid
      34.751 ├────────┼────────┼────────┼────────┤     □ ▲ ⌂     and three things that stand there
             │ A1 b   │ A2 b   │ B1 b   │ B2 b   │
      34.750 └────────┴────────┴────────┴────────┘
             inside    neighbour
             ←─── community ───→
             ←───────────── centre ──────────────→  + what lies in no grid
             handler: own department's cases wherever they lie; stranger: no post at all

Every cell has the same five events, so that nobody's list differs by luck: one just reported, one
late, one suspended, one closed, and one due soon. The late and the suspended ones lie on the
borders: within 30 m of each other, and in two hands. Half a kilometre east lies another street,
where only the administrator and the department look in.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.catalogue.models import CatalogueVersion, Category, Condition, Major
from mapgrid.events.models import Event, EventPhoto, EventStep
from mapgrid.events.workflow import Action
from mapgrid.grids.models import Edition, Post
from mapgrid.grids.pinning import pin
from mapgrid.grids.services import edition_load, edition_publish, post_appoint
from mapgrid.ground.models import Place, Street
from mapgrid.people.models import Department, User
from mapgrid.people.roles import Role
from mapgrid.register.models import Building
from tests import world

ROLES = (
    "inside", "neighbour", "community", "centre", "handler", "administrator", "stranger",
)  # fmt: skip
CELLS = [(c, g, m) for c in (1, 2) for g in (1, 2) for m in (1, 2)]
OUTSIDE_LON, OUTSIDE_LAT = 113.6060, 34.7510
OTHER = "410102998"

# What each reader's posts mean, told by codes and not by the product: prefixes of the path.
STREET = f"{world.STREET}."
A = f"{STREET}{world.code(1)}."
A1 = f"{A}{world.code(1, 1)}."
A2 = f"{A}{world.code(1, 2)}."
PATHS: dict[str, tuple[str, ...]] = {
    "inside": (A1,),
    "neighbour": (A2,),
    "community": (A,),
    "centre": (STREET,),
    "handler": (),
    "administrator": ("",),
    "stranger": (),
}


def sees_path(role: str, path: str) -> bool:
    """Whether a row with this path is the reader's; the oracle of every access test."""
    if role == "administrator":
        return True
    if path == "":
        return role == "centre"
    return any(path.startswith(prefix) for prefix in PATHS[role])


@dataclass
class Cast:
    """Everything the world holds, by plain names."""

    users: dict[str, User] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    edition: Edition | None = None

    def sees_event(self, role: str, row: dict[str, Any]) -> bool:
        """The oracle for events: own paths, own department, own queue."""
        own = role == "handler" and row["department_id"] == self.departments["drainage"].pk
        return own or sees_path(role, row["scope_path"])

    def sees_component(self, role: str, row: dict[str, Any]) -> bool:
        """The oracle for components: own paths, and what the own department looks after."""
        links = {row["supervising_id"], row["owning_id"], row["maintaining_id"]}
        own = role == "handler" and self.departments["drainage"].pk in links
        return own or sees_path(role, row["scope_path"])

    def events(self, role: str, **only: Any) -> set[str]:
        """Return the numbers of the events that a reader may see, from raw rows."""
        rows = Event.objects.filter(**only).values("number", "scope_path", "department_id")
        return {row["number"] for row in rows if self.sees_event(role, row)}

    def components(self, role: str) -> set[int]:
        """Return the ids of the components that a reader may see, from raw rows."""
        rows = Component.objects.values(
            "id", "scope_path", "supervising_id", "owning_id", "maintaining_id"
        )
        return {row["id"] for row in rows if self.sees_component(role, row)}

    def hazards(self, role: str) -> set[int]:
        """Return the ids of the hazard points that a reader may see, from raw rows."""
        rows = HazardPoint.objects.values("id", "scope_path")
        return {row["id"] for row in rows if sees_path(role, row["scope_path"])}

    def buildings(self, role: str) -> set[int]:
        """Return the ids of the buildings that a reader may see, from raw rows."""
        rows = Building.objects.values("id", "scope_path")
        return {row["id"] for row in rows if sees_path(role, row["scope_path"])}


def build(now: dt.datetime | None = None) -> Cast:
    """Store the world and its people; one second."""
    moment = now or timezone.now()
    cast = Cast()
    cast.edition = world.publish()
    _catalogue(cast)
    _people(cast)
    _ground()
    for place in CELLS:
        _things(cast, place)
        _events(cast, place, moment)
    _other_street(cast, moment)
    _outside(cast, moment)
    _photos()
    return cast


def _catalogue(cast: Cast) -> None:
    version = CatalogueVersion.objects.create(
        name="小目录", name_en="Small", state="published", effective_from=dt.date(2024, 1, 1)
    )
    for kind, code, name, limit in (
        ("component", "0102", "污水井盖", (2, "emergency_hours")),
        ("incident", "0110", "暴露垃圾", (4, "working_hours")),
    ):
        major = Major.objects.create(
            catalogue=version, kind=kind, code="01", name=f"{name}大类", name_en="Major"
        )
        category = Category.objects.create(
            catalogue=version, major=major, kind=kind, code=code, name=name,
            name_en=f"{kind} {code}", glyph="cover", owner_kind="drainage",
        )  # fmt: skip
        cast.conditions[kind] = Condition.objects.create(
            category=category, code=f"{code}01", name="丢失", name_en="Missing", measure="看",
            measure_en="look", unit="yes_no", threshold="有", threshold_en="yes",
            limit_value=limit[0], limit_unit=limit[1],
        )  # fmt: skip


def _people(cast: Cast) -> None:
    for key, name in (("drainage", "排水处"), ("lighting", "路灯处")):
        cast.departments[key] = Department.objects.create(key=key, name=name, name_en=key)
    duties = Post.Duty
    for name, role, grid, duty in (
        ("inside", Role.WORKER, (1, 1), duties.WORKER),
        ("neighbour", Role.WORKER, (1, 2), duties.WORKER),
        ("community", Role.COMMUNITY, (1,), duties.COMMUNITY_STAFF),
        ("centre", Role.CENTRE, (), duties.DISPATCHER),
        ("handler", Role.DEPARTMENT, None, None),
        ("administrator", Role.ADMINISTRATOR, None, None),
        ("stranger", Role.WORKER, None, None),
        ("head_b", Role.WORKER, (2, 1), duties.HEAD),
    ):
        user = User.objects.create(
            username=name, role=role, display_name=f"测{name}", phone=f"1380000{len(name):04d}",
            department=cast.departments["drainage"] if name == "handler" else None,
        )  # fmt: skip
        cast.users[name] = user
        if grid is not None and duty is not None:
            post_appoint(
                user=user, grid=world.grid(*grid), duty=duty, valid_from=dt.date(2024, 1, 1)
            )


def _ground() -> None:
    Place.objects.create(name="测试公园", kind="park", point="SRID=4326;POINT(113.602 34.751)")
    Street.objects.create(name="测试路", line="SRID=4326;LINESTRING(113.6 34.751, 113.604 34.751)")


def corner(place: tuple[int, int, int]) -> tuple[float, float]:
    """Return the south-west corner of a micro-grid."""
    community, grid, micro = place
    return world.xs((community - 1) * 2 + grid - 1), world.ys(2 - micro)


def spot(place: tuple[int, int, int], right: float, up: float) -> tuple[float, float]:
    """Return a place inside a micro-grid; right and up run from 0 to 1."""
    lon, lat = corner(place)
    return lon + right * world.STEP, lat + up * world.STEP


def _at(lonlat: tuple[float, float]) -> dict[str, Any]:
    return pin(lon=lonlat[0], lat=lonlat[1])


def _things(cast: Cast, place: tuple[int, int, int]) -> None:
    name = "-".join(map(str, place))
    category = cast.conditions["component"].category
    drainage = cast.departments["drainage"] if place[2] == 1 else None
    Component.objects.create(category=category, name=f"井 {name}", **_at(spot(place, 0.5, 0.5)))
    # On the border's side: the neighbour's is the nearer one for somebody who stands there.
    Component.objects.create(
        category=category, name=f"边井 {name}", owning=drainage, **_at(spot(place, 0.03, 0.3))
    )
    HazardPoint.objects.create(
        kind="flood_prone", name=f"积水点 {name}", contact="张三丰", contact_phone="13912345678",
        **_at(spot(place, 0.7, 0.7)),
    )  # fmt: skip
    lon, lat = spot(place, 0.2, 0.8)
    Building.objects.create(
        name=f"{name} 号楼", compound="测试院", households=20,
        footprint=Polygon.from_bbox((lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)),
        **_at((lon, lat)),
    )  # fmt: skip


def _event(cast: Cast, number: str, where: tuple[float, float] | None, **values: Any) -> Event:
    condition = values.pop("condition", cast.conditions["component"])
    located = {} if where is None else _at(where)
    event = Event.objects.create(
        number=number, category=condition.category, condition=condition, origin="demo",
        address=f"测试路 {number}", note=f"备注 {number}", **located, **values,
    )  # fmt: skip
    EventStep.objects.create(
        event=event, sequence=1, action=Action.REPORT, after=event.state, at=event.reported_at,
        actor=values.get("reporter"), note=f"步骤 {number}",
    )  # fmt: skip
    return event


def _events(cast: Cast, place: tuple[int, int, int], now: dt.datetime) -> None:
    """Five events a cell; the department's cases lie in every upper cell."""
    name, hour = "".join(map(str, place)), dt.timedelta(hours=1)
    drainage = cast.departments["drainage"] if place[2] == 1 else cast.departments["lighting"]
    inside = cast.users["inside"]
    refuse = cast.conditions["incident"]
    fresh = {"reported_at": now - hour, "deadline_at": now + 5 * hour, "warn_at": now + 4 * hour}
    late = {"reported_at": now - 30 * hour, "deadline_at": now - hour, "warn_at": now - 2 * hour}
    _event(cast, f"T-{name}-1", spot(place, 0.5, 0.45), state="reported", reporter=inside, **fresh)
    _event(
        cast, f"T-{name}-2", spot(place, 0.96, 0.5), state="dispatched", department=drainage,
        condition=refuse, filed_at=now - 29 * hour, **late,
    )  # fmt: skip
    _event(cast, f"T-{name}-3", spot(place, 0.04, 0.5), state="suspended", condition=refuse, **late)
    _event(
        cast, f"T-{name}-4", spot(place, 0.3, 0.3), state="closed", closed_at=now - hour,
        outcome="fixed", reply="已修好", department=drainage, **late,
    )  # fmt: skip
    soon = {"reported_at": now - 8 * hour, "deadline_at": now + hour, "warn_at": now - hour}
    _event(cast, f"T-{name}-5", spot(place, 0.04, 0.3), state="filed", **soon)


def _other_street(cast: Cast, now: dt.datetime) -> None:
    """A street of its own edition, without anything below it."""
    cells = world.cell_table([(OTHER, 1, "", "别的街道", world.square(10, 0, 2, 2))])
    draft = edition_load(name="other", cells=cells, names=["别的街道"])
    edition_publish(edition=draft, effective_from=world.LONG_AGO)
    middle = (world.xs(11), world.ys(1))
    hour = dt.timedelta(hours=1)
    _event(cast, "T-other-1", middle, state="filed", reported_at=now - hour)
    drainage = cast.departments["drainage"]
    _event(
        cast, "T-other-2", middle, state="handling", department=drainage, reported_at=now - hour,
        condition=cast.conditions["incident"],
    )  # fmt: skip
    Component.objects.create(
        category=cast.conditions["component"].category, maintaining=drainage, **_at(middle)
    )
    HazardPoint.objects.create(kind="other", name="积水点 别", **_at(middle))
    Building.objects.create(name="别 号楼", **_at(middle))


def _outside(cast: Cast, now: dt.datetime) -> None:
    """What lies in no grid, and what has no place at all."""
    hour = dt.timedelta(hours=1)
    for i in range(4):
        _event(
            cast, f"T-out-{i}", (OUTSIDE_LON + i * 1e-5, OUTSIDE_LAT), state="reported",
            reported_at=now - hour, deadline_at=now + hour, warn_at=now,
            department=cast.departments["drainage"] if i == 0 else None,
        )  # fmt: skip
    _event(cast, "T-nowhere", None, state="reported", reported_at=now - hour)
    out = (OUTSIDE_LON, OUTSIDE_LAT)
    category = cast.conditions["component"].category
    Component.objects.create(category=category, name="井 外", **_at(out))
    HazardPoint.objects.create(kind="other", name="积水点 外", **_at(out))
    Building.objects.create(name="外 号楼", compound="测试院", **_at(out))


def picture(width: int = 40, height: int = 30, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a small photograph as a file's bytes."""
    sink = io.BytesIO()
    Image.new("RGB", (width, height), (120, 90, 60)).save(sink, kind, **options)
    return sink.getvalue()


def _photos() -> None:
    for event in Event.objects.filter(number__in=["T-111-1", "T-121-2", "T-211-2", "T-out-1"]):
        photo = EventPhoto(event=event, sha256="0" * 64, width=40, height=30)
        photo.image.save("p.jpg", ContentFile(picture()), save=False)
        photo.thumb.save("p.jpg", ContentFile(picture(8, 6)), save=False)
        photo.save()
