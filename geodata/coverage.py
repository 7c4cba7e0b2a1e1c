"""Polygons that tile an area: the table of cells and its checks."""

from geodata._cells import LEVELS, CellTable

__all__ = ["LEVELS", "CellTable"]
