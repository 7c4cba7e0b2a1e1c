"""The account of an import in a few sentences, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mapgrid.exchange.models import ImportRun
from mapgrid.exchange.words import note_name, phrase, remark_text

_LISTED = 12


def summary_lines(run: ImportRun) -> list[str]:
    """Return what a person wants to know first; the report has the rest."""
    read, written = run.report["read"], run.report["written"]
    lines = [
        _("%(file)s (%(format)s): %(read)d rows read, %(added)d added, %(known)d already stored, "
          "%(refused)d refused, %(skipped)d left out.")
        % {
            "file": run.file_name, "format": read["format"], "read": run.rows_read,
            "added": run.rows_added, "known": run.rows_known, "refused": run.rows_refused,
            "skipped": run.report["mapped"]["skipped"],
        },
        _("Coordinates: %(crs)s (%(how)s), datum %(datum)s (%(datum_how)s). "
          "Text: %(encoding)s (%(text_how)s).")
        % {
            "crs": read["crs"], "how": phrase(read["crs_how"]), "datum": read["datum"],
            "datum_how": phrase(read["datum_how"]), "encoding": read["encoding"],
            "text_how": phrase(read["encoding_how"]),
        },
    ]  # fmt: skip
    if read["counts"]:
        noted = ", ".join(f"{note_name(code)} {count}" for code, count in read["counts"].items())
        lines.append(_("Noticed: %(noted)s.") % {"noted": noted})
    lines += [remark_text(remark) for remark in read["warnings"]]
    lines += _repeated(run.report["mapped"])
    lines += _edition(written)
    lines += _stated(written)
    lines += _names(run.report.get("names", {}))
    if run.state == ImportRun.State.REHEARSED:
        lines.append(_("This was a rehearsal: nothing was stored."))
    return lines


def _repeated(mapped: dict[str, Any]) -> list[str]:
    if not mapped["repeated_count"]:
        return []
    listed = ", ".join(mapped["repeated"][:_LISTED])
    return [
        _("%(count)d numbers occur more than once and were told apart (%(listed)s …).")
        % {"count": mapped["repeated_count"], "listed": listed}
    ]


def _edition(written: dict[str, Any]) -> list[str]:
    if "edition" not in written:
        return []
    return [
        _("Edition “%(name)s”: %(cells)d grids, %(problems)d problems, %(state)s.")
        % {
            "name": written["edition"],
            "cells": written["cells"],
            "problems": len(written.get("problems", [])),
            "state": written["state"],
        }
    ]


def _stated(written: dict[str, Any]) -> list[str]:
    stated = written.get("stated")
    if not stated:
        return []
    lines = [
        _("Of %(located)d rows with a place, %(agree)d fell into the grid that they state, "
          "%(none)d into none and %(differ)d into another; %(lost)d rows have no place and were "
          "kept.")
        % {
            "located": stated["located"], "agree": stated["agree"],
            "none": stated["in_no_grid"], "differ": stated["differ"],
            "lost": stated["without_place"],
        }
    ]  # fmt: skip
    if stated["differ_unknown"]:
        codes = ", ".join(repr(code) for code in stated["differ_unknown"][:_LISTED])
        lines.append(_("Stated, but no grid here: %(codes)s.") % {"codes": codes})
    if stated["differ_bins"]:
        bins = "; ".join(f"{name}: {count}" for name, count in stated["differ_bins"].items())
        lines.append(
            _("Distance of those in another to the grid they state: %(bins)s.") % {"bins": bins}
        )
    return lines


def _names(names: dict[str, Any]) -> list[str]:
    if not names:
        return []
    counts = names["counts"]
    lines = [
        _("%(listed)d of %(all)d codes are in the official list %(file)s; names: "
          "%(same)d the same, %(differs)d different, %(other)d in another script.")
        % {
            "listed": names["listed"], "all": len(names["rows"]), "file": names["file"],
            "same": counts["same"], "differs": counts["differs"], "other": counts["other_script"],
        }
    ]  # fmt: skip
    shown = [row for row in names["rows"] if row[3] == "differs"]
    lines += [f"  {code}  {name} → {official}" for code, name, official, _match in shown]
    return lines
