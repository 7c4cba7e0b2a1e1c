"""Every address of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from mapgrid.api import docs, events, export, grids, me, photos, place, reports, searching
from mapgrid.api.assets import VIEWS
from mapgrid.api.catalogue import CatalogueView
from mapgrid.api.heat import urlpatterns as heat_urls
from mapgrid.api.tiles import urlpatterns as tiles_urls


def _assets(name: str) -> list[URLPattern]:
    views, base = VIEWS[name], f"{name}s"
    return [
        path(base, views["list"].as_view(), name=f"api-{name}-list"),
        path(f"{base}/<int:pk>", views["one"].as_view(), name=f"api-{name}"),
        path(f"{base}/<int:pk>/retire", views["retire"].as_view(), name=f"api-{name}-retire"),
        path(f"{base}/<int:pk>/history", views["history"].as_view(), name=f"api-{name}-history"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("me", me.MeView.as_view(), name="api-me"),
    path("catalogue", CatalogueView.as_view(), name="api-catalogue"),
    path("search", searching.SearchView.as_view(), name="api-search"),
    path("place", place.PlaceView.as_view(), name="api-place"),
    path("grids/<str:code>", grids.GridView.as_view(), name="api-grid"),
    path("events", events.EventsView.as_view(), name="api-events"),
    path("events/counts", events.CountsView.as_view(), name="api-event-counts"),
    path("events/timeline", events.TimelineView.as_view(), name="api-event-timeline"),
    path("events/export.csv", export.ExportView.as_view(), name="api-event-export"),
    path("events/<str:number>", events.EventView.as_view(), name="api-event"),
    path("events/<str:number>/point", reports.PointView.as_view(), name="api-event-point"),
    path("photos/<uuid:key>", photos.PhotoView.as_view(), name="api-photo"),
    *_assets("component"),
    *_assets("hazard"),
    *_assets("building"),
    *tiles_urls,
    *heat_urls,
    path("schema", docs.SchemaView.as_view(), name="api-schema"),
    path("docs", docs.DocsView.as_view(), name="api-docs"),
    re_path(r"^.*$", docs.UnknownView.as_view(), name="api-unknown"),
]
