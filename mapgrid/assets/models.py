"""What stands in the street: components with an owner, and hazard points that must be looked at."""

from __future__ import annotations

import pghistory
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapgrid.catalogue.models import Category
from mapgrid.core.fields import CodeField
from mapgrid.core.models import Pinned, Sourced, Stamped, unique_source
from mapgrid.grids.models import Assigned
from mapgrid.people.models import Department


@pghistory.track()
class Component(Sourced, Pinned, Assigned, Stamped):
    """A cover, a lamp, a grate: one thing with a 16-digit ID and three departments."""

    class State(models.TextChoices):
        IN_USE = "in_use", _("In use")
        DAMAGED = "damaged", _("Damaged")
        MISSING = "missing", _("Missing")
        RETIRED = "retired", _("Retired")

    category = models.ForeignKey(Category, models.PROTECT, verbose_name=_("category"))
    code16 = CodeField(_("16-digit ID"), max_length=16, blank=True, default="")
    name = models.CharField(_("name"), max_length=80, blank=True)
    supervising = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supervising department"),
    )
    owning = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owning department"),
    )
    maintaining = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("maintaining department"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IN_USE)
    installed_on = models.DateField(_("installed"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = (
            unique_source("assets_component"),
            models.UniqueConstraint(
                fields=["code16"], condition=~Q(code16=""), name="assets_component_code16_unique"
            ),
        )
        indexes = (models.Index("scope_path", name="assets_component_scope"),)

    def __str__(self) -> str:
        return self.name or self.code16 or f"#{self.pk}"


@pghistory.track()
class HazardPoint(Sourced, Pinned, Assigned, Stamped):
    """A place that can hurt somebody: looked at again by ``next_check_on``."""

    class Kind(models.TextChoices):
        DANGEROUS_HOUSE = "dangerous_house", _("Dangerous old house")
        FLOOD_PRONE = "flood_prone", _("Flood-prone spot")
        CONSTRUCTION_SITE = "construction_site", _("Construction site")
        FIRE_LANE = "fire_lane", _("Fire lane")
        OTHER = "other", _("Other hazard")

    class Season(models.TextChoices):
        ALL = "all", _("All year")
        RAIN = "rain", _("Rainy season")
        WINTER = "winter", _("Winter")
        SUMMER = "summer", _("Summer")

    class Severity(models.IntegerChoices):
        LOW = 1, _("Low")
        MEDIUM = 2, _("Medium")
        HIGH = 3, _("High")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    season = models.CharField(_("season"), max_length=10, choices=Season, default=Season.ALL)
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity, default=Severity.MEDIUM
    )
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("contact's phone"), max_length=20, blank=True)
    next_check_on = models.DateField(_("next check due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("hazard point")
        verbose_name_plural = _("hazard points")
        constraints = (unique_source("assets_hazardpoint"),)
        indexes = (models.Index("scope_path", name="assets_hazardpoint_scope"),)

    def __str__(self) -> str:
        return self.name
