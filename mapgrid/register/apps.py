from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "mapgrid.register"
    verbose_name = _("Register")

    def ready(self) -> None:
        from mapgrid.core.search import register_search
        from mapgrid.core.tiles import register_tiles
        from mapgrid.grids.registry import LocatedTable, register_located
        from mapgrid.register.search import BUILDINGS
        from mapgrid.register.services import buildings_reassign
        from mapgrid.register.tiles import BUILDING_TILES

        register_located(LocatedTable("buildings", buildings_reassign))
        register_search(BUILDINGS)
        register_tiles(BUILDING_TILES)
