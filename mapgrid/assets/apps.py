from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "mapgrid.assets"
    verbose_name = _("Components and hazards")

    def ready(self) -> None:
        from mapgrid.assets.services import components_reassign, hazards_reassign
        from mapgrid.assets.tiles import COMPONENT_TILES, HAZARD_TILES
        from mapgrid.core.tiles import register_tiles
        from mapgrid.grids.registry import LocatedTable, register_located

        register_located(LocatedTable("components", components_reassign))
        register_located(LocatedTable("hazards", hazards_reassign))
        register_tiles(COMPONENT_TILES)
        register_tiles(HAZARD_TILES)
