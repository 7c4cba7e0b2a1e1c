"""Density at scattered places against the plain sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.nearby import NearbyDensity
from geodata.surface import density

H = 100.0
# Multiples of a half bandwidth put events and places onto the borders of the squares.
coordinate = st.one_of(st.floats(-1000, 1000), st.integers(-20, 20).map(lambda n: n * H / 2))
points = st.lists(st.tuples(coordinate, coordinate), max_size=40)


def columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    array = np.array(pairs, dtype=float).reshape(-1, 2)
    return array[:, 0], array[:, 1]


@settings(max_examples=200, deadline=None)
@given(events=points, places=points)
def test_a_value_is_the_plain_sum_over_all_events(
    events: list[tuple[float, float]], places: list[tuple[float, float]]
) -> None:
    x, y = columns(events)
    at_x, at_y = columns(places)
    found = NearbyDensity(x, y, H).at(at_x, at_y)
    assert found == pytest.approx(density(x, y, None, at_x, at_y, H), rel=1e-12, abs=1e-12)


def test_an_event_one_bandwidth_away_adds_nothing_and_one_closer_does() -> None:
    """::

    p ────────── e     the kernel ends at h = 100 m
    """
    near = NearbyDensity([100.0, -99.0], [0.0, 0.0], H)
    assert near.at([0.0], [0.0])[0] == pytest.approx(3 / (np.pi * H**2) * (1 - 0.99**2) ** 2 * 1e6)
    assert NearbyDensity([100.0], [0.0], H).at([0.0], [0.0])[0] == 0


def test_a_value_does_not_depend_on_its_company_or_on_the_order_of_events() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 2000, (2, 5000))
    at_x, at_y = rng.uniform(0, 2000, (2, 300))
    together = NearbyDensity(x, y, H).at(at_x, at_y)
    shuffled = rng.permutation(len(x))
    other = NearbyDensity(x[shuffled], y[shuffled], H)
    alone = np.concatenate([other.at(at_x[i : i + 1], at_y[i : i + 1]) for i in range(300)])
    assert np.array_equal(together, alone)


def test_places_and_events_without_a_position_count_for_nothing() -> None:
    near = NearbyDensity([np.nan, 0.0], [0.0, 0.0], H)
    assert len(near) == 1
    assert near.at([np.nan, np.inf], [0.0, 0.0]).tolist() == [0.0, 0.0]
    assert NearbyDensity([], [], H).at([0.0], [0.0]).tolist() == [0.0]


def test_the_crest_is_the_highest_value_at_an_event() -> None:
    rng = np.random.default_rng(3)
    x = np.r_[rng.uniform(0, 3000, 3000), rng.normal(1500, 40, 500)]
    y = np.r_[rng.uniform(0, 3000, 3000), rng.normal(1500, 40, 500)]
    near = NearbyDensity(x, y, H)
    assert near.crest() == near.at(x, y).max()
    assert NearbyDensity([], [], H).crest() == 0


@pytest.mark.parametrize("bandwidth_m", [0, -1, np.nan])
def test_a_bandwidth_must_be_above_zero(bandwidth_m: float) -> None:
    with pytest.raises(ValueError, match="bandwidth_m"):
        NearbyDensity([0.0], [0.0], bandwidth_m)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        NearbyDensity([0.0], [0.0, 1.0], H)
