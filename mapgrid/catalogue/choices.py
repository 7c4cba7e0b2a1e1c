"""The closed lists of the catalogue: kinds, units and the names of the map's drawings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from mapgrid.catalogue.clocks import LimitUnit

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In ISO order, as the working calendar names its fields."""


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
    M3 = "m3", _("m³")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    CELSIUS = "celsius", _("°C")
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


def limit_label(value: int, unit: str) -> str:
    """Return a limit in the words of the page, such as "4 working hours"."""
    match LimitUnit(unit):
        case LimitUnit.EMERGENCY_HOURS:
            words = ngettext("%(n)d emergency hour", "%(n)d emergency hours", value)
        case LimitUnit.WORKING_HOURS:
            words = ngettext("%(n)d working hour", "%(n)d working hours", value)
        case LimitUnit.WORKING_DAYS:
            words = ngettext("%(n)d working day", "%(n)d working days", value)
    return words % {"n": value}
