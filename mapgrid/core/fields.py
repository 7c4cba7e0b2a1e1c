"""Model fields shared by the apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.gis.db import models

if TYPE_CHECKING:  # Django's fields take type arguments in the stubs only
    from django.contrib.gis.geos import MultiPolygon
    from django.db.models.expressions import Combinable

    _CharField = models.CharField[str | int | Combinable, str]
    _MultiPolygonField = models.MultiPolygonField[MultiPolygon | Combinable, MultiPolygon]
else:
    _CharField, _MultiPolygonField = models.CharField, models.MultiPolygonField


class CodeField(_CharField):
    """A short official code, compared as bytes so that PostgreSQL and Python order it alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)


class PathField(_CharField):
    """Codes from the root to a cell, each followed by a full stop; a subtree is a prefix."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 240)
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)


class MetricMultiPolygonField(_MultiPolygonField):
    """A multipolygon in the installation's METRIC_SRID.

    The SRID is left out of migrations, because every installation brings its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["srid"] = settings.METRIC_SRID
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("srid", None)
        return name, path, args, kwargs
