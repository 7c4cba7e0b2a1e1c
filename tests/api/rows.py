"""All rows of the access matrix; importing the modules registers them."""

from __future__ import annotations

from tests.api import rows_assets, rows_events, rows_maps, rows_places
from tests.api.reader import ROWS, Key, Reader

__all__ = ["ROWS", "Key", "Reader", "rows_assets", "rows_events", "rows_maps", "rows_places"]
