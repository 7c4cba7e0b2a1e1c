"""The small tree of errors that a service may raise; the API maps each to one HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AppError(Exception):
    """Something a user can act on.

    Parameters
    ----------
    code : str
        Stable and machine readable, such as ``edition.has_problems``.
    message : str
        What is wrong with the input and what to do next, in the reader's language.
    fields : mapping, optional
        Field name to message, for forms.
    data : mapping, optional
        Anything the caller can show, such as the places of a gap.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.data = dict(data or {})


class InvalidError(AppError):
    """The input cannot be taken as it is."""


class NotFoundError(AppError):
    """There is no such thing, or it is outside the reader's scope: both answer alike."""


class ForbiddenError(AppError):
    """The reader may see it but not do this."""


class ConflictError(AppError):
    """Somebody else changed it in the meantime."""


class TooLargeError(AppError):
    """More than one request may carry."""
