from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "mapgrid.events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from mapgrid.core.housekeeping import register_chore
        from mapgrid.core.search import register_search
        from mapgrid.core.tiles import register_tiles
        from mapgrid.events.search import EVENTS
        from mapgrid.events.services import events_reassign
        from mapgrid.events.tally import tally_fold
        from mapgrid.events.tiles import EVENT_TILES
        from mapgrid.grids.registry import LocatedTable, register_located

        register_located(LocatedTable("events", events_reassign))
        register_chore("event tally", tally_fold)
        register_search(EVENTS)
        register_tiles(EVENT_TILES)
