"""Generated columns that say where an event's point lies in the tiles, and the indexes that counts read."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0004_tile_keys.sql"
UNDO = """
DROP FUNCTION mapgrid_tile_key(integer, integer);
DROP FUNCTION mapgrid_tile_y(geometry);
DROP FUNCTION mapgrid_tile_x(geometry);
"""
COLUMNS = (
    "tile_x", "tile_y", "reported_at", "state", "deadline_at", "warn_at",
    "grid", "category", "department", "track",
)  # fmt: skip
X = models.Func("point", function="mapgrid_tile_x", output_field=models.IntegerField())
Y = models.Func("point", function="mapgrid_tile_y", output_field=models.IntegerField())
KEY = models.Func(X, Y, function="mapgrid_tile_key", output_field=models.BigIntegerField())


def generated(expression, output_field):
    return models.GeneratedField(
        expression=expression, output_field=output_field, db_persist=True, null=True
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0003_data_changes")]

    operations = [
        migrations.RunSQL(SQL.read_text(), UNDO),
        migrations.AddField("event", "tile_x", generated(X, models.IntegerField())),
        migrations.AddField("event", "tile_y", generated(Y, models.IntegerField())),
        migrations.AddField("event", "tile_key", generated(KEY, models.BigIntegerField())),
        migrations.AddIndex(
            "event",
            models.Index(fields=["tile_key"], include=COLUMNS, name="events_event_tile"),
        ),
        migrations.AddIndex(
            "event",
            models.Index(
                fields=["tile_key"],
                include=COLUMNS,
                condition=~models.Q(state__in=("closed", "rejected")),
                name="events_event_tile_open",
            ),
        ),
    ]
