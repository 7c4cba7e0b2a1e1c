"""Extensions, the change log and its function; nothing here depends on another app."""

from pathlib import Path

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0001_changes.sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        CreateExtension("postgis"),
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="DataChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("table", models.CharField(db_collation="C", max_length=63)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("table"), models.F("id"), name="core_datachange_version")
                ]
            },
        ),
        migrations.RunSQL(SQL.read_text(), "DROP FUNCTION mapgrid_note_change()"),
    ]
