"""Reads of the catalogue and the calendar, kept in the process until a write changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mapgrid.catalogue.choices import Kind
from mapgrid.catalogue.clocks import CalendarRules, LimitUnit
from mapgrid.catalogue.models import CatalogueVersion, Category, Condition, Major, WorkCalendar
from mapgrid.catalogue.statutory import statutory_exceptions, statutory_span
from mapgrid.core.changes import data_version
from mapgrid.core.errors import NotFoundError

TABLES = (
    "catalogue_catalogueversion",
    "catalogue_major",
    "catalogue_category",
    "catalogue_condition",
)
CALENDAR_TABLES = ("catalogue_workcalendar", "catalogue_worksession", "catalogue_calendarday")
BUILT_IN_SESSIONS = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
WARN_DAYS_AHEAD = 30

P = ParamSpec("P")
R = TypeVar("R")


def kept_until_changed(*tables: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep a reader's answers in the process while the data version of its tables stays the same.

    The price of a hit is one short query; a change made by any process is seen by the next call.
    """

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        kept: dict[str, dict[Any, R]] = {}

        @wraps(read)
        def reader(*args: P.args, **kwargs: P.kwargs) -> R:
            version = data_version(tables)
            answers = kept.get(version)
            if answers is None:  # threads may race here; each then fills a table of its own
                kept.clear()
                answers = kept.setdefault(version, {})
            key = (args, tuple(sorted(kwargs.items())))
            if key not in answers:
                answers[key] = read(*args, **kwargs)
            return answers[key]

        return reader

    return decorate


def catalogue_in_force(on: date | None = None) -> CatalogueVersion:
    """Return the published version that started last, on or before a local day (by default today).

    Raises
    ------
    NotFoundError
        No version has been published for that day.
    """
    return CatalogueVersion.objects.get(pk=_in_force_id(on or timezone.localdate()))


