"""The tally of ended events reaches zoom 13 and tells streets apart."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0006_tally_streets.sql"


class Migration(migrations.Migration):
    dependencies = [("events", "0005_tile_tally")]

    operations = [migrations.RunSQL(SQL.read_text())]
