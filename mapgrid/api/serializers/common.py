"""Shapes that several endpoints share."""

# A declared field may carry the name of an attribute of its class (label, source, data): DRF takes
# the fields away before the class is made, which mypy cannot know.
# mypy: disable-error-code="assignment"
from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from mapgrid.core.models import Datum
from mapgrid.grids.models import Grid, Level, Rule


class Strict(serializers.Serializer[Any]):
    """A request body taken literally: no unknown field is lost, no ``true`` becomes a number."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            strange = sorted(str(name) for name in set(data) - set(self.fields))[:20]
            wrong = {name[:60]: [_("Unknown field.")] for name in strange}
            for name in set(data) & set(self.fields):
                numeric = serializers.FloatField | serializers.IntegerField
                if isinstance(data[name], bool) and isinstance(self.fields[name], numeric):
                    wrong[name] = [_("A valid number is required.")]
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class Position(serializers.ListField):
    """Longitude and latitude in EPSG:4326."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.FloatField(), min_length=2, max_length=2, **kwargs)


class Box(serializers.ListField):
    """West, south, east and north in EPSG:4326."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.FloatField(), min_length=4, max_length=4, **kwargs)


class ErrorDetail(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable and machine readable.")
    message = serializers.CharField(help_text="In the reader's language.")
    fields_ = serializers.DictField(child=serializers.CharField(), required=False)
    data = serializers.DictField(required=False)
    reference = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, Any]:
        # A serializer's own ``fields`` is taken; the answer's name is not.
        found: dict[str, Any] = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class Error(serializers.Serializer[Any]):
    error = ErrorDetail()


class NamedCode(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class NearGrid(NamedCode):
    distance_m = serializers.FloatField(allow_null=True)


class GridName(NamedCode):
    level = serializers.ChoiceField(choices=Level.choices)


class EditionName(serializers.Serializer[Any]):
    name = serializers.CharField()
    effective_from = serializers.DateTimeField(allow_null=True)


class Person(serializers.Serializer[Any]):
    name = serializers.CharField()
    duty = serializers.CharField()
    role_label = serializers.CharField()
    phone_masked = serializers.CharField(allow_blank=True)
    grid_code = serializers.CharField()


class Why(serializers.Serializer[Any]):
    """Why a point lies in its grid."""

    sentence = serializers.CharField()
    rule = serializers.ChoiceField(choices=Rule.choices)
    edition = EditionName(allow_null=True)
    grid = NamedCode(allow_null=True)
    distance_m = serializers.FloatField(allow_null=True, help_text="Metres to the nearest border.")
    runner_up = NamedCode(allow_null=True)
    assigned_at = serializers.DateTimeField(allow_null=True)


class Place(Strict):
    """A point as somebody gives it."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    datum = serializers.ChoiceField(choices=Datum.choices, default=Datum.WGS84.value)


class Versioned(Strict):
    version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The version that the edit was made on."
    )


class PostRow(serializers.Serializer[Any]):
    grid = GridName()
    role = serializers.CharField()
    role_label = serializers.CharField()


class Me(serializers.Serializer[Any]):
    username = serializers.CharField()
    display_name = serializers.CharField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    department = serializers.CharField(allow_null=True)
    posts = PostRow(many=True)
    abilities = serializers.ListField(child=serializers.CharField())
    home_bbox = Box()
    demo = serializers.BooleanField()


class Clocks(serializers.Serializer[Any]):
    late = serializers.IntegerField()
    soon = serializers.IntegerField()
    ok = serializers.IntegerField()
    still = serializers.IntegerField()
    lost = serializers.IntegerField()


class GridChild(GridName):
    kind = serializers.ChoiceField(choices=Grid.Kind.choices)
    households = serializers.IntegerField(allow_null=True)
    open = serializers.IntegerField(help_text="Open events that the reader may see.")


class GridDetail(GridName):
    level_label = serializers.CharField()
    kind = serializers.ChoiceField(choices=Grid.Kind.choices)
    kind_label = serializers.CharField()
    inside = serializers.BooleanField(help_text="Whether the whole grid is in the reader's area.")
    path = GridName(many=True)
    bbox = Box()
    households = serializers.IntegerField(allow_null=True)
    buildings = serializers.IntegerField()
    components = serializers.IntegerField()
    hazards = serializers.IntegerField()
    open = Clocks()
    people = Person(many=True)
    edition = EditionName()
    children = GridChild(many=True)


class SearchHit(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()
    sub = serializers.CharField(allow_blank=True)
    point = Position(allow_null=True)
    bbox = Box(allow_null=True)
    url_state = serializers.DictField(child=serializers.CharField())


class SearchGroup(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label = serializers.CharField()
    results = SearchHit(many=True)


class SearchAnswer(serializers.Serializer[Any]):
    groups = SearchGroup(many=True)
