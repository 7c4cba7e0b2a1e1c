"""Users and departments. Posts hang on grids and live there."""

from __future__ import annotations

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapgrid.core.fields import CodeField
from mapgrid.core.models import Stamped
from mapgrid.people.roles import Role


@pghistory.track()
class Department(Stamped):
    """Who supervises, owns or maintains things, and handles cases."""

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", _("Municipal works")
        SANITATION = "sanitation", _("Sanitation")
        DRAINAGE = "drainage", _("Drainage")
        LIGHTING = "lighting", _("Lighting")
        LANDSCAPE = "landscape", _("Landscape")
        TRAFFIC = "traffic", _("Traffic")
        GAS = "gas", _("Gas")
        WATER = "water", _("Water supply")
        HEAT = "heat", _("Heating")
        POWER = "power", _("Power and telecoms")
        STREET_ORDER = "street_order", _("Street order")
        HOUSING = "housing", _("Housing")
        EMERGENCY = "emergency", _("Emergency")
        COMMUNITY = "community", _("Community")
        OTHER = "other", _("Other")

    key = CodeField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("parent")
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """Somebody who logs in. The role says what, the posts say where."""

    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.WORKER)
    display_name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.display_name or self.username
