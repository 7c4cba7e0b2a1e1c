"""The catalogue as the report form and the filters take it."""

# A declared field may carry the name of an attribute of its class (label, source, data): DRF takes
# the fields away before the class is made, which mypy cannot know.
# mypy: disable-error-code="assignment"
from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ConditionRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    measure = serializers.CharField()
    threshold = serializers.CharField()
    limit_label = serializers.CharField()
    limit_value = serializers.IntegerField()
    limit_unit = serializers.CharField()
    emergency = serializers.BooleanField()


class CategoryRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    key = serializers.CharField(help_text="kind:code, as filters and reports take it.")
    name = serializers.CharField()
    glyph = serializers.CharField()
    owner_kind = serializers.CharField()
    conditions = ConditionRow(many=True)


class MajorRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    categories = CategoryRow(many=True)


class KindRow(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label = serializers.CharField()
    majors = MajorRow(many=True)


class VersionRow(serializers.Serializer[Any]):
    name = serializers.CharField()
    effective_from = serializers.DateField()


class CatalogueTree(serializers.Serializer[Any]):
    version = VersionRow()
    kinds = KindRow(many=True)
