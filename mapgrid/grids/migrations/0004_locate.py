"""The functions that decide one point's cell inside PostGIS."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "locate.sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0003_data_changes")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(),
            "DROP FUNCTION mapgrid_locate(bigint[], float8, float8)",
        ),
    ]
