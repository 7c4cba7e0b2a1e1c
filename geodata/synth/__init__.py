"""The demonstration city, made from a seed; all but a few official names is invented."""

from geodata.synth.city import build_city
from geodata.synth.events import build_events
from geodata.synth.model import City, CityEvents, ConditionSpec

__all__ = ["City", "CityEvents", "ConditionSpec", "build_city", "build_events"]
