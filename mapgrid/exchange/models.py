"""What was imported, from which file, with which mapping, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapgrid.core.models import Stamped


class Target(models.TextChoices):
    """What the rows of a file become."""

    CELLS = "cells", _("Grids")
    STREETS = "streets", _("Streets")
    WATER = "water", _("Water")
    RAILS = "rails", _("Railways")
    BLOCKS = "blocks", _("Blocks")
    PLACES = "places", _("Places")
    BUILDINGS = "buildings", _("Buildings")
    COMPONENTS = "components", _("Components")
    HAZARDS = "hazards", _("Hazard points")
    EVENTS = "events", _("Events")


class ImportRun(models.Model):
    """One import: kept when it failed, too, because somebody will ask why."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REHEARSED = "rehearsed", _("Rehearsed, nothing stored")
        FAILED = "failed", _("Failed, nothing stored")

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    target = models.CharField(_("becomes"), max_length=12, choices=Target)
    source = models.CharField(_("source"), max_length=40)
    profile = models.CharField(_("profile"), max_length=60, blank=True, default="")
    mapping = models.JSONField(_("mapping"), default=dict)
    crs = models.CharField(_("coordinate system"), max_length=80, blank=True, default="")
    datum = models.CharField(_("datum"), max_length=10, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    rows_refused = models.PositiveIntegerField(_("rows refused"), default=0)
    rows_added = models.PositiveIntegerField(_("rows added"), default=0)
    rows_known = models.PositiveIntegerField(_("rows already stored"), default=0)
    report = models.JSONField(_("report"), default=dict)
    error_code = models.CharField(_("error code"), max_length=60, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-started_at", "-id")
        indexes = (models.Index(fields=["source", "target"], name="exchange_importrun_source"),)

    def __str__(self) -> str:
        return f"{self.file_name} → {self.target}"


class ImportProfile(Stamped):
    """A mapping that somebody saved under a name; the shipped ones are files."""

    name = models.SlugField(_("name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict)

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title or self.name