@kept_until_changed(*TABLES)
def _in_force_id(on: date) -> int:
    found = (
        CatalogueVersion.objects.exclude(state=CatalogueVersion.State.DRAFT)
        .filter(effective_from__lte=on)
        .order_by("-effective_from", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        raise NotFoundError(
            "catalogue.none_in_force",
            _("No catalogue is in force. Load the starter catalogue or publish a draft."),
        )
    return found


def categories_in_force(on: date | None = None) -> QuerySet[Category]:
    """Active categories of the version in force, in the order of their codes."""
    catalogue_id = _in_force_id(on or timezone.localdate())
    return Category.objects.filter(catalogue_id=catalogue_id, active=True)


def category_by_key(key: str, on: date | None = None) -> Category:
    """Find a category of the version in force by ``kind:code``, such as ``component:0102``.

    Raises
    ------
    NotFoundError
        The version in force has no such active category.
    """
    kind, _sep, code = key.partition(":")
    found = categories_in_force(on).filter(kind=kind, code=code).first()
    if found is None:
        raise NotFoundError(
            "catalogue.no_category",
            _("The catalogue in force has no category %(key)s.") % {"key": key},
        )
    return found


def condition_by_code(category: Category, code: str) -> Condition:
    """Find an active condition of a category by its six digits.

    Raises
    ------
    NotFoundError
        The category has no such active condition.
    """
    found = category.conditions.filter(code=code, active=True).select_related("category").first()
    if found is None:
        raise NotFoundError(
            "catalogue.no_condition",
            _("%(category)s has no condition %(code)s.") % {"category": category, "code": code},
        )
    return found


def catalogue_tree(language: str | None = None, on: date | None = None) -> dict[str, Any]:
    """Return the version in force as plain data in one language, for the form and the filters."""
    return _tree(language or translation.get_language() or settings.LANGUAGE_CODE, _day(on))


def _day(on: date | None) -> date:
    return on or timezone.localdate()


@kept_until_changed(*TABLES)
def _tree(language: str, on: date) -> dict[str, Any]:
    with translation.override(language):
        catalogue = catalogue_in_force(on)
        conditions = Condition.objects.filter(active=True).order_by("order", "code")
        categories = (
            Category.objects.filter(active=True)
            .order_by("code")
            .prefetch_related(Prefetch("conditions", conditions))
        )
        majors = list(
            catalogue.majors.order_by("code").prefetch_related(Prefetch("categories", categories))
        )
        return {
            "version": {
                "name": catalogue.title,
                "effective_from": f"{catalogue.effective_from:%Y-%m-%d}",
            },
            "kinds": [
                {
                    "kind": kind.value,
                    "label": str(kind.label),
                    "majors": [_major_row(major) for major in majors if major.kind == kind],
                }
                for kind in Kind
            ],
        }


def _major_row(major: Major) -> dict[str, Any]:
    rows = [_category_row(category) for category in major.categories.all()]
    return {"code": major.code, "name": major.title, "categories": rows}


def _category_row(category: Category) -> dict[str, Any]:
    return {
        "code": category.code,
        "key": category.key,
        "name": category.title,
        "glyph": category.glyph,
        "owner_kind": category.owner_kind,
        "conditions": [_condition_row(condition) for condition in category.conditions.all()],
    }


def _condition_row(condition: Condition) -> dict[str, Any]:
    return {
        "code": condition.code,
        "name": condition.title,
        "measure": condition.measure_title,
        "threshold": condition.threshold_title,
        "limit_label": condition.limit_label,
        "limit_value": condition.limit_value,
        "limit_unit": condition.limit_unit,
        "emergency": condition.emergency,
    }


@dataclass(frozen=True, slots=True)
class Limit:
    """A condition's limit as the clocks take it: minutes, and whether they run day and night."""

    minutes: int
    round_the_clock: bool


def limits_by_condition(rules: CalendarRules) -> dict[int, Limit]:
    """Limits of all conditions of all versions by primary key (some hundred rows)."""
    rows = Condition.objects.values_list("pk", "limit_value", "limit_unit")
    return {
        pk: Limit(rules.limit_minutes(value, unit), unit == LimitUnit.EMERGENCY_HOURS)
        for pk, value, unit in rows
    }


def default_rules() -> CalendarRules:
    """Rules of the calendar in use; where none is stored, the city's kind with 08-12 and 14-18."""
    return _default_rules(settings.TIME_ZONE, settings.CITY.calendar)


@kept_until_changed(*CALENDAR_TABLES)
def _default_rules(time_zone: str, kind: str) -> CalendarRules:
    calendar = WorkCalendar.objects.filter(is_default=True).first()
    if calendar is not None:
        return calendar_rules(calendar, time_zone=time_zone)
    statutory = kind == WorkCalendar.Source.STATUTORY
    return _rules(WorkCalendar(), BUILT_IN_SESSIONS, {}, time_zone=time_zone, statutory=statutory)


def calendar_rules(calendar: WorkCalendar, *, time_zone: str = "") -> CalendarRules:
    """Rules of a stored calendar: its week, its sessions, published holidays, days entered by hand.

    A day that was entered by hand wins over the published holidays. The time zone is the city's by
    default.
    """
    sessions = tuple(
        (minute_of_day(opens), minute_of_day(closes, end=True))
        for opens, closes in calendar.sessions.order_by("opens_at").values_list(
            "opens_at", "closes_at"
        )
    )
    days = dict(calendar.days.values_list("date", "is_working"))
    statutory = calendar.source == WorkCalendar.Source.STATUTORY
    zone = time_zone or settings.TIME_ZONE
    return _rules(calendar, sessions, days, time_zone=zone, statutory=statutory)


def _rules(
    calendar: WorkCalendar,
    sessions: tuple[tuple[int, int], ...],
    days: dict[date, bool],
    *,
    time_zone: str,
    statutory: bool,
) -> CalendarRules:
    published = dict(statutory_exceptions()) if statutory else {}
    known_from, known_until = statutory_span() if statutory else (None, None)
    if known_until is not None and calendar.known_until is not None:
        known_until = max(known_until, calendar.known_until)
    return CalendarRules(
        time_zone=time_zone,
        weekdays=calendar.weekdays,
        sessions=sessions,
        exceptions=tuple(sorted((published | days).items())),
        known_from=known_from,
        known_until=known_until,
    )


def minute_of_day(moment: time, *, end: bool = False) -> int:
    """Minutes after midnight; 00:00 as the end of a session is 24:00."""
    minute = moment.hour * 60 + moment.minute
    return 24 * 60 if end and minute == 0 else minute


def calendar_warning(on: date | None = None) -> str:
    """Say, in words, that the known holidays end soon or have ended; empty while all is well."""
    until = default_rules().known_until
    if until is None or _day(on) + timedelta(days=WARN_DAYS_AHEAD) <= until:
        return ""
    return _(
        "Holidays are known until %(day)s. Deadlines after that count Monday to Friday and may"
        " move: enter the new holidays in the working calendar."
    ) % {"day": until.isoformat()}
