"""Events: rows, details, counts, and what a report sends."""

# A declared field may carry the name of an attribute of its class (label, source, data): DRF takes
# the fields away before the class is made, which mypy cannot know.
# mypy: disable-error-code="assignment"
from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mapgrid.api.serializers.common import (
    Clocks,
    NamedCode,
    NearGrid,
    Person,
    Place,
    Position,
    Versioned,
    Why,
)
from mapgrid.core.models import Datum
from mapgrid.events.filters import CLOCKS, STAGES
from mapgrid.events.workflow import Action, Origin, Outcome, Source, State, Track


class CategoryName(NamedCode):
    kind = serializers.CharField()
    glyph = serializers.CharField()


class EventRow(serializers.Serializer[Any]):
    number = serializers.CharField()
    category = CategoryName(allow_null=True)
    condition = serializers.CharField(allow_blank=True, help_text="The condition's name.")
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField()
    stage = serializers.ChoiceField(choices=STAGES)
    clock = serializers.ChoiceField(choices=CLOCKS)
    deadline_at = serializers.DateTimeField(allow_null=True)
    seconds_left = serializers.IntegerField(
        allow_null=True,
        help_text="Until the deadline, below zero when late; null when no clock runs.",
    )
    grid = NamedCode(allow_null=True)
    nearest = NearGrid(allow_null=True, help_text="For an event in no grid.")
    track = serializers.ChoiceField(choices=Track.choices)
    track_label = serializers.CharField()
    point = Position(allow_null=True)
    reported_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class NearEvent(EventRow):
    distance_m = serializers.FloatField()


class EventList(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True, help_text="Cursor of the next page.")
    results = EventRow(many=True)


class Counts(Clocks):
    total = serializers.IntegerField(help_text="All open events.")
    closed = serializers.IntegerField()


class DayRow(serializers.Serializer[Any]):
    day = serializers.DateField()
    reported = serializers.IntegerField()
    closed = serializers.IntegerField()


class Timeline(serializers.Serializer[Any]):
    days = DayRow(many=True)

    def get_fields(self) -> dict[str, Any]:
        # ``from`` is a word of Python.
        found: dict[str, Any] = {"from": serializers.DateField(), "to": serializers.DateField()}
        return found | super().get_fields()


class ComponentBrief(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="The category's name.")
    category = serializers.CharField(help_text="kind:code.")
    glyph = serializers.CharField()
    id16 = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    state_label = serializers.CharField()
    distance_m = serializers.FloatField(allow_null=True)
    point = Position(allow_null=True)


class BuildingBrief(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)


class DepartmentName(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class Limit(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    unit = serializers.CharField()
    unit_label = serializers.CharField()
    label = serializers.CharField()
    emergency = serializers.BooleanField()


class StageRow(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()
    done = serializers.BooleanField()
    current = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)


class PhotoRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    thumb_url = serializers.CharField()
    stage = serializers.CharField()
    stage_label = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    taken_at = serializers.DateTimeField(help_text="When it was received.")


class StepRow(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    action = serializers.ChoiceField(choices=Action.choices)
    action_label = serializers.CharField()
    after = serializers.ChoiceField(choices=State.choices)
    after_label = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(allow_blank=True, help_text="Role and masked name.")
    note = serializers.CharField(allow_blank=True)


class Nearby(serializers.Serializer[Any]):
    component = ComponentBrief(allow_null=True)
    events = NearEvent(many=True)


class EventDetail(EventRow):
    uuid = serializers.UUIDField()
    condition_code = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    source = serializers.ChoiceField(choices=Source.choices)
    source_label = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.choices)
    origin_label = serializers.CharField()
    reporter = serializers.CharField(allow_blank=True, help_text="Role and masked name.")
    accuracy_m = serializers.FloatField(allow_null=True)
    datum = serializers.ChoiceField(choices=Datum.choices)
    raw = Position(allow_null=True, help_text="As given, in the datum.")
    component = ComponentBrief(allow_null=True)
    building = BuildingBrief(allow_null=True)
    department = DepartmentName(allow_null=True)
    clock_why = serializers.CharField(allow_blank=True)
    limit = Limit(allow_null=True)
    stages = StageRow(many=True)
    why = Why()
    people = Person(many=True)
    photos = PhotoRow(many=True)
    nearby = Nearby()
    steps = StepRow(many=True)
    reply = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    outcome_label = serializers.CharField(allow_blank=True)
    movable = serializers.BooleanField(help_text="Whether the reader may correct its place.")


class LikelyRow(serializers.Serializer[Any]):
    category = serializers.CharField(help_text="kind:code.")
    condition = serializers.CharField(help_text="The condition's code.")
    label = serializers.CharField()
    glyph = serializers.CharField()


class PlaceAnswer(serializers.Serializer[Any]):
    why = Why()
    grid = NamedCode(allow_null=True)
    nearest = NearGrid(allow_null=True)
    people = Person(many=True)
    component = ComponentBrief(allow_null=True)
    events = NearEvent(many=True)
    likely = LikelyRow(many=True)


class Report(Place):
    """A report from the street; the same UUID sent again is the same event."""

    uuid = serializers.UUIDField()
    accuracy_m = serializers.FloatField(
        required=False, allow_null=True, min_value=0, max_value=999_999
    )
    category = serializers.RegexField(r"\A(component|incident):[0-9]{4}\Z")
    condition = serializers.RegexField(r"\A[0-9]{6}\Z")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    address = serializers.CharField(required=False, allow_blank=True, default="", max_length=160)
    component = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )
    building = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )
    track = serializers.ChoiceField(choices=Track.choices, default=Track.CIRCULATED.value)
    reported_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="The device's clock, kept beside the server's."
    )


class ReportForm(serializers.Serializer[Any]):
    """The same as a form with photographs."""

    event = serializers.CharField(help_text="The report as JSON text.")
    photos = serializers.ListField(child=serializers.FileField(), required=False, max_length=6)


class Move(Place, Versioned):
    """A corrected place."""
