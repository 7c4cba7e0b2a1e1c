"""Grids: a lasting identity, editions that give it a boundary, posts that give it people.

::

    Grid 410102003003017 ──< Cell (edition 2026-03) boundary, name, parent
                         ──< Cell (edition 2026-09) boundary, name, parent
                         ──< Post (worker, from – to)
"""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from mapgrid.core.fields import CodeField, MetricMultiPolygonField, PathField
from mapgrid.core.models import Stamped


class Level(models.TextChoices):
    """From the widest to the finest; ``DEPTH`` gives the number that the tie rule compares."""

    DISTRICT = "district", _("District")
    STREET = "street", _("Street")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")
    MICRO = "micro", _("Micro-grid")


DEPTH: dict[str, int] = {level: depth for depth, level in enumerate(Level.values)}
LEVEL_OF_DEPTH: dict[int, str] = {depth: level for level, depth in DEPTH.items()}


class Rule(models.TextChoices):
    """Why a point belongs where it does; THE tie rule is told in ``geodata.locate``."""

    INSIDE = "inside", _("Inside")
    BORDER = "border", _("On a border, the smaller code")
    OUTSIDE = "outside", _("In no grid")


@pghistory.track()
class Grid(Stamped):
    """The identity of a grid; it outlives every boundary that it was ever given."""

    class Kind(models.TextChoices):
        BASIC = "basic", _("Basic")
        DEDICATED = "dedicated", _("Dedicated")

    code = CodeField(_("code"), unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BASIC)

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class _Period(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@pghistory.track()
class Edition(Stamped):
    """All boundaries below one root, valid from one moment to the next edition's."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    root = models.ForeignKey(Grid, models.PROTECT, related_name="editions", verbose_name=_("root"))
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    effective_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    effective_to = models.DateTimeField(_("in force until"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    applied_at = models.DateTimeField(_("open rows re-assigned"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("root__code", "-effective_from")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="draft") | Q(effective_from__isnull=False),
                name="grids_edition_published_has_a_start",
            ),
            # One edition of a root in force at any moment.
            ExclusionConstraint(
                name="grids_edition_one_in_force",
                expressions=[
                    ("root", RangeOperators.EQUAL),
                    (_Period("effective_from", "effective_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="published"),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Cell(models.Model):
    """One grid in one edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="cells")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="cells")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    code = CodeField(_("code"))
    name = models.CharField(_("name"), max_length=80)
    depth = models.PositiveSmallIntegerField(_("depth"))
    is_leaf = models.BooleanField(_("has no children"))
    path = PathField(_("path"))
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    boundary = models.MultiPolygonField(_("boundary"), srid=4326, spatial_index=False)
    boundary_m = MetricMultiPolygonField(_("boundary in metres"), spatial_index=False)
    label_point = models.PointField(_("label point"), srid=4326, spatial_index=False)

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["edition", "code"], name="grids_cell_code_unique"),
            models.UniqueConstraint(fields=["edition", "grid"], name="grids_cell_grid_unique"),
        )
        indexes = (
            models.Index(F("edition"), F("path"), name="grids_cell_path"),
            models.Index(F("grid"), name="grids_cell_grid"),
            GistIndex(fields=["edition", "boundary"], name="grids_cell_boundary"),
            GistIndex(fields=["boundary_m"], name="grids_cell_boundary_m"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def level(self) -> str:
        return LEVEL_OF_DEPTH[self.depth]


@pghistory.track()
class Post(Stamped):
    """Somebody's duty on a grid from a date to a date, both included."""

    class Duty(models.TextChoices):
        HEAD = "head", _("Grid head")
        WORKER = "worker", _("Grid worker")
        MICRO_HEAD = "micro_head", _("Micro-grid head")
        POLICE = "police", _("Police officer")
        INSPECTOR = "inspector", _("Inspector")
        VOLUNTEER = "volunteer", _("Volunteer")
        PARTY_CONTACT = "party_contact", _("Party-member contact")
        COMMUNITY_STAFF = "community_staff", _("Community staff")
        DISPATCHER = "dispatcher", _("Dispatcher")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("person")
    )
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="posts", verbose_name=_("grid"))
    duty = models.CharField(_("duty"), max_length=20, choices=Duty, default=Duty.WORKER)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("grid__code", "duty", "valid_from")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grids_post_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["user", "grid", "duty", "valid_from"], name="grids_post_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_duty_display()} · {self.grid}"


class Assigned(models.Model):
    """The grid of a point, and why. Every table with a point or a footprint has these columns.

    ``grid`` and ``edition`` are for counting and stay as they were when a case is closed;
    ``scope_path`` is for access and always follows the edition in force.
    """

    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    grid_path = PathField(_("path when counted"), blank=True, default="")
    scope_path = PathField(_("path for access"), blank=True, default="")
    rule = models.CharField(_("rule"), max_length=10, choices=Rule, default=Rule.OUTSIDE)
    border_m = models.FloatField(_("metres to the nearest border"), null=True, blank=True)
    runner_up = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True)

    class Meta:
        abstract = True
