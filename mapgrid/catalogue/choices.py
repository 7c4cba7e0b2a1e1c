"""The closed lists of the catalogue: kinds, units and the names of the map's drawings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mapgrid.catalogue.clocks import LimitUnit


class Kind(models.TextChoices):
    """A thing that stands there, or something that happens."""

    COMPONENT = "component", _("Component")
    INCIDENT = "incident", _("Incident")


class LimitUnitChoice(models.TextChoices):
    """The units of :class:`mapgrid.catalogue.clocks.LimitUnit`, with words."""

    EMERGENCY_HOURS = LimitUnit.EMERGENCY_HOURS.value, _("emergency hours")
    WORKING_HOURS = LimitUnit.WORKING_HOURS.value, _("working hours")
    WORKING_DAYS = LimitUnit.WORKING_DAYS.value, _("working days")


class MeasureUnit(models.TextChoices):
    """What the worker reads off on site; ``yes_no`` is a thing seen or not seen."""

    YES_NO = "yes_no", _("yes or no")
    COUNT = "count", _("count")
    PERCENT = "percent", _("percent")
    MM = "mm", _("mm")
    CM = "cm", _("cm")
    M = "m", _("m")
    CM2 = "cm2", _("cm²")
    M2 = "m2", _("m²")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    DECIBEL = "decibel", _("dB(A)")


class Glyph(models.TextChoices):
    """Names of the drawings that the map has for components and incidents."""

    COVER = "cover", _("Cover")
    GRATE = "grate", _("Grate")
    HYDRANT = "hydrant", _("Hydrant")
    CABINET = "cabinet", _("Cabinet")
    POLE = "pole", _("Pole")
    LAMP = "lamp", _("Lamp")
    ROAD = "road", _("Road")
    RAIL = "rail", _("Railing")
    SIGN = "sign", _("Sign")
    SIGNAL = "signal", _("Signal")
    SHELTER = "shelter", _("Shelter")
    BIN = "bin", _("Bin")
    TREE = "tree", _("Tree")
    BENCH = "bench", _("Bench")
    BOARD = "board", _("Board")
    BUILDING = "building", _("Building")
    WORKS = "works", _("Works")
    STALL = "stall", _("Stall")
    VEHICLE = "vehicle", _("Vehicle")
    WATER = "water", _("Water")
    FIRE = "fire", _("Fire")
    NOISE = "noise", _("Noise")
    PERSON = "person", _("Person")
    WARNING = "warning", _("Warning")


def pick(chinese: str, english: str) -> str:
    """Return the text for the language of the page; Chinese where the other is empty."""
    return english if english and (get_language() or "").startswith("en") else chinese
