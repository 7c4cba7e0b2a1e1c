"""What a reader asked for: one filter for list, counts, tiles, heat, timeline and export."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.core.errors import InvalidError
from mapgrid.events.workflow import Track

CLOCKS = ("late", "soon", "ok", "still", "lost")
STAGES = ("todo", "in_hand", "suspended", "closed", "unassigned")
SHOWS = ("open", "closed", "all", "period")
_MAX_CHOICES = 200
_MAX_TEXT = 80
_MAX_CODE = 40


@dataclass(frozen=True)
class EventFilter:
    """A parsed question about events.

    Parameters
    ----------
    show : str
        ``open``: all open cases, whenever reported. ``closed``: ended ones reported in the period.
        ``all``: both of these. ``period``: all that were reported in the period, open or not.
    from_day, to_day : date or None
        Local days, both included.
    clocks, stages : tuple of str
        Empty for all.
    categories : tuple of (kind, code)
        Empty for all.
    grid : str
        Code of a grid: its whole subtree.
    bbox_lonlat : (west, south, east, north) or None
    text : str
        Part of a number, an address or a category's name.
    """

    show: str = "open"
    from_day: dt.date | None = None
    to_day: dt.date | None = None
    clocks: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    track: str = ""
    grid: str = ""
    bbox_lonlat: tuple[float, float, float, float] | None = None
    text: str = ""

    @classmethod
    def parse(cls, params: Mapping[str, str], *, show: str = "open") -> EventFilter:
        """Read a query string.

        Raises
        ------
        InvalidError
            ``filter.<name>`` with what the parameter takes.
        """
        return cls(
            show=_show(params, show),
            from_day=_day(params, "from"),
            to_day=_day(params, "to"),
            clocks=_choices(params, "clock", CLOCKS),
            stages=_choices(params, "stage", STAGES),
            categories=_categories(params.get("category", "")),
            track=_track(params),
            grid=_text(params, "grid", _MAX_CODE),
            bbox_lonlat=_bbox(params.get("bbox", "")),
            text=_text(params, "q", _MAX_TEXT),
        )

    def without(self, **changes: Any) -> EventFilter:
        """Return the same question with some parts replaced."""
        return replace(self, **changes)

    @property
    def period(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """The local days as moments: from the first midnight to the one after the last day."""
        start = None if self.from_day is None else _midnight(self.from_day)
        end = None if self.to_day is None else _midnight(self.to_day + dt.timedelta(days=1))
        return start, end


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _refuse(name: str, takes: str) -> InvalidError:
    return InvalidError(
        f"filter.{name}", _("“%(name)s” takes %(takes)s.") % {"name": name, "takes": takes}
    )


def _show(params: Mapping[str, str], default: str) -> str:
    short = {"1": "open", "0": "closed"}.get(params.get("open", ""))
    show = params.get("show") or short or default
    if show not in SHOWS:
        raise _refuse("show", ", ".join(SHOWS))
    return show


def _day(params: Mapping[str, str], name: str) -> dt.date | None:
    text = params.get(name, "")
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise _refuse(name, _("a day such as 2026-11-21")) from None
    if not 1970 <= day.year <= 2200:
        raise _refuse(name, _("a day such as 2026-11-21"))
    return day


def _choices(params: Mapping[str, str], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    chosen = tuple(sorted({part for part in params.get(name, "").split(",") if part}))
    if not set(chosen) <= set(known):
        raise _refuse(name, ", ".join(known))
    return chosen


def _track(params: Mapping[str, str]) -> str:
    chosen = _choices(params, "track", tuple(Track.values))
    if len(chosen) > 1:
        raise _refuse("track", _("one of %(known)s") % {"known": ", ".join(Track.values)})
    return chosen[0] if chosen else ""


def _text(params: Mapping[str, str], name: str, most: int) -> str:
    text = params.get(name, "").strip()
    if "\0" in text:  # PostgreSQL has no such character
        raise _refuse(name, _("readable text"))
    return text[:most]


def _categories(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition(":") for part in text.split(",") if part]
    if len(pairs) > _MAX_CHOICES or any(
        kind not in ("component", "incident") or not code.isdigit() for kind, _sep, code in pairs
    ):
        raise _refuse("category", _("codes such as component:0102, separated by commas"))
    return tuple(sorted((kind, code) for kind, _sep, code in pairs))


def _bbox(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    takes = _("west,south,east,north in degrees")
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _refuse("bbox", takes) from None
    inside = all(map(math.isfinite, (west, south, east, north)))
    if not (inside and -180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _refuse("bbox", takes)
    return west, south, east, north
