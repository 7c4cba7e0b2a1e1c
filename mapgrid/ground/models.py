"""Streets, water, rails, blocks, named places: the base map, later the barriers between grids."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from mapgrid.core.models import Sourced, unique_source


class Ground(Sourced):
    """What every layer of the base map has."""

    name = models.CharField(_("name"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or f"{self._meta.verbose_name} {self.pk}"


class Street(Ground):
    class Rank(models.TextChoices):
        MAJOR = "major", _("Major road")
        MINOR = "minor", _("Road")
        ALLEY = "alley", _("Alley")

    rank = models.CharField(_("rank"), max_length=10, choices=Rank, default=Rank.MINOR)
    line = models.LineStringField(_("line"), srid=4326)

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        constraints = (unique_source("ground_street"),)


class Water(Ground):
    kind = models.CharField(_("kind"), max_length=20, default="river")
    area = models.GeometryField(_("area"), srid=4326)

    class Meta:
        verbose_name = _("water")
        verbose_name_plural = _("waters")
        constraints = (unique_source("ground_water"),)


class Rail(Ground):
    line = models.LineStringField(_("line"), srid=4326)

    class Meta:
        verbose_name = _("railway")
        verbose_name_plural = _("railways")
        constraints = (unique_source("ground_rail"),)


class Block(Ground):
    """A piece of ground of one use: a compound, a park, a school."""

    kind = models.CharField(_("kind"), max_length=20, default="residential")
    area = models.GeometryField(_("area"), srid=4326)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = (unique_source("ground_block"),)


class Place(Ground):
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    point = models.PointField(_("point"), srid=4326)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = (unique_source("ground_place"),)
