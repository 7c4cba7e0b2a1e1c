"""What the throttle of logins keeps about an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from mapgrid.people.models import User

NAME_MAX: int = User._meta.get_field("username").max_length or 150


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the user name of an attempt to log in, cut to what a user name may have.

    No longer name exists, so the cut name locks nobody out; uncut it would not fit into the
    throttle's table, and a stranger's long name would end as a server error.
    """
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(given)[: NAME_MAX + 1]
