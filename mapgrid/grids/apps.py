from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "mapgrid.grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        from mapgrid.core.housekeeping import register_chore
        from mapgrid.core.search import register_search
        from mapgrid.core.tiles import register_tiles
        from mapgrid.grids.search import GRIDS
        from mapgrid.grids.taking_effect import editions_catch_up
        from mapgrid.grids.tiles import GRID_TILES

        register_chore("editions", editions_catch_up)
        register_search(GRIDS)
        register_tiles(GRID_TILES)
