"""Writes to these tables raise their data version, which tiles and lists carry as their ETag."""

from django.db import migrations

from mapgrid.core.changes import version_sql

TABLES = ("assets_component", "assets_hazardpoint",)


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_initial"), ("core", "0001_initial")]

    operations = [
        migrations.RunSQL(version_sql(table), f"DROP TRIGGER {table}_data_change ON {table}")
        for table in TABLES
    ]
