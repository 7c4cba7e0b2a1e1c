"""Kernel density at scattered places: the sum of :func:`geodata.surface.density`, but quickly.

The quartic kernel ends at one bandwidth, so events are sorted into squares of that side and a place
looks at its own square and the eight around it::

    +---+---+---+
    |   |  .|.  |     p: the place; only events (.) in these nine squares can reach it,
    +---+---+---+     and each row of three squares is one slice of the sorted events
    | . | p |   |
    +---+---+---+
    |   | . | . |
    +---+---+---+

A place's value depends on the events and on the place alone, to the last bit: not on which other
places are asked for with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["NearbyDensity"]

Array = NDArray[np.float64]
Squares = NDArray[np.int64]

M2_PER_KM2 = 1e6
_ROW = np.int64(1) << np.int64(32)
_PAIRS = 32_768  # place-event pairs at once: they stay in the processor's cache


class NearbyDensity:
    """Quartic density of a fixed set of events.

    Parameters
    ----------
    x_m, y_m : array_like of float, shape (n,)
        Events in a metric system; one without a position (nan) adds nothing.
    bandwidth_m : float
        Above zero.

    Raises
    ------
    ValueError
        If the bandwidth is not above zero, or the columns differ in length.
    """

    def __init__(self, x_m: ArrayLike, y_m: ArrayLike, bandwidth_m: float) -> None:
        if not bandwidth_m > 0:
            raise ValueError(f"bandwidth_m must be above zero, got {bandwidth_m}")
        x, y = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x_m, y_m))
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"columns differ in shape: {x.shape}, {y.shape}")
        placed = np.isfinite(x) & np.isfinite(y)
        x, y = x[placed], y[placed]
        self.bandwidth_m = float(bandwidth_m)
        square = _square(x, y, self.bandwidth_m)
        # Sorted by place too: the order of the sum does not depend on the order of the input.
        order = np.lexsort((y, x, square))
        self._x, self._y, self._square = x[order], y[order], square[order]

    def __len__(self) -> int:
        return len(self._x)

    def at(self, x_m: ArrayLike, y_m: ArrayLike) -> Array:
        """Sum the kernel at places, shape (m,), in events per km²; 0 where one is not finite."""
        x, y = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x_m, y_m))
        result = np.zeros(len(x))
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        if not len(self._x) or not len(known):
            return result
        square = _square(x[known], y[known], self.bandwidth_m)
        order = np.argsort(square, kind="stable")
        squares, first = np.unique(square[order], return_index=True)
        last = np.append(first[1:], len(order))
        near = self._slices(squares)
        for k in np.flatnonzero((near[:, :, 0] < near[:, :, 1]).any(axis=1)).tolist():
            places = known[order[first[k] : last[k]]]
            result[places] = self._sum(x[places], y[places], near[k].tolist())
        return result

    def crest(self, squares: int = 16) -> float:
        """Return the largest density at the events' own places, in events per km²; 0 without any.

        Parameters
        ----------
        squares : int
            How many of the fullest neighbourhoods (nine squares) are looked at.
        """
        if not len(self._x):
            return 0.0
        occupied, first = np.unique(self._square, return_index=True)
        around = self._slices(occupied)
        crowd = (around[:, :, 1] - around[:, :, 0]).sum(axis=1)
        fullest = np.argsort(-crowd, kind="stable")[:squares]
        last = np.append(first[1:], len(self._x))
        chosen = np.concatenate([np.arange(first[i], last[i]) for i in fullest])
        return float(self.at(self._x[chosen], self._y[chosen]).max())

    def _slices(self, squares: Squares) -> Squares:
        """Return the events in reach of each square: shape (m, 3 rows, first and after last)."""
        rows = squares[:, None] + np.array([-_ROW, 0, _ROW])
        low = np.searchsorted(self._square, rows - 1, "left")
        high = np.searchsorted(self._square, rows + 1, "right")
        return np.stack([low, high], axis=-1)

    def _sum(self, x: Array, y: Array, slices: list[list[int]]) -> Array:
        near_x = np.concatenate([self._x[low:high] for low, high in slices])
        near_y = np.concatenate([self._y[low:high] for low, high in slices])
        step = max(1, _PAIRS // len(near_x))
        if step < len(x):
            parts = range(0, len(x), step)
            return np.concatenate(
                [self._block(x[i : i + step], y[i : i + step], near_x, near_y) for i in parts]
            )
        return self._block(x, y, near_x, near_y)

    def _block(self, x: Array, y: Array, near_x: Array, near_y: Array) -> Array:
        h2 = self.bandwidth_m**2
        value = np.subtract(x[:, None], near_x)
        value *= value
        down = np.subtract(y[:, None], near_y)
        down *= down
        value += down
        np.multiply(value, -1.0 / h2, out=value)
        value += 1.0
        np.maximum(value, 0.0, out=value)
        value *= value
        total: Array = value.sum(axis=1)
        return total * (3.0 / (np.pi * h2) * M2_PER_KM2)


def _square(x: Array, y: Array, side_m: float) -> Squares:
    """Number the squares row by row, so that neighbours in a row are consecutive numbers."""
    column = np.floor(x / side_m).astype(np.int64)
    row = np.floor(y / side_m).astype(np.int64)
    return row * _ROW + column
