"""The least a Django project needs to load LMS plugins by their entry points; DATABASE names a backend."""

import os
from pathlib import Path

from edx_django_utils.plugins import add_plugins, get_plugin_apps

HERE = Path(__file__).parent
SECRET_KEY = "bare"
ROOT_URLCONF = "bare_site.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "/static/"
STATIC_ROOT = HERE / "collected"
MAKO_TEMPLATE_DIRS_BASE: list[str] = []
OPEN_EDX_FILTERS_CONFIG: dict[str, object] = {}
CELERYBEAT_SCHEDULE: dict[str, object] = {}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
DATABASES = {
    "default": {
        "ENGINE": f"django.db.backends.{os.environ.get('DATABASE', 'dummy')}",
        "NAME": HERE / "bare.sqlite3",
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": ["django.template.loaders.app_directories.Loader"]},
    }
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "waffle",
    "rest_framework",
    "organizations",
]
INSTALLED_APPS.extend(get_plugin_apps("lms.djangoapp"))  # among them edx-completion
add_plugins(__name__, "lms.djangoapp", "common")
add_plugins(__name__, "lms.djangoapp", "production")
