"""Addresses of pages. Everything the map draws comes from ``/api/``."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from mapgrid.frontend import views

urlpatterns = [
    path("", views.MapView.as_view(), name="map"),
    path("login/", views.LoginPage.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("favicon.ico", views.Favicon.as_view(), name="favicon"),
    path("texts.js", views.texts, name="texts"),
]
