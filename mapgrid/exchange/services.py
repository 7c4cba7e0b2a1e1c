"""Imports: read, map, write in one transaction, and keep an account of it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geodata.crs import check_metric
from geodata.errors import GeodataError
from geodata.ingest import Match, Records, RowNote, compare_names, read
from mapgrid.core.errors import AppError, InvalidError
from mapgrid.exchange.mapping import Mapped, mapped
from mapgrid.exchange.models import ImportRun, Target
from mapgrid.exchange.plan import Plan
from mapgrid.exchange.targets import Written, write
from mapgrid.exchange.words import error_text
from mapgrid.people.models import User

Progress = Callable[[str, int, int], None]
NOTES_KEPT = 1_000
_DATE_FIELDS = frozenset(
    {
        "reported_at", "closed_at", "accepted_at", "filed_at", "dispatched_at", "returned_at",
        "checked_at", "replied_at", "installed_on", "next_check_on",
    }
)  # fmt: skip


class _RehearsalOver(Exception):
    """Rolls a dry run back after everything was tried."""


def import_features(
    *,
    path: Path,
    plan: Plan,
    by: User | None = None,
    profile: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Import a file: everything or nothing, and the same file twice is the same as once.

    Parameters
    ----------
    path : Path
        Any format that ``geodata.ingest.read`` knows.
    plan : Plan
        What the rows become and how.
    by : User, optional
        Who imports; None for the command line.
    profile : str
        Name of the profile that the plan came from, for the record.
    dry_run : bool
        Do all of it, then roll back; the run and its report stay.
    progress : callable, optional
        Called with (what, done, in all).

    Returns
    -------
    ImportRun
        Done or rehearsed. A failed run is stored, too, before its error is raised.

    Raises
    ------
    AppError
        From the plan, the mapping or the service of the target; nothing is stored then.
    InvalidError
        ``import.city``, ``import.metric`` or ``read.…`` when the file cannot be read.
    """
    _refuse_other_city(plan)
    tell = progress or (lambda what, done, total: None)
    run = ImportRun.objects.create(
        file_name=path.name[:255],
        sha256=_checksum(path),
        target=plan.target,
        source=plan.source,
        profile=profile,
        mapping=plan.to_json(),
        by=by,
    )
    try:
        with transaction.atomic():
            _import(run, path, plan, by, tell)
            if dry_run:
                raise _RehearsalOver
        run.state = ImportRun.State.DONE
    except _RehearsalOver:
        run.state = ImportRun.State.REHEARSED
    except Exception as error:
        _record_failure(run, error)
        raise
    run.finished_at = timezone.now()
    run.save()
    return run


def _import(run: ImportRun, path: Path, plan: Plan, by: User | None, tell: Progress) -> None:
    records = read_source(path, plan, tell)
    _check_metric(records)
    tell(_("mapping"), 0, len(records))
    rows = _mapped(records, plan)
    tell(_("writing"), 0, len(rows.frame))
    done = write(rows.frame, plan, records, by=by, progress=tell)
    tell(_("writing"), len(rows.frame), len(rows.frame))
    _account(run, records, rows, done)
    if plan.official:
        run.report["names"] = _names(path, plan, rows)


def read_source(path: Path, plan: Plan, tell: Progress) -> Records:
    """Read the file of a plan; its date columns come back as dates.

    Raises
    ------
    InvalidError
        ``read.<code of the reader>`` with what is wrong and what to do.
    """
    columns = {plan.fields[name] for name in _DATE_FIELDS & set(plan.fields)}
    try:
        return read(
            path,
            layer=plan.layer,
            crs=plan.crs,
            datum=plan.datum,
            datum_required=True,
            encoding=plan.encoding,
            x=plan.x,
            y=plan.y,
            dates={column: plan.dates.get(column, "") for column in sorted(columns)},
            progress=lambda done, total: tell(_("reading"), done, total),
        )
    except GeodataError as error:
        raise InvalidError(f"read.{error.code}", error_text(error)) from error


def _mapped(records: Records, plan: Plan) -> Mapped:
    try:
        return mapped(records, plan)
    except GeodataError as error:
        raise InvalidError(f"import.{error.code}", error_text(error)) from error


def _account(run: ImportRun, records: Records, rows: Mapped, done: Written) -> None:
    refused = [*records.report.refused, *rows.refused]
    run.crs, run.datum = records.report.crs[:80], str(records.datum)
    run.rows_read = records.report.rows_read
    run.rows_refused = len({note.row for note in refused})
    run.rows_added, run.rows_known = done.added, done.known
    run.report = {
        "read": records.report.to_dict(max_notes=NOTES_KEPT),
        "mapped": {
            "skipped": rows.skipped,
            "refused": [_plain(note) for note in rows.refused[:NOTES_KEPT]],
            "repeated_count": len(rows.repeated),
            "repeated": list(rows.repeated[:NOTES_KEPT]),
        },
        "written": {"added": done.added, "known": done.known, **done.details},
    }


def _plain(note: RowNote) -> dict[str, Any]:
    return {"row": note.row, "code": note.code, "reason": note.reason}


def _names(path: Path, plan: Plan, rows: Mapped) -> dict[str, Any]:
    """Set the names of grids beside an official list; they are shown, never replaced."""
    official = plan.official
    if official is None or plan.target != Target.CELLS:
        return {}
    table = (path.parent / official.file).resolve()
    if not table.is_file():
        raise InvalidError(
            "import.official",
            _("The official list %(file)s is not beside the file.") % {"file": official.file},
        )
    with table.open(encoding="utf-8-sig", newline="") as stream:
        names = {row[official.code]: row[official.name] for row in csv.DictReader(stream)}
    found = compare_names(list(rows.frame["code"]), list(rows.frame["name"]), names)
    counts = {str(match): sum(row.match is match for row in found) for match in Match}
    return {
        "file": table.name,
        "listed": len(found) - counts[Match.NOT_LISTED],
        "counts": counts,
        "rows": [[row.code, row.name, row.official_name, str(row.match)] for row in found],
    }


def _refuse_other_city(plan: Plan) -> None:
    if plan.city and plan.city != settings.CITY.name:
        raise InvalidError(
            "import.city",
            _(
                "This profile is for the city “%(wanted)s”, and “%(here)s” is open. "
                "Use ./run --city %(wanted)s."
            )
            % {"wanted": plan.city, "here": settings.CITY.name},
        )


def _check_metric(records: Records) -> None:
    """Refuse data that the installation's metric system would measure wrongly."""
    bounds = records.frame.geometry.total_bounds
    if not np.isfinite(bounds).all():
        return
    west, south, east, north = (float(value) for value in bounds)
    try:
        check_metric(settings.METRIC_SRID, (west, south, east, north))
    except GeodataError as error:
        raise InvalidError(
            "import.metric",
            _("The data do not fit this city's metric system: %(why)s") % {"why": error},
        ) from error


def _record_failure(run: ImportRun, error: Exception) -> None:
    run.state = ImportRun.State.FAILED
    run.finished_at = timezone.now()
    run.error_code = error.code if isinstance(error, AppError) else type(error).__name__
    run.error = error.message if isinstance(error, AppError) else str(error)[:2000]
    run.save()


def _checksum(path: Path) -> str:
    if not path.is_file():
        raise InvalidError("read.file_missing", _("There is no file “%(path)s”.") % {"path": path})
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
