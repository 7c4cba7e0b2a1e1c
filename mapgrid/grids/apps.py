from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "mapgrid.grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        from mapgrid.core.search import register_search
        from mapgrid.core.tiles import register_tiles
        from mapgrid.grids.search import GRIDS
        from mapgrid.grids.tiles import GRID_TILES

        register_search(GRIDS)
        register_tiles(GRID_TILES)
