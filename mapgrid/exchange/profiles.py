"""Mappings under a name: files in ``fixtures/profiles`` and rows that somebody saved."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.exchange.models import ImportProfile
from mapgrid.exchange.plan import plan_from

FOLDER = Path("fixtures") / "profiles"


def profile_named(name: str) -> dict[str, Any]:
    """Return the plain mapping of a saved profile or of a shipped one; saved ones come first.

    Raises
    ------
    NotFoundError
        ``profile.missing`` with the names that there are.
    InvalidError
        ``profile.broken`` when a file is no TOML.
    """
    saved = ImportProfile.objects.filter(name=name).first()
    if saved is not None:
        return dict(saved.mapping)
    path = _folder() / f"{name}.toml"
    if path.parent != _folder() or not path.is_file():
        raise NotFoundError(
            "profile.missing",
            _("There is no profile “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": ", ".join(profile_names())},
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidError(
            "profile.broken", _("The profile cannot be read: %(why)s.") % {"why": error}
        ) from error
    return {key: value for key, value in raw.items() if key != "title"}


def profile_names() -> list[str]:
    """Return the names of all profiles, saved and shipped, sorted."""
    shipped = {path.stem for path in _folder().glob("*.toml")}
    return sorted(shipped | set(ImportProfile.objects.values_list("name", flat=True)))


@transaction.atomic
def profile_save(*, name: str, title: str = "", mapping: Mapping[str, Any]) -> ImportProfile:
    """Store a mapping under a name, replacing the one that was there.

    Raises
    ------
    InvalidError
        What ``plan_from`` finds wrong with it.
    """
    plain = plan_from(mapping).to_json()
    profile, _made = ImportProfile.objects.update_or_create(
        name=name, defaults={"title": title, "mapping": plain}
    )
    return profile


def _folder() -> Path:
    return Path(settings.BASE_DIR) / FOLDER
