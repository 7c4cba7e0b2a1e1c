"""``manage.py import_features``: any geographic file into the map, with an account."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mapgrid.core.errors import AppError
from mapgrid.exchange.models import ImportRun, Target
from mapgrid.exchange.plan import Plan, plan_from
from mapgrid.exchange.profiles import profile_named
from mapgrid.exchange.services import import_features
from mapgrid.exchange.summary import summary_lines

_BAR = 30


class Command(BaseCommand):
    help = (
        "Import GeoJSON, GeoPackage, Shapefile, CSV, GeoParquet or .osm.pbf; see docs/real-data.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--to", choices=Target.values, help="what the rows become")
        parser.add_argument("--source", help="name of the source, half of every row's identity")
        parser.add_argument("--profile", default="", help="a mapping by name")
        parser.add_argument("--layer", help="layer, theme of an OSM extract, or part of an archive")
        parser.add_argument("--crs", type=int, metavar="EPSG", help="where the file carries none")
        parser.add_argument("--datum", help="wgs84, cgcs2000, gcj02 or bd09")
        parser.add_argument("--encoding", help="where the file states none or a wrong one")
        parser.add_argument("--x", help="column of the longitude or easting")
        parser.add_argument("--y", help="column of the latitude or northing")
        parser.add_argument("--map", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN")
        parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="FIELD=VALUE")
        parser.add_argument("--id", help="column(s) that name a row, joined by +")
        parser.add_argument("--order-by", help="column(s) that order rows of one name, joined by +")
        parser.add_argument(
            "--where", nargs="+", action="extend", default=[], metavar="COLUMN=VALUE"
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, store nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = _Bar(sys.stderr if sys.stderr.isatty() and options["verbosity"] else None)
        try:
            plan = _plan(options)
            run = import_features(
                path=options["file"],
                plan=plan,
                profile=options["profile"],
                dry_run=options["dry_run"],
                progress=bar,
            )
        except AppError as error:
            bar.end()
            raise CommandError(f"{error.message} [{error.code}]") from error
        bar.end()
        if options["report"]:
            options["report"].write_text(
                json.dumps(report_of(run), ensure_ascii=False, indent=1), encoding="utf-8"
            )
        for line in summary_lines(run):
            self.stdout.write(line)


def report_of(run: ImportRun) -> dict[str, Any]:
    """Return the account of a run as plain values."""
    names = (
        "file_name", "sha256", "target", "source", "profile", "crs", "datum", "state",
        "rows_read", "rows_refused", "rows_added", "rows_known",
    )  # fmt: skip
    return {**{name: getattr(run, name) for name in names}, **run.report, "mapping": run.mapping}


def _plan(options: dict[str, Any]) -> Plan:
    """Start from the profile; what is said on the command line wins."""
    raw = profile_named(options["profile"]) if options["profile"] else {}
    for option, name in (("to", "target"), ("source", "source"), ("layer", "layer"),
                         ("crs", "crs"), ("datum", "datum"), ("encoding", "encoding"),
                         ("x", "x"), ("y", "y")):  # fmt: skip
        if options[option] is not None:
            raw[name] = options[option]
    for option, name in (("map", "fields"), ("set", "constants")):
        raw[name] = {**raw.get(name, {}), **_pairs(options[option], option)}
    for option, name in (("id", "key"), ("order_by", "order_by")):
        if options[option]:
            raw[name] = options[option].split("+")
    raw["where"] = [*raw.get("where", ()), *options["where"]]
    return plan_from(raw)


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise CommandError(
                _("“%(text)s” should be --%(option)s field=value.")
                % {"text": text, "option": option}
            )
        pairs[name] = value
    return pairs


class _Bar:
    """A progress bar on a terminal, silence elsewhere."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._stream is None:
            return
        filled = _BAR * done // total if total else _BAR
        bar = "#" * filled + "." * (_BAR - filled)
        self._stream.write(f"\r\x1b[K[{bar}] {what} {done:,}/{total:,}")
        self._stream.flush()

    def end(self) -> None:
        if self._stream is not None:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
