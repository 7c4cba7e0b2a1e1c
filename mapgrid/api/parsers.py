"""JSON as strict as the database: what PostgreSQL could not store is refused here, by name."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from mapgrid.core.errors import InvalidError

DEPTH_MAX = 20
NODES_MAX = 200_000


def _refuse(why: str) -> InvalidError:
    return InvalidError("request.unreadable", why)


def read_json(raw: bytes | str) -> Any:
    """Read JSON and refuse what no service could take.

    Raises
    ------
    InvalidError
        ``request.unreadable``: no JSON, not UTF-8, nested deeper than ``DEPTH_MAX``, a number that
        is not finite (``NaN``, ``1e400``), or text with a zero byte or half a surrogate pair.
    """
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise _refuse(_("The JSON is nested too deeply.")) from None
    except ValueError as error:
        raise _refuse(_("This is no JSON in UTF-8: %(why)s.") % {"why": error}) from None
    _check(value)
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _check(value: Any) -> None:
    """Walk without recursion: the input decides the depth."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    nodes = 0
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if depth > DEPTH_MAX:
            raise _refuse(_("The JSON is nested too deeply."))
        if nodes > NODES_MAX:
            raise _refuse(_("The JSON has too many values."))
        if isinstance(node, str):
            check_text(node)
        elif isinstance(node, float) and not math.isfinite(node):
            raise _refuse(_("A number is out of range."))
        elif isinstance(node, list):
            stack += [(child, depth + 1) for child in node]
        elif isinstance(node, dict):
            stack += [(child, depth + 1) for pair in node.items() for child in pair]


def check_text(text: str) -> None:
    """Refuse text that PostgreSQL cannot store.

    Raises
    ------
    InvalidError
        ``request.unreadable`` for a zero byte or half a surrogate pair.
    """
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise _refuse(_("A text holds characters that cannot be stored."))


class StrictJSONParser(BaseParser):
    """The request's body as JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return read_json(stream.read())
