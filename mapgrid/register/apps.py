from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "mapgrid.register"
    verbose_name = _("Register")

    def ready(self) -> None:
        from mapgrid.core.search import register_search
        from mapgrid.grids.registry import LocatedTable, register_located
        from mapgrid.register.search import BUILDINGS
        from mapgrid.register.services import buildings_reassign

        register_located(LocatedTable("buildings", buildings_reassign))
        register_search(BUILDINGS)
