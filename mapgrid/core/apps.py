from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "mapgrid.core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from mapgrid.core import checks  # noqa: F401  (registers the system checks)
        from mapgrid.core.changes import fold_changes
        from mapgrid.core.housekeeping import forget_finished_jobs, register_chore

        register_chore("data changes", fold_changes)
        register_chore("finished jobs", forget_finished_jobs)
