"""``manage.py load_catalogue``: the starter catalogue and the calendars, or a file of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mapgrid.catalogue.loading import calendars_load, catalogue_load
from mapgrid.core.errors import AppError


class Command(BaseCommand):
    help = "Load a catalogue (the starter catalogue by default) and the working calendars."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="a catalogue in TOML, see docs/catalogue.md")
        parser.add_argument("--draft", action="store_true", help="do not publish a new version")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            calendars = calendars_load()
            catalogue, report = catalogue_load(path=options["file"], publish=not options["draft"])
        except AppError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{catalogue.name} ({catalogue.state}, from {catalogue.effective_from}): "
            f"{report.created} rows new, {report.changed} changed, {report.removed} removed, "
            f"{report.same} as they were; {len(calendars)} calendars new"
        )
