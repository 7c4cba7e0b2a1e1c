"""Load a catalogue and calendars from readable TOML files; loading one again changes nothing.

The format is described in ``docs/catalogue.md``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.catalogue.calendars import calendar_save
from mapgrid.catalogue.choices import WEEKDAYS
from mapgrid.catalogue.models import CatalogueVersion, Category, Condition, Major, WorkCalendar
from mapgrid.catalogue.services import WORDING, catalogue_publish, changed_fields
from mapgrid.core.errors import ConflictError, InvalidError

Row = TypeVar("Row", Major, Category, Condition)
STARTER = Path("fixtures") / "catalogue" / "starter.toml"
CALENDAR = Path("fixtures") / "catalogue" / "calendar.toml"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Rows made, changed and removed by loading, and rows that already were as in the file."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0

    def __add__(self, other: LoadReport) -> LoadReport:
        names = [field.name for field in fields(self)]
        return LoadReport(**{n: getattr(self, n) + getattr(other, n) for n in names})


@transaction.atomic
def catalogue_load(
    *, path: Path | None = None, publish: bool = True
) -> tuple[CatalogueVersion, LoadReport]:
    """Make the stored version of a file's name equal to the file, and publish it if it is a draft.

    Parameters
    ----------
    path : the TOML file; the starter catalogue by default. Files that it includes lie beside it.
    publish : put a new version into force from the day that the file names (today without one).

    Raises
    ------
    InvalidError
        The file cannot be read, or a row does not validate; the message names the row.
    ConflictError
        The version is already published and the file changes more than names.
    """
    source = read_catalogue(path or settings.BASE_DIR / STARTER)
    catalogue = _version(source["version"])
    report = _sync(catalogue, Major, _majors(catalogue, source["majors"]))
    majors = {(row.kind, row.code): row for row in catalogue.majors.all()}
    report += _sync(catalogue, Category, _categories(catalogue, majors, source["categories"]))
    categories = {(row.kind, row.code): row for row in catalogue.categories.all()}
    report += _sync(catalogue, Condition, _conditions(categories, source["categories"]))
    if publish and catalogue.is_draft:
        catalogue = catalogue_publish(catalogue=catalogue)
    return catalogue, report


def read_catalogue(path: Path) -> dict[str, Any]:
    """Read a catalogue file and those that it includes into one table.

    Raises
    ------
    InvalidError
        A file is missing or is not valid TOML.
    """
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8"))
        for name in source.pop("include", []):
            part = tomllib.loads((path.parent / name).read_text(encoding="utf-8"))
            source.setdefault("categories", []).extend(part["categories"])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidError(
            "catalogue.unreadable",
            _("%(path)s cannot be read: %(why)s") % {"path": path, "why": error},
        ) from error
    missing = {"version", "majors", "categories"} - source.keys()
    if missing:
        raise InvalidError(
            "catalogue.unreadable",
            _("%(path)s lacks: %(names)s") % {"path": path, "names": ", ".join(sorted(missing))},
        )
    return source


def _version(raw: dict[str, Any]) -> CatalogueVersion:
    values = {
        "name_en": raw["name"][1],
        "standard": raw.get("standard", ""),
        "effective_from": raw.get("effective_from"),
    }
    catalogue, made = CatalogueVersion.objects.select_for_update().get_or_create(
        name=raw["name"][0], defaults=values
    )
    if not made and catalogue.is_draft:
        CatalogueVersion.objects.filter(pk=catalogue.pk).update(**values)
        catalogue.refresh_from_db()
    return catalogue


def _majors(catalogue: CatalogueVersion, raws: Iterable[dict[str, Any]]) -> list[Major]:
    return [
        Major(catalogue=catalogue, kind=raw["kind"], code=raw["code"], **_named(raw))
        for raw in raws
    ]


def _categories(
    catalogue: CatalogueVersion,
    majors: dict[tuple[str, str], Major],
    raws: Iterable[dict[str, Any]],
) -> list[Category]:
    rows = []
    for raw in raws:
        major = majors.get((raw["kind"], raw["code"][:2]))
        if major is None:
            raise _row_error(raw["code"], _("there is no such major group"))
        rows.append(
            Category(
                catalogue=catalogue,
                major=major,
                kind=raw["kind"],
                code=raw["code"],
                glyph=raw["glyph"],
                owner_kind=raw["owner"],
                **_named(raw),
            )
        )
    return rows


def _conditions(
    categories: dict[tuple[str, str], Category], raws: Iterable[dict[str, Any]]
) -> list[Condition]:
    return [
        _condition(categories[raw["kind"], raw["code"]], order, entry)
        for raw in raws
        for order, entry in enumerate(raw["conditions"], start=1)
    ]


def _condition(category: Category, order: int, raw: dict[str, Any]) -> Condition:
    value, _sep, unit = raw["limit"].partition(" ")
    if not value.isdigit():
        raise _row_error(category.code + raw["code"], _('a limit reads like "4 working_hours"'))
    return Condition(
        category=category,
        code=category.code + raw["code"],
        measure=raw["measure"][0],
        measure_en=raw["measure"][1],
        unit=raw["unit"],
        threshold=raw["threshold"][0],
        threshold_en=raw["threshold"][1],
        limit_value=int(value),
        limit_unit=unit,
        order=order,
        **_named(raw),
    )


def _named(raw: dict[str, Any]) -> dict[str, str]:
    return {"name": raw["name"][0], "name_en": raw["name"][1]}


def _row_error(code: str, why: str) -> InvalidError:
    return InvalidError(
        "catalogue.bad_row", _("Row %(code)s: %(why)s") % {"code": code, "why": why}
    )


def _sync(catalogue: CatalogueVersion, model: type[Row], wanted: list[Row]) -> LoadReport:
    """Make the stored rows of one table equal to the wanted ones, in as few writes as it takes."""
    stored = {_key(row): row for row in _rows_of(catalogue, model)}
    new, changed, names = [], [], set[str]()
    for row in wanted:
        _validate(row)
        old = stored.pop(_key(row), None)
        if old is None:
            new.append(row)
            continue
        row.pk, row.version, row.created_at = old.pk, old.version + 1, old.created_at
        differing = changed_fields(old, row)
        if differing:
            changed.append(row)
            names |= differing
    if not catalogue.is_draft and (new or stored or names - WORDING):
        raise ConflictError(
            "catalogue.locked",
            _(
                "%(version)s is published: only names can be corrected."
                " Give the file a new version name."
            )
            % {"version": catalogue.title},
        )
    model.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    model.objects.bulk_create(new)
    for row in changed:
        row.save()
    same = len(wanted) - len(new) - len(changed)
    return LoadReport(len(new), len(changed), len(stored), same)


def _rows_of(catalogue: CatalogueVersion, model: type[Row]) -> Iterable[Any]:
    if issubclass(model, Condition):
        return Condition.objects.filter(category__catalogue=catalogue).select_related("category")
    return model.objects.filter(catalogue=catalogue)


def _key(row: Major | Category | Condition) -> tuple[str, str, str]:
    kind = row.category.kind if isinstance(row, Condition) else row.kind
    return type(row).__name__, kind, row.code


def _validate(row: Major | Category | Condition) -> None:
    try:
        row.clean_fields()
        if isinstance(row, Condition):
            row.clean()
    except ValidationError as error:
        texts = [f"{name}: {' '.join(words)}" for name, words in error.message_dict.items()]
        raise _row_error(row.code, "; ".join(texts)) from error


@transaction.atomic
def calendars_load(*, path: Path | None = None) -> list[WorkCalendar]:
    """Make the calendars of a file, and put the city's kind into use where none is in use yet.

    A calendar that exists already is left as its administrators have made it.

    Raises
    ------
    InvalidError
        A calendar has no weekday, no session, or sessions that overlap.
    """
    source = tomllib.loads((path or settings.BASE_DIR / CALENDAR).read_text(encoding="utf-8"))
    in_use = WorkCalendar.objects.filter(is_default=True).exists()
    made = []
    for raw in source["calendars"]:
        if WorkCalendar.objects.filter(name=raw["name"][0]).exists():
            continue
        calendar = WorkCalendar(
            source=raw["source"],
            is_default=not in_use and raw["source"] == settings.CITY.calendar,
            **{day: day in raw["weekdays"] for day in WEEKDAYS},
            **_named(raw),
        )
        sessions = [(_time(opens), _time(closes)) for opens, closes in raw["sessions"]]
        made.append(calendar_save(calendar=calendar, sessions=sessions, days=_days(raw)))
    return made


def _time(text: str) -> time:
    return time(0, 0) if text == "24:00" else time.fromisoformat(text)


def _days(raw: dict[str, Any]) -> dict[date, tuple[bool, str]]:
    return {day["date"]: (day["working"], day.get("note", "")) for day in raw.get("days", [])}
