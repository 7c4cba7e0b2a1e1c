"""Edits that never overwrite somebody else's: every editable row carries a version."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.core.errors import ConflictError, InvalidError, NotFoundError
from mapgrid.core.models import Stamped

Row = TypeVar("Row", bound=Stamped)


def lock_version(rows: models.QuerySet[Row], pk: int, version: int) -> Row:
    """Lock one row for an edit that was made on ``version`` of it.

    Raises
    ------
    NotFoundError
        ``row.missing``: it does not exist, or not for this reader.
    ConflictError
        ``row.changed`` with the newer version and its time.
    """
    row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFoundError(
            "row.missing", _("There is no such record, or it is outside your area.")
        )
    if row.version != version:
        raise ConflictError(
            "row.changed",
            _("Somebody changed this at %(time)s. Compare before you save; what you wrote is kept.")
            % {"time": timezone.localtime(row.updated_at).strftime("%H:%M")},
            data={"version": row.version},
        )
    return row


def change(row: Row, values: dict[str, Any]) -> Row:
    """Set the values, raise the version and save.

    Raises
    ------
    InvalidError
        ``row.invalid`` with a message for each field.
    """
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    clean(row)
    row.save()
    return row


def clean(row: models.Model) -> None:
    """Run the model's own checks and say what is wrong field by field."""
    try:
        _refuse_nulls(row)
        row.full_clean(validate_constraints=True)
    except ValidationError as error:
        fields = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        raise InvalidError(
            "row.invalid", _("Some fields need another look."), fields=fields
        ) from error


def _refuse_nulls(row: models.Model) -> None:
    """A field that may be left blank passes Django's checks as None; the table takes no NULL."""
    missing = {
        field.name: [field.error_messages["null"]]
        for field in row._meta.concrete_fields
        if field.editable and not field.null and not field.primary_key
        if getattr(row, field.attname) is None
    }
    if missing:
        raise ValidationError(missing)
