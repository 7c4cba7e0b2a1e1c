"""One short way to say that a file cannot be read, why, and what to do."""

from __future__ import annotations

from geodata.errors import ReadError


def failure(code: str, message: str, hint: str = "") -> ReadError:
    """Return the error to raise: stable code, what is wrong, what to do next."""
    return ReadError(message, code=code, hint=hint)
