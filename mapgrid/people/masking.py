"""Personal data is masked by default; the full value is a separate, logged look."""

from __future__ import annotations


def mask_phone(phone: str) -> str:
    """Return ``138****5678`` for a phone, nothing for nothing."""
    if len(phone) < 7:
        return "*" * len(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def mask_name(name: str) -> str:
    """Return the first character and a star for each other one."""
    return name[:1] + "*" * max(0, len(name) - 1)
