"""Components, hazard points and buildings: details, forms and history."""

# A declared field may carry the name of an attribute of its class (label, source, data): DRF takes
# the fields away before the class is made, which mypy cannot know.
# mypy: disable-error-code="assignment"
from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mapgrid.api.serializers.common import (
    NamedCode,
    NearGrid,
    Place,
    Position,
    Strict,
    Versioned,
    Why,
)
from mapgrid.api.serializers.events import CategoryName, DepartmentName
from mapgrid.assets.models import Component, HazardPoint
from mapgrid.core.errors import InvalidError
from mapgrid.core.geojson import parse_geojson
from mapgrid.core.models import Datum
from mapgrid.register.models import Building

_ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}


class GeometryField(serializers.JSONField):
    """A GeoJSON polygon, taken strictly."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return parse_geojson(data)
        except InvalidError as error:
            raise serializers.ValidationError(error.message, code=error.code) from error


class Located(serializers.Serializer[Any]):
    """What every located thing tells."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    state_label = serializers.CharField()
    point = Position(allow_null=True)
    datum = serializers.ChoiceField(choices=Datum.choices)
    raw = Position(allow_null=True)
    grid = NamedCode(allow_null=True)
    nearest = NearGrid(allow_null=True)
    why = Why()
    editable = serializers.BooleanField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class ComponentDetail(Located):
    category = CategoryName()
    id16 = serializers.CharField(allow_blank=True)
    supervising = DepartmentName(allow_null=True)
    owning = DepartmentName(allow_null=True)
    maintaining = DepartmentName(allow_null=True)
    installed_on = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class HazardDetail(Located):
    season = serializers.ChoiceField(choices=HazardPoint.Season.choices)
    season_label = serializers.CharField()
    severity = serializers.IntegerField()
    severity_label = serializers.CharField()
    contact_masked = serializers.CharField(allow_blank=True)
    contact_phone_masked = serializers.CharField(allow_blank=True)
    next_check_on = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class BuildingDetail(Located):
    address = serializers.CharField(allow_blank=True)
    compound = serializers.CharField(allow_blank=True)
    floors = serializers.IntegerField(allow_null=True)
    entrances = serializers.IntegerField(allow_null=True)
    households = serializers.IntegerField()
    footprint = serializers.JSONField(allow_null=True, help_text="GeoJSON, EPSG:4326.")


class ComponentFields(Strict):
    category = serializers.RegexField(r"\Acomponent:[0-9]{4}\Z")
    code16 = serializers.RegexField(r"\A([0-9]{16})?\Z", required=False)
    name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    supervising = serializers.IntegerField(required=False, allow_null=True, **_ID)
    owning = serializers.IntegerField(required=False, allow_null=True, **_ID)
    maintaining = serializers.IntegerField(required=False, allow_null=True, **_ID)
    state = serializers.ChoiceField(choices=Component.State.choices, required=False)
    installed_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=400)


class HazardFields(Strict):
    kind = serializers.ChoiceField(choices=HazardPoint.Kind.choices)
    name = serializers.CharField(max_length=80)
    season = serializers.ChoiceField(choices=HazardPoint.Season.choices, required=False)
    severity = serializers.ChoiceField(choices=HazardPoint.Severity.choices, required=False)
    contact = serializers.CharField(required=False, allow_blank=True, max_length=80)
    contact_phone = serializers.CharField(required=False, allow_blank=True, max_length=20)
    next_check_on = serializers.DateField(required=False, allow_null=True)
    state = serializers.ChoiceField(choices=HazardPoint.State.choices, required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=400)


class BuildingFields(Strict):
    name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    address = serializers.CharField(required=False, allow_blank=True, max_length=160)
    compound = serializers.CharField(required=False, allow_blank=True, max_length=80)
    kind = serializers.ChoiceField(choices=Building.Kind.choices, required=False)
    floors = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=300)
    entrances = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=500
    )
    households = serializers.IntegerField(required=False, min_value=0, max_value=100_000)


class ComponentNew(Place, ComponentFields):
    """A component to add."""


class HazardNew(Place, HazardFields):
    """A hazard point to add."""


class BuildingNew(Place, BuildingFields):
    """A building to add, by its point and, if somebody drew it, its footprint."""

    footprint = GeometryField(required=False, allow_null=True)


class ComponentEdit(Versioned, Place, ComponentFields):
    """Changed fields of a component; lon and lat together move it."""


class HazardEdit(Versioned, Place, HazardFields):
    """Changed fields of a hazard point; lon and lat together move it."""


class BuildingEdit(Versioned, Place, BuildingFields):
    """Changed fields of a building; lon and lat together move it."""


class Change(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class HistoryRow(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    action = serializers.CharField()
    action_label = serializers.CharField()
    actor = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    changes = Change(many=True)


class History(serializers.Serializer[Any]):
    results = HistoryRow(many=True)
