"""Run the job worker, and see to it that housekeeping goes on."""

from __future__ import annotations

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as DatabaseWorker

from mapgrid.core.housekeeping import schedule_housekeeping


class Command(DatabaseWorker):
    help = "Run jobs: later editions, housekeeping."

    def handle(self, **options: Any) -> None:
        schedule_housekeeping()
        super().handle(**options)
