"""Small chores that keep tables short: each app registers its own, the worker does them hourly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

EVERY = timedelta(hours=1)

_chores: dict[str, Callable[[], int]] = {}


def register_chore(name: str, chore: Callable[[], int]) -> None:
    """Register a chore that returns how many rows it put away; twice is the same as once."""
    _chores[name] = chore


def do_chores() -> dict[str, int]:
    """Do every chore once; return how many rows each put away."""
    return {name: chore() for name, chore in sorted(_chores.items())}


@task()
def housekeep() -> dict[str, int]:
    """Ask for the next round, whatever becomes of this one, and do every chore."""
    schedule_housekeeping()
    return do_chores()


def schedule_housekeeping() -> bool:
    """Queue the next round unless one is waiting already; return whether one was queued."""
    waiting = DBTaskResult.objects.filter(
        task_path=housekeep.module_path, status=TaskResultStatus.READY
    )
    if waiting.exists():
        return False
    housekeep.using(run_after=timezone.now() + EVERY).enqueue()
    return True


def forget_finished_jobs(*, keep_days: int = 14) -> int:
    """Delete the records of jobs that ended long ago."""
    old = timezone.now() - timedelta(days=keep_days)
    return DBTaskResult.objects.finished().filter(finished_at__lt=old).delete()[0]
