"""Writes to these tables raise their data version, which tiles and lists carry as their ETag."""

from django.db import migrations

from mapgrid.core.changes import version_sql

TABLES = ("ground_street", "ground_water", "ground_rail", "ground_block", "ground_place",)


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial"), ("core", "0001_initial")]

    operations = [
        migrations.RunSQL(version_sql(table), f"DROP TRIGGER {table}_data_change ON {table}")
        for table in TABLES
    ]
