"""Plain containers of the demonstration city: tables out, nothing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

SEED = 20261121
CENTRE_LONLAT = (113.62, 34.75)
DISTRICT_CODE = "410102"
METRIC_CRS = "EPSG:4547"
STORE_CRS = "EPSG:4326"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]
Spans = npt.NDArray[np.timedelta64]
Deadlines = Callable[[Times, Ints], Times]
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """One condition of the catalogue, as far as the simulation needs it.

    Attributes
    ----------
    kind : {"component", "incident"}
        Kind of the category.
    category_code : str
        Four digits, two major and two minor.
    condition_code : str
        Code of the condition inside its category.
    emergency : bool
        Whether its limit runs round the clock.
    """

    kind: str
    category_code: str
    condition_code: str
    emergency: bool = False

    def __post_init__(self) -> None:
        if self.kind not in {"component", "incident"}:
            raise ValueError(f"kind must be 'component' or 'incident', not {self.kind!r}")
        if len(self.category_code) != 4 or not self.category_code.isdigit():
            raise ValueError(f"category_code must have four digits, not {self.category_code!r}")


@dataclass(frozen=True)
class City:
    """Everything that stands still. Every GeoDataFrame is in EPSG:4326; lengths are in metres.

    Attributes
    ----------
    cells : GeoDataFrame
        code, level, kind, name, parent_code, official, geometry (polygon). Children tile their
        parent.
    streets : GeoDataFrame
        name, rank, line_id, geometry (line), noded at crossings.
    water, rails, blocks, places : GeoDataFrame
        The rest of the base map.
    buildings, components, hazards : GeoDataFrame
        What the register and the asset tables hold; components and hazards are points.
    departments : DataFrame
        key, name, name_en, kind; all invented.
    hotspots : DataFrame
        The planted truth: lon, lat, radius_m, weight, months, majors, label.
    """

    seed: int
    times: int
    cells: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    rails: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    components: gpd.GeoDataFrame
    hazards: gpd.GeoDataFrame
    departments: pd.DataFrame
    hotspots: pd.DataFrame


@dataclass(frozen=True)
class CityEvents:
    """Everything that happens until one moment.

    Attributes
    ----------
    events : DataFrame
        One row an event, ordered by report time; the columns are listed in docs/demonstration.md.
    steps : DataFrame
        One row a step: event_index, sequence, action, at (UTC), note; ordered by event and
        sequence.
    rain : DataFrame
        day (local), rain_mm: the invented weather that the events followed.
    """

    events: pd.DataFrame
    steps: pd.DataFrame
    rain: pd.DataFrame
