"""Kernel density: exact sums, a lattice without seams, honest units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.surface import DensityGrid, density, density_lattice

X0, Y0 = 463_000.0, 3_846_000.0
BOX = (X0, Y0, X0 + 2000, Y0 + 1500)


def events(count: int = 3000, seed: int = 0):
    rng = np.random.default_rng(seed)
    x = X0 + rng.uniform(-200, 2200, count)
    y = Y0 + rng.uniform(-200, 1700, count)
    return x, y, rng.uniform(0.5, 3, count)


def plain_sum(x, y, w, at_x, at_y, h):
    """The formula read aloud."""
    total = 0.0
    for ex, ey, ew in zip(x, y, w, strict=True):
        d2 = (ex - at_x) ** 2 + (ey - at_y) ** 2
        if d2 < h * h:
            total += ew * 3 / (np.pi * h * h) * (1 - d2 / (h * h)) ** 2
    return total * 1e6


def test_the_density_is_the_formula_in_events_per_square_kilometre():
    x, y, w = events(200)
    found = density(x, y, w, [X0 + 700, X0], [Y0 + 800, Y0], 300)
    expected = [plain_sum(x, y, w, X0 + 700, Y0 + 800, 300), plain_sum(x, y, w, X0, Y0, 300)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_one_event_peaks_at_three_over_pi_h_squared():
    assert density([X0], [Y0], None, [X0], [Y0], 1000)[0] == pytest.approx(3 / np.pi)
    assert density([X0], [Y0], None, [X0 + 1000], [Y0], 1000)[0] == 0


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_a_kernel_spreads_each_event_without_gaining_or_losing_any(kernel):
    """The volume under the surface is the number of events."""
    side = np.arange(-1500, 1501, 15.0)
    at_x, at_y = (grid.ravel() for grid in np.meshgrid(X0 + side, Y0 + side))
    values = density([X0, X0 + 3], [Y0, Y0 - 4], [1.0, 2.0], at_x, at_y, 250, kernel)
    assert values.sum() * 15**2 / 1e6 == pytest.approx(3.0, rel=1e-3)


@pytest.mark.parametrize(
    ("step_m", "h"), [(10.0, 150.0), (25.0, 60.0), (100.0, 150.0), (40.0, 12.0)]
)
def test_the_lattice_equals_the_brute_force_sum_at_a_thousand_nodes(step_m, h):
    x, y, w = events()
    values, x0, y0 = density_lattice(x, y, w, BOX, step_m, h)
    rng = np.random.default_rng(1)
    row, column = (rng.integers(0, size, 1000) for size in values.shape)
    expected = density(x, y, w, x0 + column * step_m, y0 + row * step_m, h)
    np.testing.assert_allclose(values[row, column], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    west=st.floats(0, 1500), south=st.floats(0, 1000), step_m=st.sampled_from([10.0, 30.0, 80.0])
)
def test_tiles_have_no_seams(west, south, step_m):
    """
    +-------+-------+
    |  +----|--+    |   the box cut elsewhere shows the same nodes to the last bit
    |  +----|--+    |
    +-------+-------+
    """
    x, y, w = events(800)
    whole, x0, y0 = density_lattice(x, y, w, BOX, step_m, 150)
    bbox = (X0 + west, Y0 + south, X0 + west + 400, Y0 + south + 300)
    part, px, py = density_lattice(x, y, w, bbox, step_m, 150)
    column, row = round((px - x0) / step_m), round((py - y0) / step_m)
    assert (whole[row : row + part.shape[0], column : column + part.shape[1]] == part).all()


def test_values_do_not_depend_on_the_step():
    x, y, w = events()
    fine, x0, y0 = density_lattice(x, y, w, BOX, 10, 150)
    coarse, cx, cy = density_lattice(x, y, w, BOX, 50, 150)
    assert (x0, y0) == (cx, cy)
    rows, columns = coarse.shape
    np.testing.assert_allclose(fine[::5, ::5][:rows, :columns], coarse, rtol=1e-12, atol=1e-9)


def test_between_nodes_the_grid_misses_no_more_than_it_says():
    x, y, w = events()
    grid = DensityGrid.of_events(x, y, w, BOX, 10, 150)
    rng = np.random.default_rng(2)
    at_x, at_y = rng.uniform(X0, X0 + 2000, 1000), rng.uniform(Y0, Y0 + 1500, 1000)
    exact = density(x, y, w, at_x, at_y, 150)
    reached = density(x, y, w, at_x, at_y, 170) > 0
    within = np.hypot(x[:, None] - at_x, y[:, None] - at_y) < 170
    bound = (10 / 150) ** 2 * 3 / (np.pi * 150**2) * 1e6 * (w @ within)
    assert reached.all()
    assert (np.abs(grid.at(at_x, at_y) - exact) <= bound).all()
    np.testing.assert_allclose(
        grid.at([grid.x0_m + 50], [grid.y0_m + 70]), grid.values_per_km2[7, 5]
    )


def test_the_grid_knows_nothing_outside_itself():
    grid = DensityGrid.of_events([X0], [Y0], None, (X0 - 50, Y0 - 50, X0 + 50, Y0 + 50), 10, 150)
    assert np.isnan(grid.at([X0 - 51, X0, np.nan], [Y0, Y0 + 50.5, Y0])).all()
    assert np.isfinite(grid.at([X0 + 50], [Y0 + 50])).all()


def test_no_events_and_events_without_a_place_are_no_heat():
    values, _, _ = density_lattice([], [], None, BOX, 100, 150)
    assert values.shape == (16, 21)
    assert not values.any()
    lost, _, _ = density_lattice([np.nan, X0], [Y0, np.inf], None, BOX, 100, 150)
    assert not lost.any()
    assert density([], [], None, [X0], [Y0], 100).tolist() == [0.0]
    assert density([np.nan], [Y0], None, [X0], [Y0], 100).tolist() == [0.0]


def test_an_event_just_outside_the_box_still_warms_it():
    values, _, _ = density_lattice([X0 - 140], [Y0 + 500], None, BOX, 10, 150)
    assert values[50, 0] > 0
    assert values[50, 1] == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: density([X0], [Y0], None, [X0], [Y0], 0),
        lambda: density([X0], [Y0, Y0], None, [X0], [Y0], 100),
        lambda: density([X0], [Y0], None, [X0], [Y0], 100, "cone"),
        lambda: density_lattice([X0], [Y0], None, BOX, 0, 100),
        lambda: density_lattice([X0], [Y0], None, (1, 0, 0, 1), 10, 100),
    ],
)
def test_senseless_parameters_are_refused(call):
    with pytest.raises(ValueError, match=r"above zero|differ in shape|unknown kernel|is not west"):
        call()
