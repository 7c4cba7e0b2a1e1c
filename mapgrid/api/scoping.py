"""The reader's Scope, built once a request; every read and every service takes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.request import Request

from mapgrid.core.errors import ForbiddenError
from mapgrid.core.scope import NOBODY, Scope
from mapgrid.grids.scopes import scope_of
from mapgrid.people.models import User

_KEPT = "mapgrid_scope"


def scope_for(request: Request | HttpRequest) -> Scope:
    """Return what the reader of this request may see; nobody sees nothing."""
    http: Any = getattr(request, "_request", request)
    kept = getattr(http, _KEPT, None)
    if isinstance(kept, Scope):
        return kept
    user = request.user
    scope = scope_of(user) if isinstance(user, User) and user.is_authenticated else NOBODY
    setattr(http, _KEPT, scope)
    return scope


def need(scope: Scope, ability: str) -> None:
    """Refuse a reader whose role lacks an ability.

    Raises
    ------
    ForbiddenError
        With the ability as its code.
    """
    if not scope.can(ability):
        raise ForbiddenError(ability, _("Your role does not allow this."))
