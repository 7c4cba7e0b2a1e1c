"""Print the demonstration's logins."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mapgrid.demo.people import PASSWORD, logins


class Command(BaseCommand):
    help = "Print the demonstration's logins."

    def handle(self, *args: Any, **options: Any) -> None:
        for login in logins():
            self.stdout.write(f"  {login.username:<10} {PASSWORD}   {login.where}")
