"""Kernel density in metres: how many events per square kilometre, exactly.

The density at a place is the sum over all events of weight times kernel, in events per km² (of
whatever period the caller selected). Both kernels integrate to 1 over the plane; h is the bandwidth
and d the distance, in metres of the metric system:

    quartic   K(d) = 3 / (pi h²) (1 - d²/h²)²  for d < h, else 0
    gaussian  K(d) = 1 / (2 pi h²) exp(-d² / (2 h²)),  h being the standard deviation

Source: B. W. Silverman, "Density Estimation for Statistics and Data Analysis" (1986), section 4.2;
the quartic kernel is his K2.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["DensityGrid", "Kernel", "density", "density_lattice"]

Array = NDArray[np.float64]
Kernel = Literal["quartic", "gaussian"]
Bounds = tuple[float, float, float, float]

M2_PER_KM2 = 1e6
_BLOCK = 2_000_000
_STAMP_BLOCK = 262_144
# Larger stamps are added one by one as slices, smaller ones node by node in one call.
_SLICE_NODES = 144


def density(
    x_m: ArrayLike,
    y_m: ArrayLike,
    weights: ArrayLike | None,
    at_x_m: ArrayLike,
    at_y_m: ArrayLike,
    bandwidth_m: float,
    kernel: Kernel = "quartic",
) -> Array:
    """Sum the kernel over all events at given places: slow, plain and exact.

    Parameters
    ----------
    x_m, y_m : array_like of float, shape (n,)
        Events in the metric system; one without a position (nan) adds nothing.
    weights : array_like of float, shape (n,), optional
        One by default.
    at_x_m, at_y_m : array_like of float, shape (m,)
        Places.
    bandwidth_m : float
        Above zero, see the module.
    kernel : {"quartic", "gaussian"}

    Returns
    -------
    ndarray of float64, shape (m,)
        Events per km²; zeros without events.

    Raises
    ------
    ValueError
        If the bandwidth is not above zero, a column has another length, or the kernel is unknown.
    """
    x, y, w = _events(x_m, y_m, weights, bandwidth_m)
    at_x, at_y = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (at_x_m, at_y_m))
    result = np.zeros(len(at_x))
    rows = max(1, _BLOCK // max(1, len(x)))
    for low in range(0, len(at_x), rows):
        part = slice(low, low + rows)
        d2 = (at_x[part, None] - x) ** 2 + (at_y[part, None] - y) ** 2
        result[part] = _kernel(d2, bandwidth_m, kernel) @ w
    return result * M2_PER_KM2


def density_lattice(
    x_m: ArrayLike,
    y_m: ArrayLike,
    weights: ArrayLike | None,
    bbox_m: Bounds,
    step_m: float,
    bandwidth_m: float,
) -> tuple[Array, float, float]:
    """Sum the quartic kernel at the nodes of a fixed lattice, exactly and fast.

    Nodes lie at whole multiples of ``step_m`` from the origin of the metric system, whatever the
    box. A node's value is the kernel sum over the true positions of all events, so it depends on
    neither box nor step. Tiles have no seams: nodes common to two boxes are equal to the last bit
    as long as the events come in the same order.

    Parameters
    ----------
    x_m, y_m : array_like of float, shape (n,)
        Events; those out of reach of the box or without a position (nan) add nothing.
    weights : array_like of float, shape (n,), optional
        One by default.
    bbox_m : tuple of float
        West, south, east, north; the nodes returned enclose it.
    step_m, bandwidth_m : float
        Above zero.

    Returns
    -------
    values_per_km2 : ndarray of float64, shape (rows, columns)
        Rows from south to north, columns from west to east; zeros without events.
    x0_m, y0_m : float
        Position of ``values_per_km2[0, 0]``.

    Raises
    ------
    ValueError
        If step or bandwidth are not above zero, the box is inverted, or columns differ in length.
    """
    x, y, w = _events(x_m, y_m, weights, bandwidth_m)
    if not step_m > 0:
        raise ValueError(f"step_m must be above zero, got {step_m}")
    west, south, east, north = bbox_m
    if not (west <= east and south <= north):
        raise ValueError(f"{bbox_m} is not west, south, east, north")
    columns = _span(west, east, step_m)
    rows = _span(south, north, step_m)
    near = (x > columns[0] * step_m - bandwidth_m) & (x < columns[1] * step_m + bandwidth_m)
    near &= (y > rows[0] * step_m - bandwidth_m) & (y < rows[1] * step_m + bandwidth_m)
    x, y, w = x[near], y[near], w[near]
    # An event reaches half the stamp's nodes to either side of the node at its south-west.
    half = int(bandwidth_m // step_m) + 1
    shape = (rows[1] - rows[0] + 1 + 4 * half, columns[1] - columns[0] + 1 + 4 * half)
    padded = np.zeros(shape)
    first = (rows[0] - 2 * half, columns[0] - 2 * half)
    size = max(1, _STAMP_BLOCK // (4 * half * half))
    for low in range(0, len(x), size):
        part = slice(low, low + size)
        _stamp(padded, first, x[part], y[part], w[part], step_m, bandwidth_m, half)
    inner = padded[2 * half : shape[0] - 2 * half, 2 * half : shape[1] - 2 * half]
    scale = 3.0 / (np.pi * bandwidth_m**2) * M2_PER_KM2
    return inner * scale, columns[0] * step_m, rows[0] * step_m


@dataclass(frozen=True, eq=False)
class DensityGrid:
    """Quartic density on the lattice, to be read anywhere between its nodes.

    Exact at nodes. Between them it is interpolated bilinearly, which misses each event's share by
    at most (step/h)² of that event's peak 3 / (pi h²): 0.4 % at a step of 10 m and h = 150 m.

    Attributes
    ----------
    values_per_km2 : ndarray of float64, shape (rows, columns)
        Rows from south to north.
    x0_m, y0_m : float
        Position of the first node.
    step_m, bandwidth_m : float
    """

    values_per_km2: Array
    x0_m: float
    y0_m: float
    step_m: float
    bandwidth_m: float

    @classmethod
    def of_events(
        cls,
        x_m: ArrayLike,
        y_m: ArrayLike,
        weights: ArrayLike | None,
        bbox_m: Bounds,
        step_m: float,
        bandwidth_m: float,
    ) -> "DensityGrid":
        """Evaluate the density over a box; see :func:`density_lattice`."""
        values, x0, y0 = density_lattice(x_m, y_m, weights, bbox_m, step_m, bandwidth_m)
        return cls(values, x0, y0, step_m, bandwidth_m)

    def at(self, x_m: ArrayLike, y_m: ArrayLike) -> Array:
        """Read the density at places, shape (n,), in events per km²; nan outside the grid."""
        column = (np.atleast_1d(np.asarray(x_m, dtype=np.float64)) - self.x0_m) / self.step_m
        row = (np.atleast_1d(np.asarray(y_m, dtype=np.float64)) - self.y0_m) / self.step_m
        rows, columns = self.values_per_km2.shape
        known = (row >= 0) & (row <= rows - 1) & (column >= 0) & (column <= columns - 1)
        column, row = np.where(known, column, 0.0), np.where(known, row, 0.0)
        j = np.minimum(row.astype(np.int64), max(rows - 2, 0))
        i = np.minimum(column.astype(np.int64), max(columns - 2, 0))
        j1, i1 = np.minimum(j + 1, rows - 1), np.minimum(i + 1, columns - 1)
        v, u = row - j, column - i
        z = self.values_per_km2
        south = z[j, i] * (1 - u) + z[j, i1] * u
        north = z[j1, i] * (1 - u) + z[j1, i1] * u
        return np.where(known, south * (1 - v) + north * v, np.nan)


def _stamp(
    padded: Array,
    first: tuple[int, int],
    x: Array,
    y: Array,
    w: Array,
    step_m: float,
    bandwidth_m: float,
    half: int,
) -> None:
    """Add (1 - d²/h²)² of some events to all nodes that they reach, in the order of events.

    ::

        .  .  .  .      h: half = 2, the stamp has 4 x 4 nodes
        .  .  .  .      x: the event
        .  o x.  .      o: the node at its south-west, column i, row j
        .  .  .  .
    """
    i, j = np.floor(x / step_m).astype(np.int64), np.floor(y / step_m).astype(np.int64)
    reach = np.arange(1 - half, half + 1)
    # Node positions are whole multiples of the step, the same product in every box.
    u = (((i[:, None] + reach) * step_m - x[:, None]) / bandwidth_m) ** 2
    v = (((j[:, None] + reach) * step_m - y[:, None]) / bandwidth_m) ** 2
    value = (1.0 - v)[:, :, None] - u[:, None, :]
    np.maximum(value, 0.0, out=value)
    np.square(value, out=value)
    value *= w[:, None, None]
    row, column = j - first[0] + 1 - half, i - first[1] + 1 - half
    side = 2 * half
    if side * side > _SLICE_NODES:
        for r, c, stamp in zip(row.tolist(), column.tolist(), value, strict=True):
            padded[r : r + side, c : c + side] += stamp
        return
    offset = np.arange(side)
    node = (row[:, None, None] + offset[:, None]) * padded.shape[1]
    np.add.at(padded.reshape(-1), (node + column[:, None, None] + offset).ravel(), value.ravel())


def _kernel(d2: Array, h: float, kernel: Kernel) -> Array:
    if kernel == "quartic":
        return 3.0 / (np.pi * h * h) * np.maximum(1.0 - d2 / (h * h), 0.0) ** 2
    if kernel == "gaussian":
        return 1.0 / (2.0 * np.pi * h * h) * np.exp(-d2 / (2.0 * h * h))
    raise ValueError(f"unknown kernel {kernel!r}, use 'quartic' or 'gaussian'")


def _events(
    x_m: ArrayLike, y_m: ArrayLike, weights: ArrayLike | None, bandwidth_m: float
) -> tuple[Array, Array, Array]:
    if not bandwidth_m > 0:
        raise ValueError(f"bandwidth_m must be above zero, got {bandwidth_m}")
    x, y = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x_m, y_m))
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not x.shape == y.shape == w.shape or x.ndim != 1:
        raise ValueError(f"columns differ in shape: {x.shape}, {y.shape}, {w.shape}")
    placed = np.isfinite(x) & np.isfinite(y)
    return x[placed], y[placed], w[placed]


def _span(low: float, high: float, step_m: float) -> tuple[int, int]:
    return int(np.floor(low / step_m)), int(np.ceil(high / step_m))
