"""Events (案件), their steps and photographs."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapgrid.assets.models import Component
from mapgrid.catalogue.models import Category, Condition
from mapgrid.core.fields import CodeField
from mapgrid.core.models import Pinned, Sourced, Stamped, unique_source
from mapgrid.events.guards import birth_guard, counted_guard, origin_guard, state_guard
from mapgrid.events.tile_columns import TILE_COLUMNS, tile_column, tile_function
from mapgrid.events.workflow import ENDED, Action, Origin, Outcome, Source, State, Track
from mapgrid.grids.models import Assigned
from mapgrid.people.models import Department
from mapgrid.register.models import Building


class Event(Sourced, Pinned, Assigned, Stamped):
    """One case, from the report to the reply."""

    uuid = models.UUIDField(_("client ID"), default=uuid.uuid4, unique=True, editable=False)
    number = CodeField(_("number"), unique=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    condition = models.ForeignKey(
        Condition, models.PROTECT, null=True, blank=True, verbose_name=_("condition")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REPORTED)
    track = models.CharField(_("track"), max_length=12, choices=Track, default=Track.CIRCULATED)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, default="")
    channel = models.CharField(
        _("reported by"), max_length=12, choices=Source, default=Source.PATROL
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.NATIVE)
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    address = models.CharField(_("address"), max_length=160, blank=True, default="")
    accuracy_m = models.FloatField(_("accuracy of the location in metres"), null=True, blank=True)
    location_kind = models.CharField(_("kind of location"), max_length=20, blank=True, default="")
    component = models.ForeignKey(Component, models.SET_NULL, null=True, blank=True)
    building = models.ForeignKey(Building, models.SET_NULL, null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)

    reported_at = models.DateTimeField(_("reported"))
    client_at = models.DateTimeField(_("time on the reporter's device"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    returned_at = models.DateTimeField(_("result returned"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    warn_at = models.DateTimeField(_("due soon from"), null=True, blank=True)

    reply = models.CharField(_("reply to the reporter"), max_length=1000, blank=True, default="")
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    satisfied = models.BooleanField(_("reporter satisfied"), null=True, blank=True)
    rework_count = models.PositiveSmallIntegerField(_("reworks"), default=0)
    reopen_count = models.PositiveSmallIntegerField(_("reopenings"), default=0)
    extension_count = models.PositiveSmallIntegerField(_("extensions"), default=0)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    # Where the point lies in the tiles of every zoom; see sql/0004_tile_keys.sql.
    tile_x = tile_column(models.IntegerField(), "mapgrid_tile_x", "point")
    tile_y = tile_column(models.IntegerField(), "mapgrid_tile_y", "point")
    tile_key = tile_column(
        models.BigIntegerField(),
        "mapgrid_tile_key",
        tile_function("mapgrid_tile_x", "point"),
        tile_function("mapgrid_tile_y", "point"),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            unique_source("events_event"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False) | ~Q(origin="native"),
                name="events_event_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="duplicate")
                | Q(duplicate_of__isnull=False)
                | ~Q(origin="native"),
                name="events_event_duplicate_of_something",
            ),
        )
        indexes = (
            models.Index(F("scope_path"), F("reported_at"), name="events_event_scope"),
            models.Index(F("reported_at"), name="events_event_reported"),
            models.Index(
                F("deadline_at"),
                F("id"),
                condition=~Q(state__in=ENDED),
                name="events_event_open_due",
            ),
            models.Index(F("department"), F("state"), name="events_event_department"),
            models.Index(F("grid_path"), F("reported_at"), name="events_event_grid_path"),
            # Counts below zoom 14 read these alone, never the table.
            models.Index(fields=["tile_key"], include=TILE_COLUMNS, name="events_event_tile"),
            models.Index(
                fields=["tile_key"],
                include=TILE_COLUMNS,
                condition=~Q(state__in=ENDED),
                name="events_event_tile_open",
            ),
        )
        triggers = (state_guard(), birth_guard(), origin_guard(), counted_guard())

    def __str__(self) -> str:
        return self.number


class EventStep(models.Model):
    """One step of a case, appended and never changed."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="steps")
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    action = models.CharField(_("action"), max_length=16, choices=Action)
    before = models.CharField(_("state before"), max_length=12, blank=True, default="")
    after = models.CharField(_("state after"), max_length=12, choices=State)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    data = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("event", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["event", "sequence"], name="events_eventstep_unique"),
        )
        triggers = (
            pgtrigger.Protect(
                name="event_step_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_id}/{self.sequence} {self.action}"


class EventPhoto(models.Model):
    """A photograph, re-encoded on arrival: no EXIF is ever stored."""

    class Stage(models.TextChoices):
        REPORT = "report", _("Report")
        HANDLING = "handling", _("Handling")
        RESULT = "result", _("Result")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="photos")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.REPORT)
    image = models.FileField(_("image"), upload_to="photos/%Y/%m/")
    thumb = models.FileField(_("thumbnail"), upload_to="thumbs/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ("uploaded_at",)
        triggers = (
            pgtrigger.Protect(
                name="event_photo_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class NumberRange(models.Model):
    """The last event number given out on a day."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("number range")

    def __str__(self) -> str:
        return f"{self.day} {self.last}"
