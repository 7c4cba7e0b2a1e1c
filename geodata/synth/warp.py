"""From the drawing board to the ground: a smooth, seeded bend of the plane.

Streets are planned as straight lines on an integer board in metres and then bent, so that
neighbours always stay neighbours and a border drawn twice is the same border. The bend is one
function of the whole plane: subdistricts laid side by side share their common border exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyproj import Transformer

from geodata.synth.model import CENTRE_LONLAT, METRIC_CRS, STORE_CRS, Floats


@dataclass(frozen=True)
class Ripple:
    """One sine of the bend: wave vector in 1/m, phase, displacement in metres."""

    kx: float
    ky: float
    phase: float
    dx_m: float
    dy_m: float


@dataclass(frozen=True)
class Swing:
    """A lateral swing near one board line ``y_m``: a river's meander, a railway's curve."""

    y_m: float
    amplitude_m: float
    wavelength_m: float
    phase: float
    reach_m: float


@dataclass(frozen=True)
class Warp:
    """Board metres to EPSG:4547 metres.

    Attributes
    ----------
    angle_rad : float
        Rotation of the whole network.
    centre_xy : tuple of float
        Board point that comes to lie on ``CENTRE_LONLAT``.
    """

    angle_rad: float
    centre_xy: tuple[float, float]
    ripples: tuple[Ripple, ...]
    swings: tuple[Swing, ...]
    origin_xy: tuple[float, float]

    def metric(self, xy: Floats) -> Floats:
        """Bend board points (n, 2) into EPSG:4547 metres; equal input gives equal bits."""
        x, y = xy[:, 0], xy[:, 1]
        dx = np.zeros_like(x)
        dy = np.zeros_like(y)
        for ripple in self.ripples:
            wave = np.sin(x * ripple.kx + y * ripple.ky + ripple.phase)
            dx += ripple.dx_m * wave
            dy += ripple.dy_m * wave
        for swing in self.swings:
            near = np.exp(-(((y - swing.y_m) / swing.reach_m) ** 2))
            dy += (
                swing.amplitude_m * near * np.sin(2 * np.pi * x / swing.wavelength_m + swing.phase)
            )
        x, y = x + dx - self.centre_xy[0], y + dy - self.centre_xy[1]
        cos, sin = np.cos(self.angle_rad), np.sin(self.angle_rad)
        return np.column_stack(
            [self.origin_xy[0] + cos * x - sin * y, self.origin_xy[1] + sin * x + cos * y]
        )

    def frame(self, xy: Floats) -> tuple[Floats, Floats]:
        """Return metric positions (n, 2) and the local east axis (n, 2, unit length)."""
        step = np.array([4.0, 0.0])
        ahead, behind = self.metric(xy + step), self.metric(xy - step)
        axis = ahead - behind
        axis /= np.hypot(axis[:, 0], axis[:, 1])[:, None]
        return self.metric(xy), axis


def make_warp(seed: int, centre_xy: tuple[float, float], swings: tuple[Swing, ...]) -> Warp:
    """Draw the bend of one city from its seed; slopes stay near ten degrees, so buildings fit."""
    rng = np.random.default_rng([seed, 11])
    ripples = []
    for wavelength_m, amplitude_m in ((2300.0, 60.0), (1500.0, 36.0), (900.0, 14.0), (560.0, 5.0)):
        for turn in (0.0, np.pi / 2):
            heading = rng.uniform(0.15, 0.6) + turn
            k = 2 * np.pi / (wavelength_m * rng.uniform(0.85, 1.15))
            along = rng.uniform(-0.5, 0.5) + turn
            ripples.append(
                Ripple(
                    kx=k * np.cos(heading),
                    ky=k * np.sin(heading),
                    phase=rng.uniform(0, 2 * np.pi),
                    dx_m=amplitude_m * np.cos(along),
                    dy_m=amplitude_m * np.sin(along),
                )
            )
    origin = to_metric(np.array([CENTRE_LONLAT]))[0]
    return Warp(
        angle_rad=float(np.deg2rad(rng.uniform(2.5, 4.5))),
        centre_xy=centre_xy,
        ripples=tuple(ripples),
        swings=swings,
        origin_xy=(float(origin[0]), float(origin[1])),
    )


_FORWARD = Transformer.from_crs(STORE_CRS, METRIC_CRS, always_xy=True)
_BACK = Transformer.from_crs(METRIC_CRS, STORE_CRS, always_xy=True)


def to_metric(lonlat: Floats) -> Floats:
    """Project lon/lat degrees (n, 2) to EPSG:4547 metres (n, 2)."""
    x, y = _FORWARD.transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack([x, y])


def to_lonlat(xy: Floats) -> Floats:
    """Project EPSG:4547 metres (n, 2) to lon/lat degrees (n, 2), rounded to 1e-9 degrees (0.1 mm).

    Equal input gives equal bits, so a border that two cells share stays shared.
    """
    lon, lat = _BACK.transform(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lon, lat]), 9)
