"""Addresses: the map at the root, the API under /api/, the office under /admin/."""

from django.contrib import admin
from django.urls import include, path

from mapgrid.api.me import healthz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("api/", include("mapgrid.api.urls")),
    path("", include("mapgrid.frontend.urls")),
]
