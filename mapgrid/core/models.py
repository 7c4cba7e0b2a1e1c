"""Tables and mixins that every app may use."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapgrid.core.fields import CodeField

SOURCE_ID_MAX = 80


class Datum(models.TextChoices):
    """The coordinate frame in which a point was given; storage is always WGS-84 (EPSG:4326)."""

    WGS84 = "wgs84", "WGS-84"
    CGCS2000 = "cgcs2000", "CGCS2000"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


class Stamped(models.Model):
    """When a row was made and last changed, and how often: edits must not overwrite each other."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class Sourced(models.Model):
    """Where a row came from; the pair makes an import idempotent."""

    source = models.CharField(_("source"), max_length=40, blank=True, default="")
    source_id = CodeField(_("source ID"), max_length=SOURCE_ID_MAX, blank=True, default="")

    class Meta:
        abstract = True


def unique_source(name: str) -> models.UniqueConstraint:
    """Return the constraint that a Sourced table declares in its Meta."""
    return models.UniqueConstraint(
        fields=["source", "source_id"], condition=~Q(source_id=""), name=f"{name}_source_unique"
    )


class Pinned(models.Model):
    """A point with the values and the frame in which it was given."""

    point = models.PointField(_("point"), srid=4326, null=True, blank=True)
    datum = models.CharField(_("datum"), max_length=10, choices=Datum, default=Datum.WGS84)
    source_srid = models.IntegerField(_("source EPSG"), default=4326)
    raw_x = models.FloatField(_("given x"), null=True, blank=True)
    raw_y = models.FloatField(_("given y"), null=True, blank=True)

    class Meta:
        abstract = True


class DataChange(models.Model):
    """One row a statement that changed a table; a table's newest rows are its data version.

    Written by statement triggers inside the writer's transaction, so that a reader who does not yet
    see the rows does not see the new version either. ``mapgrid.core.changes`` reads and folds it.
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=63, db_collation="C")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(F("table"), F("id"), name="core_datachange_version"),)

    def __str__(self) -> str:
        return f"{self.table} {self.id}"
