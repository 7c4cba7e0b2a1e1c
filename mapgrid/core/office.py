"""What the office's pages share: they fill in forms, services write."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from mapgrid.core.errors import AppError


class ServiceAdmin(admin.ModelAdmin):
    """A page whose save is one service call; what the service refuses stands at the form."""

    def write(self, obj: Any) -> None:
        """Store one object; the subclass names the service."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.write(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows that cases and history point to are ended or switched off, never deleted."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Try the service while the form is checked, so that a refusal is an error on the page."""
        base = super().get_form(request, obj, change=change, **kwargs)
        write = self.write

        class Checked(base):  # type: ignore[misc, valid-type]
            def _post_clean(self) -> None:
                super()._post_clean()
                if self.errors:
                    return
                try:
                    with transaction.atomic():
                        keep = self.instance.pk, self.instance._state.adding
                        version = getattr(self.instance, "version", None)
                        write(self.instance)
                        raise _Rehearsed
                except _Rehearsed:
                    self.instance.pk, self.instance._state.adding = keep
                    if version is not None:
                        self.instance.version = version
                except AppError as error:
                    self.add_error(None, ValidationError(error.message, code=error.code))

        Checked.__name__ = base.__name__
        return Checked


class _Rehearsed(Exception):
    """Rolls the rehearsal back."""


__all__ = ["ServiceAdmin"]
