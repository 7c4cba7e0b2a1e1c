"""Where things happen: pools of metric points to draw from, taken from the city's own tables."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from geodata.synth.model import City, Floats, Ints
from geodata.synth.warp import to_metric

# Metres of random scatter around a pool's points.
SCATTER_M = {
    "street": 3.0,
    "major": 4.0,
    "lane": 2.5,
    "front": 3.5,
    "compound": 8.0,
    "village": 4.0,
    "refuse": 5.0,
    "gate": 7.0,
    "site": 14.0,
    "river": 4.0,
    "park": 12.0,
    "low": 6.0,
    "old": 5.0,
}
SAMPLE_STEP_M = 9.0
KERB_M = {"major": 8.0, "minor": 4.5, "alley": 2.2}


def _metric(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(shapely.transform(frame.geometry.values, to_metric))


class Pools:
    """Points by kind of place, each with a weight; drawn with replacement.

    Parameters
    ----------
    city : City
        Its tables are read, never changed.
    """

    def __init__(self, city: City) -> None:
        streets = city.cells[city.cells["level"] == "street"]
        self.outline = shapely.union_all(_metric(streets))
        shapely.prepare(self.outline)
        rng = np.random.default_rng([city.seed, 71])
        self._points: dict[str, Floats] = {}
        self._sums: dict[str, Floats] = {}
        self._streets(city, rng)
        self._kerbs = cKDTree(self._points["street"])
        self._buildings(city, rng)
        self._ground(city, rng)
        self.components = to_metric(city.components[["lon", "lat"]].to_numpy())

    def draw(self, rng: np.random.Generator, kind: str, count: int) -> Floats:
        """Draw metric points (count, 2) of one kind of place, scattered."""
        points, sums = self._points[kind], self._sums[kind]
        rows = np.searchsorted(sums, rng.random(count) * sums[-1])
        return np.asarray(points[rows] + rng.normal(0, SCATTER_M[kind] / 1.6, (count, 2)))

    def inside(self, xy: Floats) -> np.ndarray:
        """Tell which metric points lie in the city."""
        return np.asarray(shapely.contains_xy(self.outline, xy[:, 0], xy[:, 1]))

    def to_kerb(self, xy: Floats) -> Floats:
        """Return the nearest sampled kerb point of each metric point."""
        _, nearest = self._kerbs.query(xy)
        return np.asarray(self._points["street"][nearest])

    def _add(self, kind: str, points: Floats, weight: Floats) -> None:
        keep = self.inside(points)
        if not keep.any():
            points, weight = self._points["street"][:1], np.ones(1)
            keep = np.ones(1, dtype=bool)
        self._points[kind] = points[keep]
        self._sums[kind] = np.cumsum(weight[keep])

    def _streets(self, city: City, rng: np.random.Generator) -> None:
        lines, rank = _metric(city.streets), city.streets["rank"].to_numpy()
        count = np.maximum(1, (shapely.length(lines) / SAMPLE_STEP_M).astype(int))
        which: Ints = np.repeat(np.arange(len(lines)), count)
        step = np.concatenate([np.arange(n) for n in count])
        at = (step + rng.random(len(which))) * SAMPLE_STEP_M
        spots = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], at))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], at + 1.0))
        back = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], at - 1.0))
        along = ahead - back
        along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
        kerb = np.array([KERB_M[r] for r in rank])[which] * rng.choice((-1, 1), len(which))
        points = spots + kerb[:, None] * np.column_stack([-along[:, 1], along[:, 0]])
        liveliness = np.array([{"major": 1.5, "minor": 1.2, "alley": 0.5}[r] for r in rank])[which]
        # Some stretches of street are busier than others, the same ones all year.
        liveliness = liveliness * rng.gamma(1.6, 1.0, len(lines))[which]
        self._add("street", points, liveliness)
        for kind, wanted in (("major", ("major",)), ("lane", ("alley", "minor"))):
            rows = np.isin(rank[which], wanted)
            self._add(kind, points[rows], liveliness[rows])

    def _buildings(self, city: City, rng: np.random.Generator) -> None:
        shapes = _metric(city.buildings)
        kind = city.buildings["kind"].to_numpy()
        box = shapely.bounds(shapes)
        south = np.column_stack([(box[:, 0] + box[:, 2]) / 2, box[:, 1] - 3.0])
        busy = rng.gamma(1.8, 1.0, len(shapes))
        homes = city.buildings["households"].to_numpy().astype(float)
        floors = city.buildings["floors"].to_numpy()
        open_to_public = np.isin(kind, ["shop", "market", "commercial", "hospital"])
        self._add("front", south[open_to_public], busy[open_to_public])
        self._add("compound", south[homes > 0], (homes * busy)[homes > 0])
        self._add("village", south[kind == "village"], busy[kind == "village"])
        old = (homes > 0) & (floors <= 3)
        self._add("old", south[old], busy[old])
        crowd = np.isin(kind, ["village", "market", "shop", "shed"]) | (homes > 20)
        self._add("refuse", south[crowd], busy[crowd] * np.where(kind[crowd] == "market", 8.0, 1.0))
        gates = np.isin(kind, ["school", "hospital", "market", "commercial", "office", "shop"])
        pull = np.where(np.isin(kind, ["school", "hospital"]), 9.0, 1.0) * busy
        self._add("gate", self.to_kerb(south[gates]), pull[gates])

    def _ground(self, city: City, rng: np.random.Generator) -> None:
        rivers = _metric(city.water[city.water["kind"] == "river"])
        banks = shapely.get_parts(shapely.boundary(rivers)) if len(rivers) else rivers
        at = [shapely.get_coordinates(shapely.segmentize(line, 12.0)) for line in banks]
        river = np.concatenate(at) if at else np.empty((0, 2))
        self._add("river", river, np.ones(len(river)))
        parks = _metric(city.blocks[city.blocks["kind"] == "park"])
        middle = shapely.get_coordinates(shapely.point_on_surface(parks))
        self._add("park", middle, np.sqrt(shapely.area(parks)))
        low = city.hazards[city.hazards["kind"] == "flood_prone"]
        points = to_metric(low[["lon", "lat"]].to_numpy())
        self._add("low", points, rng.gamma(1.2, 1.0, len(points)))
        sites = city.hazards[city.hazards["kind"] == "construction_site"]
        points = to_metric(sites[["lon", "lat"]].to_numpy())
        self._add("site", points, rng.gamma(1.5, 1.0, len(points)))
