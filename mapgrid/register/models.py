"""Buildings: where households live. Entrances, units and organisations hang on them later."""

from __future__ import annotations

import pghistory
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from mapgrid.core.models import Pinned, Sourced, Stamped, unique_source
from mapgrid.grids.models import Assigned


@pghistory.track()
class Building(Sourced, Pinned, Assigned, Stamped):
    """A building by its footprint, or by a point where nobody drew one."""

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", _("Residential")
        SHOP = "shop", _("Shop")
        OFFICE = "office", _("Office")
        SCHOOL = "school", _("School")
        HOSPITAL = "hospital", _("Hospital")
        MARKET = "market", _("Market")
        INDUSTRIAL = "industrial", _("Industrial")
        PUBLIC = "public", _("Public")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        STANDING = "standing", _("Standing")
        RETIRED = "retired", _("Retired")

    name = models.CharField(_("name"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=160, blank=True)
    compound = models.CharField(_("compound"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.RESIDENTIAL)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    entrances = models.PositiveSmallIntegerField(_("entrances"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STANDING)
    footprint = models.GeometryField(_("footprint"), srid=4326, null=True, blank=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = (unique_source("register_building"),)
        indexes = (models.Index("scope_path", name="register_building_scope"),)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.compound, self.name))) or f"#{self.pk}"
