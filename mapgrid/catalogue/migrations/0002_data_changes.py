"""The catalogue's tables note their changes, so that readers may keep what they looked up."""

from django.db import migrations

from mapgrid.core.changes import version_sql

TABLES = (
    "catalogue_catalogueversion",
    "catalogue_major",
    "catalogue_category",
    "catalogue_condition",
    "catalogue_workcalendar",
    "catalogue_worksession",
    "catalogue_calendarday",
)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("catalogue", "0001_initial")]

    operations = [
        migrations.RunSQL(version_sql(table), f"DROP TRIGGER {table}_data_change ON {table}")
        for table in TABLES
    ]
