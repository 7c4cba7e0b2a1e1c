from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    name = "mapgrid.ground"
    verbose_name = _("Base map")

    def ready(self) -> None:
        from mapgrid.core.search import register_search
        from mapgrid.core.tiles import register_tiles
        from mapgrid.ground.search import PLACES, STREETS
        from mapgrid.ground.tiles import GROUND_TILES

        register_search(PLACES)
        register_search(STREETS)
        register_tiles(GROUND_TILES)
