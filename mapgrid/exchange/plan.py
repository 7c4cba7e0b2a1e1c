"""How a file becomes rows, as plain data: read from a profile, the command line, or a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext as _

from geodata.crs import Datum
from mapgrid.core.errors import InvalidError
from mapgrid.exchange.models import Target
from mapgrid.grids.models import DEPTH

# Target → fields that a file may fill. Every target also takes the identity of its rows.
_GROUND_LINES = ("name",)
FIELDS: dict[str, tuple[str, ...]] = {
    Target.CELLS: ("code", "name", "kind", "households", "population", "parent", "level"),
    Target.STREETS: (*_GROUND_LINES, "rank"),
    Target.WATER: ("name", "kind"),
    Target.RAILS: _GROUND_LINES,
    Target.BLOCKS: ("name", "kind"),
    Target.PLACES: ("name", "kind"),
    Target.BUILDINGS: (
        "name", "address", "compound", "kind", "floors", "entrances", "households",
    ),
    Target.COMPONENTS: ("category", "code16", "name", "state", "installed_on", "note"),
    Target.HAZARDS: (
        "kind", "name", "season", "severity", "contact", "contact_phone", "next_check_on",
        "state", "note",
    ),
    Target.EVENTS: (
        "reported_at", "closed_at", "accepted_at", "filed_at", "dispatched_at", "returned_at",
        "checked_at", "category", "condition", "state", "outcome", "channel", "track", "note",
        "address", "location_kind", "accuracy_m", "reply", "replied_at", "stated_grid",
    ),
}  # fmt: skip
REQUIRED: dict[str, tuple[str, ...]] = {
    Target.CELLS: ("code", "name"),
    Target.COMPONENTS: ("category",),
    Target.HAZARDS: ("kind",),
    Target.EVENTS: ("reported_at",),
}


@dataclass(frozen=True, slots=True)
class CellsPlan:
    """How a file of polygons becomes an edition below one root.

    Attributes
    ----------
    level : str
        Level of every polygon, unless a column says it.
    root_code, root_name, root_level : str
        The root that is made as the union of all polygons; leave the code out when the file
        holds the root itself.
    edition : str
        Name of the edition.
    effective_from : date, optional
        First day of force when published.
    publish : bool
        Publish when the check finds nothing.
    """

    level: str = "grid"
    root_code: str = ""
    root_name: str = ""
    root_level: str = "street"
    edition: str = ""
    effective_from: dt.date | None = None
    publish: bool = True


@dataclass(frozen=True, slots=True)
class OfficialList:
    """A table of official names beside the file: its path relative to it, and two columns."""

    file: str
    code: str = "code"
    name: str = "name"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import needs to know beside the file.

    Attributes
    ----------
    target, source : str
        What the rows become, and the name of the source, half of every row's identity.
    layer, crs, datum, encoding, x, y
        Given to the reader; see ``geodata.ingest.read``.
    fields : mapping
        Field of the target → column of the file; ``a+b`` joins two columns with a blank.
    constants : mapping
        Field → one value for every row.
    values : mapping
        Field → {text in the file: value}; ``*`` stands for every other text, and a text that is
        in no mapping is an error, never a guess.
    dates : mapping
        Column → `strptime` pattern, for columns whose dates are not ISO.
    whole : tuple of str
        Columns whose ``61.0`` means 61.
    key, order_by : tuple of str
        Columns that name a row, and those that order rows of one name. Without a key the content
        of the row names it.
    where : tuple of str
        Rows to take: ``column=value|value``, ``column!=value``, ``column`` (is not empty),
        ``!column``.
    keep : tuple of str
        Columns without a place in the tables, kept by code in the report of a grid import.
    """

    target: str
    source: str
    city: str = ""
    layer: str | None = None
    crs: int | None = None
    datum: Datum | None = None
    encoding: str | None = None
    x: str | None = None
    y: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    cells: CellsPlan = CellsPlan()
    official: OfficialList | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the plan as it is stored with its run."""
        plain = {name: value for name, value in asdict(self).items() if value}
        plain["cells"] = {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in plain["cells"].items()
        }
        return plain


def plan_from(raw: Mapping[str, Any]) -> Plan:
    """Check plain values and build a plan.

    Raises
    ------
    InvalidError
        ``plan.unknown_key``, ``plan.target``, ``plan.source``, ``plan.field``, ``plan.missing``,
        ``plan.datum`` or ``plan.level``: each names what is wrong and what there is.
    """
    known = {f.name for f in fields(Plan)}
    _refuse_strange(set(raw) - known, known, "plan.unknown_key")
    values = dict(raw)
    for name in ("whole", "key", "order_by", "where", "keep"):
        values[name] = tuple(values.get(name, ()))
    values["datum"] = _datum(values.get("datum"))
    values["cells"] = _cells(values.get("cells", {}))
    if official := values.get("official"):
        values["official"] = OfficialList(**official)
    for name in ("target", "source"):
        values.setdefault(name, "")
    plan = Plan(**values)
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    if plan.target not in FIELDS:
        raise InvalidError(
            "plan.target",
            _("Say what the rows become (--to): %(known)s.") % {"known": ", ".join(FIELDS)},
        )
    if not plan.source:
        raise InvalidError(
            "plan.source", _("Name the source (--source); it is half of every row's identity.")
        )
    takes = set(FIELDS[plan.target])
    given = {*plan.fields, *plan.constants}
    _refuse_strange((given | set(plan.values)) - takes, takes, "plan.field")
    missing = [name for name in REQUIRED.get(plan.target, ()) if name not in given]
    if missing:
        raise InvalidError(
            "plan.missing",
            _("%(target)s need %(fields)s; map each with --map field=column.")
            % {"target": plan.target, "fields": ", ".join(missing)},
        )


def _refuse_strange(strange: set[str], known: set[str], code: str) -> None:
    if strange:
        raise InvalidError(
            code,
            _("Unknown: %(strange)s. Known: %(known)s.")
            % {"strange": ", ".join(sorted(strange)), "known": ", ".join(sorted(known))},
        )


def _datum(value: str | None) -> Datum | None:
    if not value:
        return None
    try:
        return Datum(value)
    except ValueError as error:
        raise InvalidError(
            "plan.datum", _("Unknown datum; use one of %(known)s.") % {"known": ", ".join(Datum)}
        ) from error


def _cells(raw: Mapping[str, Any]) -> CellsPlan:
    known = {f.name for f in fields(CellsPlan)}
    _refuse_strange(set(raw) - known, known, "plan.unknown_key")
    values = dict(raw)
    if isinstance(day := values.get("effective_from"), str):
        values["effective_from"] = dt.date.fromisoformat(day)  # a saved profile is JSON
    plan = CellsPlan(**values)
    _refuse_strange({plan.level, plan.root_level} - set(DEPTH), set(DEPTH), "plan.level")
    return plan
