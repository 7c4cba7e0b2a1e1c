"""What each role may do, as plain data. Where is decided by posts (see ``grids.scopes``)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    WORKER = "worker", _("Grid worker")
    COMMUNITY = "community", _("Community staff")
    CENTRE = "centre", _("Operations centre")
    DEPARTMENT = "department", _("Department")
    ADMINISTRATOR = "administrator", _("Administrator")


ABILITIES: dict[str, frozenset[str]] = {
    Role.WORKER: frozenset({"event.read", "event.report", "people.read"}),
    Role.COMMUNITY: frozenset(
        {"event.read", "event.report", "event.move", "asset.edit", "building.edit", "people.read"}
    ),
    Role.CENTRE: frozenset(
        {
            "event.read",
            "event.report",
            "event.move",
            "event.export",
            "asset.edit",
            "building.edit",
            "edition.publish",
            "people.read",
        }
    ),
    Role.DEPARTMENT: frozenset({"event.read", "people.read"}),
    Role.ADMINISTRATOR: frozenset(
        {
            "event.read",
            "event.report",
            "event.move",
            "event.export",
            "asset.edit",
            "building.edit",
            "edition.publish",
            "people.read",
            "office",
        }
    ),
}
