"""What a format's reader hands on: rows and geometries as they stand in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows in file order, nothing repaired or reprojected yet.

    Attributes
    ----------
    frame : pandas.DataFrame
        Attributes, index 0..n-1.
    geometry : numpy.ndarray of object, shape (n,)
        shapely geometries in the CRS of the file; None where there is none.
    rows : numpy.ndarray of int64, shape (n,)
        Row numbers in the file, from 1, ascending.
    raw_x, raw_y : numpy.ndarray of float64, shape (n,), or None
        Coordinates as written, where the reader knows them better than the geometry.
    crs : pyproj.CRS or None
        The CRS that the file carries.
    crs_how : str
        How the file says so.
    """

    frame: pd.DataFrame
    geometry: NDArray[Any]
    rows: NDArray[np.int64]
    raw_x: NDArray[np.float64] | None = None
    raw_y: NDArray[np.float64] | None = None
    crs: pyproj.CRS | None = None
    crs_how: str = ""
