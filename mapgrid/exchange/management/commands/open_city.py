"""Give a new city what it starts with: catalogue, calendars, and somebody who can log in."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.catalogue.loading import calendars_load, catalogue_load
from mapgrid.catalogue.models import CatalogueVersion
from mapgrid.people.models import User
from mapgrid.people.roles import Role
from mapgrid.people.services import user_create


class Command(BaseCommand):
    help = "Load the starter catalogue and the calendars, and create the first administrator."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not CatalogueVersion.objects.exists():
            catalogue_load()
        calendars_load()
        if User.objects.exists():
            return
        password = secrets.token_urlsafe(12)
        user_create(username="admin", password=password, role=Role.ADMINISTRATOR)
        self.stdout.write(
            _("First login: admin, password %(password)s. It is shown only once; change it.")
            % {"password": password}
        )
