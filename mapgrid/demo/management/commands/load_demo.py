"""Load the demonstration city."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.core.errors import ConflictError
from mapgrid.demo.loading import demo_load
from mapgrid.demo.people import PASSWORD, logins


class Command(BaseCommand):
    help = "Load the demonstration city: invented, and marked so wherever it is shown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--times", type=int, default=1, help="how many streets (1 to 60)")
        parser.add_argument("--until", help="last day of the history, 2026-11-21; today by default")
        parser.add_argument("--seed", type=int, default=20261121)

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["times"] <= 60:
            raise CommandError(_("--times takes 1 to 60."))
        try:
            demo_load(
                seed=options["seed"],
                times=options["times"],
                until=_until(options["until"]),
                say=self.stdout.write,
            )
            _tidy()
        except ConflictError as error:
            self.stdout.write(error.message)
        for login in logins() if options["verbosity"] else ():
            self.stdout.write(f"  {login.username:<10} {PASSWORD}   {login.where}")


def _tidy() -> None:
    """Mark the new pages all-visible, so that counts read an index alone from the first look on."""
    if connection.in_atomic_block:  # a test's transaction; nothing is there to be tidied
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) events_event, grids_cell, register_building")


def _until(text: str | None) -> dt.datetime:
    """A day means its evening: tests and readers get the same open cases; today means now."""
    if text is None:
        return timezone.now().replace(microsecond=0)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("--until takes a day such as 2026-11-21.")) from None
    return timezone.make_aware(dt.datetime.combine(day, dt.time(18, 57)))
