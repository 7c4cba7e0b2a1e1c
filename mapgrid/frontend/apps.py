"""The pages: one map, the login, and the texts that scripts need."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontendConfig(AppConfig):
    name = "mapgrid.frontend"
    verbose_name = _("Pages")
