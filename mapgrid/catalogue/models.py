"""Categories with their conditions and limits, and the calendars that limits run on."""

from __future__ import annotations

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapgrid.catalogue.choices import (
    WEEKDAYS,
    Glyph,
    Kind,
    LimitUnitChoice,
    MeasureUnit,
    limit_label,
    pick,
)
from mapgrid.catalogue.clocks import LimitUnit
from mapgrid.core.fields import CodeField
from mapgrid.core.models import Stamped
from mapgrid.people.models import Department


class Named(models.Model):
    """A Chinese and an English name; the page's language decides which one is shown."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """The name in the language of the page."""
        return pick(self.name, self.name_en)


@pghistory.track()
class CatalogueVersion(Named, Stamped):
    """One edition of the catalogue. A published one is replaced by a new draft, never rewritten."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    standard = models.TextField(_("standard followed"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    effective_from = models.DateField(_("effective from"), null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")
        ordering = (F("effective_from").desc(nulls_first=True), "name")
        constraints = (
            models.UniqueConstraint(fields=["name"], name="catalogue_version_name_unique"),
            models.UniqueConstraint(
                fields=["effective_from"],
                condition=Q(state="published"),
                name="catalogue_version_one_published_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(effective_from__isnull=False),
                name="catalogue_version_published_has_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """True while categories and conditions may still change."""
        return self.state == self.State.DRAFT


@pghistory.track()
class Major(Named, Stamped):
    """A major group: the first two digits of a category's code, within one version and kind."""

    catalogue = models.ForeignKey(
        CatalogueVersion,
        models.CASCADE,
        related_name="majors",
        verbose_name=_("version of catalogue"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = CodeField(_("code"), max_length=2)

    class Meta:
        verbose_name = _("major group")
        verbose_name_plural = _("major groups")
        ordering = ("catalogue", "kind", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["catalogue", "kind", "code"], name="catalogue_major_identity"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}$"), name="catalogue_major_code"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@pghistory.track()
class Category(Named, Stamped):
    """What a case is about: identified by (version, kind, code), never by the digits alone."""

    catalogue = models.ForeignKey(
        CatalogueVersion,
        models.CASCADE,
        related_name="categories",
        verbose_name=_("version of catalogue"),
    )
    major = models.ForeignKey(
        Major, models.PROTECT, related_name="categories", verbose_name=_("major group")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = CodeField(_("code"), max_length=4)
    glyph = models.CharField(_("glyph"), max_length=20, choices=Glyph)
    owner_kind = models.CharField(
        _("usual owner"), max_length=20, choices=Department.Kind, default=Department.Kind.OTHER
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("catalogue", "kind", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["catalogue", "kind", "code"], name="catalogue_category_identity"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}$"), name="catalogue_category_code"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def clean(self) -> None:
        """The first two digits of the code name the major group."""
        found = self.find_major()
        if found is None:
            raise ValidationError(
                {
                    "code": _(
                        "This version has no major group with the first two digits of the code."
                    )
                }
            )
        self.major = found

    def find_major(self) -> Major | None:
        """The major group that the code names, if this version has it."""
        return Major.objects.filter(
            catalogue_id=self.catalogue_id, kind=self.kind, code=self.code[:2]
        ).first()

    @property
    def key(self) -> str:
        """``kind:code``, as it stands in addresses and filters."""
        return f"{self.kind}:{self.code}"


@pghistory.track()
class Condition(Named, Stamped):
    """One measurable state of a category, with the limit in which it must be put right."""

    category = models.ForeignKey(
        Category, models.CASCADE, related_name="conditions", verbose_name=_("category")
    )
    code = CodeField(_("code"), max_length=6)
    measure = models.CharField(_("how to measure"), max_length=200)
    measure_en = models.CharField(_("how to measure (English)"), max_length=300)
    unit = models.CharField(_("unit"), max_length=10, choices=MeasureUnit)
    threshold = models.CharField(_("threshold"), max_length=120)
    threshold_en = models.CharField(_("threshold (English)"), max_length=200)
    limit_value = models.PositiveSmallIntegerField(_("limit"))
    limit_unit = models.CharField(_("unit of limit"), max_length=20, choices=LimitUnitChoice)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ("category", "order", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["category", "code"], name="catalogue_condition_identity"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{6}$"), name="catalogue_condition_code"
            ),
            models.CheckConstraint(
                condition=Q(limit_value__gte=1), name="catalogue_condition_limit_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def emergency(self) -> bool:
        """True where the limit runs day and night."""
        return self.limit_unit == LimitUnit.EMERGENCY_HOURS

    @property
    def limit_label(self) -> str:
        """The limit in words, such as "4 working hours"."""
        return limit_label(self.limit_value, self.limit_unit)

    @property
    def measure_title(self) -> str:
        """How to measure, in the language of the page."""
        return pick(self.measure, self.measure_en)

    @property
    def threshold_title(self) -> str:
        """The threshold, in the language of the page."""
        return pick(self.threshold, self.threshold_en)

    def clean(self) -> None:
        """The code continues its category's, and what is not seen as yes or no has a figure."""
        if not self.code.startswith(self.category.code):
            raise ValidationError(
                {"code": _("The code starts with the four digits of its category.")}
            )
        if self.unit != MeasureUnit.YES_NO and not any(c.isdigit() for c in self.threshold):
            raise ValidationError({"threshold": _("Give the figure, or choose yes or no as unit.")})


@pghistory.track()
class WorkCalendar(Named, Stamped):
    """When the working clock runs: weekdays, sessions, holidays. The time zone is the city's."""

    class Source(models.TextChoices):
        STATUTORY = "statutory", _("Statutory (holidays and swapped days)")
        PLAIN = "plain", _("Plain (weekdays only)")

    source = models.CharField(
        _("holidays"), max_length=10, choices=Source, default=Source.STATUTORY
    )
    monday = models.BooleanField(_("Monday"), default=True)
    tuesday = models.BooleanField(_("Tuesday"), default=True)
    wednesday = models.BooleanField(_("Wednesday"), default=True)
    thursday = models.BooleanField(_("Thursday"), default=True)
    friday = models.BooleanField(_("Friday"), default=True)
    saturday = models.BooleanField(_("Saturday"), default=False)
    sunday = models.BooleanField(_("Sunday"), default=False)
    known_until = models.DateField(
        _("holidays entered until"),
        null=True,
        blank=True,
        help_text=_(
            "Set this once all holidays up to that day are entered below; it ends the warning."
        ),
    )
    is_default = models.BooleanField(_("in use"), default=False)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ("-is_default", "name")
        constraints = (
            models.UniqueConstraint(fields=["name"], name="catalogue_calendar_name_unique"),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="catalogue_calendar_one_default",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def weekdays(self) -> frozenset[int]:
        """ISO numbers of the worked weekdays, Monday = 1."""
        flags = [getattr(self, day) for day in WEEKDAYS]
        return frozenset(number for number, worked in enumerate(flags, start=1) if worked)


@pghistory.track()
class WorkSession(models.Model):
    """One stretch of a working day, in local time; 24:00 is written as 00:00 at the end."""

    calendar = models.ForeignKey(
        WorkCalendar, models.CASCADE, related_name="sessions", verbose_name=_("working calendar")
    )
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("working session")
        verbose_name_plural = _("working sessions")
        ordering = ("calendar", "opens_at")
        constraints = (
            models.UniqueConstraint(
                fields=["calendar", "opens_at"], name="catalogue_session_identity"
            ),
        )

    def __str__(self) -> str:
        return f"{self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


@pghistory.track()
class CalendarDay(models.Model):
    """A day that differs from the ordinary week and from the published holidays."""

    calendar = models.ForeignKey(
        WorkCalendar, models.CASCADE, related_name="days", verbose_name=_("working calendar")
    )
    date = models.DateField(_("date"))
    is_working = models.BooleanField(_("working day"), default=False)
    note = models.CharField(_("note"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ("calendar", "date")
        constraints = (
            models.UniqueConstraint(fields=["calendar", "date"], name="catalogue_day_identity"),
        )

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
