"""A tally of ended events by day and square, kept by triggers, for the counts below zoom 13."""

from pathlib import Path
from string import Template

from django.conf import settings
from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0005_tile_tally.sql"
UNDO = """
DROP TRIGGER events_event_tally_insert ON events_event;
DROP TRIGGER events_event_tally_update ON events_event;
DROP TRIGGER events_event_tally_delete ON events_event;
DROP TRIGGER events_event_tally_truncate ON events_event;
DROP FUNCTION mapgrid_tally_added(), mapgrid_tally_gone(), mapgrid_tally_changed(), mapgrid_tally_emptied();
DROP FUNCTION mapgrid_local_day(timestamptz);
DROP TABLE events_tile_tally;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0004_tile_keys")]

    operations = [
        migrations.RunSQL(Template(SQL.read_text()).substitute(time_zone=settings.TIME_ZONE), UNDO)
    ]
