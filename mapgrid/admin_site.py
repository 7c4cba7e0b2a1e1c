"""The office: Django's admin under the product's own name."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class MapgridAdminSite(admin.AdminSite):
    site_header = _("Office")
    site_title = _("Office")
    index_title = _("People, departments, catalogue, working hours")
    site_url = "/"


class MapgridAdminConfig(AdminConfig):
    default_site = "mapgrid.admin_site.MapgridAdminSite"
