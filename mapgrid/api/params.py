"""Query strings, read once and strictly."""

from __future__ import annotations

import math

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.request import Request

from mapgrid.api.parsers import check_text
from mapgrid.core.errors import InvalidError
from mapgrid.core.models import Datum
from mapgrid.grids.pinning import stored_lonlat


def params_of(request: Request | HttpRequest) -> dict[str, str]:
    """Return the last value of each parameter; repeated ones are not lists here."""
    params = {name: str(request.GET[name]) for name in request.GET}
    for name, value in params.items():
        check_text(name)
        check_text(value)
    return params


def number(params: dict[str, str], name: str) -> float:
    """Return a finite number that must be there.

    Raises
    ------
    InvalidError
        ``param.<name>``.
    """
    try:
        value = float(params[name])
    except (KeyError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise InvalidError(f"param.{name}", _("“%(name)s” must be a number.") % {"name": name})
    return value


def lonlat(params: dict[str, str]) -> tuple[float, float]:
    """Return ``lon`` and ``lat`` as WGS-84 degrees, converted from ``datum``."""
    datum = params.get("datum", Datum.WGS84)
    return stored_lonlat(number(params, "lon"), number(params, "lat"), datum)


def whole(params: dict[str, str], name: str, *, default: int, most: int) -> int:
    """Return a whole number from 1 to ``most``.

    Raises
    ------
    InvalidError
        ``param.<name>``.
    """
    text = params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise InvalidError(
            f"param.{name}",
            _("“%(name)s” is a whole number from 1 to %(most)d.") % {"name": name, "most": most},
        )
    return int(text)
