"""One city and its cases, built once for all tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pytest

from geodata.synth import City, CityEvents, ConditionSpec, build_city, build_events
from geodata.synth.office import office_deadlines, starter_conditions

UNTIL = datetime.fromisoformat("2026-11-21T18:05:00+08:00")
UNTIL_UTC = np.datetime64("2026-11-21T10:05:00")


@dataclass(frozen=True)
class World:
    """A city, its catalogue and its cases."""

    city: City
    specs: list[ConditionSpec]
    told: CityEvents


def make_world(times: int = 1, until: datetime = UNTIL) -> World:
    specs, limit_s, emergency = starter_conditions()
    city = build_city(times=times)
    return World(
        city, specs, build_events(city, specs, until, office_deadlines(limit_s, emergency))
    )


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()
