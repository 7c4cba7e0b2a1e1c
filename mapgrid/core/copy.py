"""Bulk writes by COPY: columns in, rows out, ids known before the rows are written."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection, models
from numpy.typing import NDArray

_WRITE = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")


def take_ids(model: type[models.Model], count: int) -> NDArray[np.int64]:
    """Take ``count`` new primary keys from the table's own sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)


def copy_columns(model: type[models.Model], columns: Mapping[str, Any]) -> int:
    """Append rows to a table; return how many.

    Parameters
    ----------
    model : model class
        The table.
    columns : mapping of str to array
        Database column name to values, all of one length. None, NaT and NaN become NULL; geometries
        are hexadecimal EWKB (``core.geometry.hex_ewkb``). Columns left out take the table's
        default.
    """
    arrays = {name: _arrow(values) for name, values in columns.items()}
    table = pa.table(arrays)
    if table.num_rows == 0:
        return 0
    sink = io.BytesIO()
    pa_csv.write_csv(table, sink, _WRITE)
    sink.seek(0)
    quoted = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {model._meta.db_table} ({quoted}) FROM STDIN WITH (FORMAT csv, NULL '')", sink
        )
    return int(table.num_rows)


def _arrow(values: Any) -> pa.Array:
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return pa.array(array.astype("datetime64[us]"), pa.timestamp("us", tz="UTC"))
    if array.dtype.kind == "f":
        return pa.array(array, mask=np.isnan(array))
    if array.dtype.kind in "OU":
        return pa.array(values, from_pandas=True)
    return pa.array(array)
