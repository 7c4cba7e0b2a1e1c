"""Declared CRS and datum to EPSG:4326; coordinates that cannot be there are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geodata.crs import Datum, to_wgs84

from .failures import failure
from .report import Remark, RowNote

WGS84 = pyproj.CRS.from_epsg(4326)
_OF_CRS = "of its coordinate system"
_GEOD = pyproj.Geod(ellps="WGS84")


def settle_crs(found: pyproj.CRS | None, how: str, declared: int | None) -> tuple[pyproj.CRS, str]:
    """Return the CRS to read with and how it is known.

    Raises
    ------
    ReadError
        ``crs_undeclared`` when neither file nor caller names one, ``crs_conflict`` when they
        name different ones, ``crs_unknown`` for a code that does not exist.
    """
    if declared is None:
        if found is None:
            raise failure(
                "crs_undeclared",
                "The file does not say which coordinate system it uses.",
                "Declare it (--crs EPSG). It is not guessed: a wrong one moves everything.",
            )
        return found, how
    try:
        crs = pyproj.CRS.from_epsg(declared)
    except pyproj.exceptions.CRSError as error:
        raise failure("crs_unknown", f"EPSG:{declared} does not exist.", "Check it.") from error
    if crs.is_geocentric or crs.is_vertical:
        raise failure("crs_unknown", f"EPSG:{declared} is not a map system.", "Check it.")
    if found is not None and not found.equals(crs, ignore_axis_order=True):
        raise failure(
            "crs_conflict",
            f"The file carries {name_of(found)}, declared is EPSG:{declared}.",
            "Leave the declaration out, or remove what the file says.",
        )
    return crs, "declared" if found is None else how


def settle_datum(crs: pyproj.CRS, declared: Datum | None, *, required: bool) -> tuple[Datum, str]:
    """Return the datum of the coordinates and how it is known.

    GCJ-02 and BD-09 have no EPSG code: a file in them looks like WGS-84, so only a declaration
    tells. `required` refuses longitude/latitude data without one (``datum_undeclared``).
    """
    if declared is not None:
        return declared, "declared"
    datum_name = (crs.datum.name if crs.datum else "").lower().replace("_", " ")
    if "china 2000" in datum_name or "cgcs2000" in datum_name:
        return Datum.CGCS2000, _OF_CRS
    if required and crs.is_geographic:
        raise failure(
            "datum_undeclared",
            "Longitude and latitude need their datum: wgs84, cgcs2000, gcj02 or bd09.",
            "Declare it (--datum). AMap and Tencent use gcj02, Baidu bd09, GPS wgs84.",
        )
    return Datum.WGS84, _OF_CRS


def name_of(crs: pyproj.CRS) -> str:
    """Return ``EPSG:n`` where the CRS has a code, else its name."""
    if crs.equals(WGS84, ignore_axis_order=True):
        return "EPSG:4326"
    code = crs.to_epsg(min_confidence=70)
    if code is not None:
        return f"EPSG:{code}"
    operation = crs.coordinate_operation
    if crs.name in ("unknown", "unnamed") and operation is not None:
        return str(operation.name)
    return str(crs.name)


class ToLonLat:
    """From one CRS and datum to EPSG:4326, longitude first.

    Parameters
    ----------
    crs : pyproj.CRS
        Of the coordinates.
    datum : Datum
        GCJ-02 and BD-09 are undone after the change of CRS.

    Attributes
    ----------
    remarks : list of Remark
        One when PROJ has no exact way between the two datums.
    """

    def __init__(self, crs: pyproj.CRS, datum: Datum) -> None:
        same = crs.equals(WGS84, ignore_axis_order=True)
        self._step = None if same else pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
        self._geographic = crs.is_geographic
        self._datum = datum
        ballpark = self._step is not None and "allpark" in self._step.description
        text = "Between %(crs)s and WGS-84 only an approximate change of datum is known."
        self.remarks = [Remark(text, {"crs": name_of(crs)})] if ballpark else []

    def __call__(self, geometry: NDArray[Any]) -> NDArray[Any]:
        """Return new geometries; what cannot be transformed has infinite coordinates."""
        result = np.asarray(geometry, dtype=object)
        if self._step is not None:
            result = shapely.transform(result, self._step.transform, interleaved=False)
        if self._datum in (Datum.GCJ02, Datum.BD09):
            datum = self._datum
            result = shapely.transform(
                result, lambda lon, lat: to_wgs84(lon, lat, datum), interleaved=False
            )
        return result

    def areas_m2(self, polygons: NDArray[Any]) -> NDArray[np.float64]:
        """Return ellipsoidal areas; an invalid ring counts as traced, crossings included."""
        return np.array([_area_m2(shape) for shape in self(polygons)], dtype=np.float64)

    def misplaced(
        self, geometry: NDArray[Any], lonlat: NDArray[Any], rows: NDArray[np.int64]
    ) -> list[RowNote]:
        """Return a note for each row whose coordinates are not on the globe.

        A latitude beyond 90 degrees whose longitude would be a latitude means that the two
        were swapped. It is said, not mended: half a file may be swapped and half not.
        """
        x0, y0, x1, y1 = shapely.bounds(geometry).T
        lon0, lat0, lon1, lat1 = shapely.bounds(lonlat).T
        present = ~shapely.is_missing(geometry)
        with np.errstate(invalid="ignore"):
            inside = (lon0 >= -180) & (lon1 <= 180) & (lat0 >= -90) & (lat1 <= 90)
            far = np.maximum(np.abs(y0), np.abs(y1))
            swapped = (far > 90) & (far <= 180) & (np.maximum(np.abs(x0), np.abs(x1)) <= 90)
        notes = []
        for at in np.flatnonzero(present & ~inside):
            place = f"x = {x0[at]:.6g}, y = {y0[at]:.6g}"
            if self._geographic and swapped[at]:
                reason = f"{place}: latitude and longitude look swapped."
                notes.append(RowNote(int(rows[at]), "axes_swapped", reason))
            else:
                reason = f"{place} is not on the globe in the declared coordinate system."
                notes.append(RowNote(int(rows[at]), "out_of_range", reason))
        return notes


def _area_m2(shape: Any) -> float:
    if shape is None or not np.isfinite(shapely.get_coordinates(shape)).all():
        return float("nan")
    total = 0.0
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if hasattr(part, "exterior") else []
        for k, ring in enumerate(rings):
            area = abs(_GEOD.geometry_area_perimeter(ring)[0])
            total += area if k == 0 else -area
    return total
