"""Settings: what differs between installations comes from the environment or the city's file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import environ
from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from mapgrid.cities import read_city
from mapgrid.wheels import library_paths

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
TESTING = "pytest" in sys.modules

# --- the city -----------------------------------------------------------------------------------
STATE_DIR = Path(env.str("MAPGRID_STATE_DIR", default=str(BASE_DIR / ".mapgrid")))
CITY = read_city(
    env.str("MAPGRID_CITY", default="demo"), [STATE_DIR / "cities", BASE_DIR / "cities"]
)
METRIC_SRID = env.int("MAPGRID_METRIC_SRID", default=CITY.metric_srid)
_data = env.str("MAPGRID_DATA", default="")
MAPGRID_DATA = Path(_data) if _data else None

# --- native libraries from the wheels -----------------------------------------------------------
_libraries = library_paths()
GDAL_LIBRARY_PATH = _libraries["GDAL_LIBRARY_PATH"]
GEOS_LIBRARY_PATH = _libraries["GEOS_LIBRARY_PATH"]
os.environ.setdefault("GDAL_DATA", _libraries["GDAL_DATA"])

# --- security -----------------------------------------------------------------------------------
DEBUG = env.bool("MAPGRID_DEBUG", default=False)
SECRET_KEY = env.str("MAPGRID_SECRET_KEY", default="only-for-tests" if TESTING else "")
ALLOWED_HOSTS = env.list("MAPGRID_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("MAPGRID_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("MAPGRID_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
X_FRAME_OPTIONS = "DENY"
# An online base map is a decision of the installation; without one no page asks another host.
BASEMAP = env.str("MAPGRID_BASEMAP", default="own")
BASEMAP_KEY = env.str("MAPGRID_BASEMAP_KEY", default="")
BASEMAP_HOSTS = {
    "own": [],
    "osm": ["https://tile.openstreetmap.org"],
    "tianditu": ["https://*.tianditu.gov.cn"],
    "amap": ["https://*.is.autonavi.com"],
}
if BASEMAP not in BASEMAP_HOSTS:
    raise ImproperlyConfigured(f"MAPGRID_BASEMAP is one of: {', '.join(BASEMAP_HOSTS)}.")
# Tile servers may ask who embeds them; nobody else learns more than our own pages do.
SECURE_REFERRER_POLICY = "same-origin" if BASEMAP == "own" else "strict-origin-when-cross-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *BASEMAP_HOSTS[BASEMAP]],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": ["'none'"],
    },
}

# --- apps ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "mapgrid.admin_site.MapgridAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "axes",
    "leaflet",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "django_tasks_db",
    "mapgrid.core",
    "mapgrid.people",
    "mapgrid.ground",
    "mapgrid.grids",
    "mapgrid.register",
    "mapgrid.catalogue",
    "mapgrid.assets",
    "mapgrid.events",
    "mapgrid.heat",
    "mapgrid.exchange",
    "mapgrid.demo",
    "mapgrid.api",
    "mapgrid.frontend",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "mapgrid.urls"
WSGI_APPLICATION = "mapgrid.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
            ]
        },
    }
]

# --- database -----------------------------------------------------------------------------------
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL",
        default="postgres:///mapgrid",
        engine="django.contrib.gis.db.backends.postgis",
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_FAILURE_LIMIT = 8
AXES_LOCKOUT_TEMPLATE = "frontend/locked.html"
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "mapgrid.people.throttling.name_tried"
AXES_ENABLED = not TESTING
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "map"
LOGOUT_REDIRECT_URL = "login"
PGHISTORY_ADMIN_CLASS = "django.contrib.admin.ModelAdmin"

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = CITY.time_zone

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("MAPGRID_STATIC_ROOT", default=str(STATE_DIR / "static")))
# Photographs are served by the application to those who may see them, and by nobody else.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
MEDIA_ROOT = Path(env.str("MAPGRID_MEDIA_ROOT", default=str(STATE_DIR / "media")))
_static_backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
if not (DEBUG or TESTING):
    _static_backend = "mapgrid.static.HashedModulesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_backend},
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
PHOTO_MAX_BYTES = 12 * 1024 * 1024
PHOTOS_MAX = 6
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "tiles": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "tiles",
        "OPTIONS": {"MAX_ENTRIES": 2000},
        "TIMEOUT": 600,
    },
}

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["mapgrid.api.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "mapgrid.api.errors.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "mapgrid",
    "DESCRIPTION": "Urban grid governance: grids, assets, events, heat.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Names of closed lists in the OpenAPI document, where several fields of one name differ.
    "ENUM_NAME_OVERRIDES": {
        "GridKind": "mapgrid.grids.models.Grid.Kind",
        "HazardKind": "mapgrid.assets.models.HazardPoint.Kind",
        "BuildingKind": "mapgrid.register.models.Building.Kind",
        "EventState": "mapgrid.events.workflow.State",
        "ComponentState": "mapgrid.assets.models.Component.State",
        "HazardState": "mapgrid.assets.models.HazardPoint.State",
        "EventStage": "mapgrid.events.filters.STAGES",
        "EventClock": "mapgrid.events.filters.CLOCKS",
        "EventSource": "mapgrid.events.workflow.Source",
    },
}

# --- the map ------------------------------------------------------------------------------------
LEAFLET_CONFIG = {
    "TILES": [],
    "ATTRIBUTION_PREFIX": "",
    "MIN_ZOOM": 8,
    "MAX_ZOOM": 20,
    "RESET_VIEW": False,
    "SCALE": None,
    "NO_GLOBALS": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("MAPGRID_LOG_LEVEL", default="WARNING")},
}
