"""Settings of the miniature LMS, built in the platform's order: common, plugins, operator's values, plugins again.

The names are those the LMS reads, old Celery ones included; where a habit of the LMS bites plugins, it bites here.
"""

# The clock replaces `timezone.now`, so it comes before anything that could take that by name.
from demo.campus import clock  # noqa: F401  isort: skip

import os
from pathlib import Path

import dj_database_url
import django
from edx_django_utils.plugins import add_plugins, get_plugin_apps

from demo import broker
from openedx.core.djangoapps.plugins.constants import ProjectType, SettingsType

HERE = Path(__file__).resolve().parent
STANDINS = HERE / "standins"
VAR = Path(os.environ.get("DEMO_VAR") or HERE / "var")
VAR.mkdir(parents=True, exist_ok=True)

# ---------------------------------------------------------------- common

DEBUG = False
SECRET_KEY = "a miniature LMS keeps no secrets"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
ROOT_URLCONF = "demo.urls"
LOGIN_URL = "/signin/"
SITE_ID = 1
SITE_NAME = "Demo Campus"
PLATFORM_NAME = "Demo Campus"
CONTACT_EMAIL = DEFAULT_FROM_EMAIL = "campus@example.com"
CONTACT_MAILING_ADDRESS = ""
LMS_BASE = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
LMS_ROOT_URL = f"http://{LMS_BASE}"
LEARNING_MICROFRONTEND_URL = f"{LMS_ROOT_URL}/learning"
INSTRUCTOR_MICROFRONTEND_URL = f"{LMS_ROOT_URL}/instructor-dashboard"
SQUELCH_PII_IN_LOGS = True
FEATURES: dict[str, object] = {}
ENABLE_MASQUERADE = True
MANDATORY_ASSIGNMENTS_BASE_TEMPLATE = "main_django.html"
# Nothing here ends a request that takes long: files as large as anybody may want to try.
MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS = 200_000
MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 25_000_000

# Which number stands for a mode where learners are divided by it.
COURSE_ENROLLMENT_MODES = {
    slug: {"id": number, "slug": slug, "display_name": slug.replace("-", " ").title(), "min_price": 0}
    for number, slug in enumerate(
        ("audit", "verified", "professional", "no-id-professional", "credit", "honor", "masters"), start=1
    )
}

USAGE_KEY_PATTERN = r"(?P<usage_key_string>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))"
USAGE_ID_PATTERN = USAGE_KEY_PATTERN.replace("usage_key_string", "usage_id")
COURSE_KEY_REGEX = r"[^/+]+(/|\+)[^/+]+(/|\+)[^/?]+"
COURSE_KEY_PATTERN = rf"(?P<course_key_string>{COURSE_KEY_REGEX})"
COURSE_ID_PATTERN = rf"(?P<course_id>{COURSE_KEY_REGEX})"

# The platform's own default; an app that does not name its own gets 32-bit keys.
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.admin",
    "django.contrib.staticfiles",
    "bridgekeeper",
    "rest_framework",
    "waffle",
    "eventtracking.django.apps.EventTrackingConfig",
    "edx_ace",
    "organizations",
    "common.djangoapps.split_modulestore_django",
    "common.djangoapps.course_modes",
    "common.djangoapps.student",
    "lms.djangoapps.courseware",
    "lms.djangoapps.grades",
    "lms.djangoapps.certificates",
    "lms.djangoapps.instructor",
    "openedx.core.djangoapps.ace_common",
    "openedx.core.djangoapps.content.course_overviews",
    "openedx.core.djangoapps.course_groups",
    "openedx.core.djangoapps.plugins",
    "openedx.core.djangoapps.site_configuration",
    "openedx.core.djangoapps.user_api",
    "demo.campus",
]

MIDDLEWARE = [
    "crum.CurrentRequestUserMiddleware",
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "openedx.core.djangoapps.lang_pref.middleware.LanguagePreferenceMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "waffle.middleware.WaffleMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "bridgekeeper.backends.RulePermissionBackend",
]

MAKO_TEMPLATE_DIRS_BASE = [str(STANDINS / "lms" / "templates")]
TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.static",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **dj_database_url.parse(
            os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'campus.sqlite3'}", conn_max_age=60
        ),
        "ATOMIC_REQUESTS": True,
    }
}
_database = DATABASES["default"]
if "mysql" in _database["ENGINE"]:
    _database["ENGINE"] = "demo.mariadb"
    _database["OPTIONS"] = {
        "charset": "utf8mb4",
        "isolation_level": "read committed",
        "init_command": "SET sql_mode='STRICT_TRANS_TABLES'",
    }
elif "sqlite3" in _database["ENGINE"]:
    _database["OPTIONS"] = {"timeout": 30}
    if django.VERSION >= (5, 1):
        _database["OPTIONS"] |= {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}

CACHES = {
    alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
    for alias in ("default", "general", "course_structure_cache", "mongo_metadata_inheritance")
}
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_HTTPONLY = True

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية"), ("ja", "日本語")]
LANGUAGE_COOKIE_NAME = "openedx-language-preference"
LOCALE_PATHS: list[str] = []

STATIC_URL = "/static/"
STATIC_ROOT = str(HERE / "var" / "static")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "media"), "base_url": "/media/"},
    },
    "staticfiles": {"BACKEND": "demo.staticfiles.CollectingStorage"},
}
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
        "object-src": ["'none'"],
    }
}

EMAIL_BACKEND = "demo.campus.post_office.EmailBackend"
EMAIL_FILE_PATH = str(VAR / "outbox")
ACE_ENABLED_CHANNELS = ["django_email"]
ACE_ENABLED_POLICIES: list[str] = []
ACE_CHANNEL_DEFAULT_EMAIL = ACE_CHANNEL_TRANSACTIONAL_EMAIL = "django_email"

HIGH_PRIORITY_QUEUE = "edx.lms.core.high"
DEFAULT_PRIORITY_QUEUE = "edx.lms.core.default"
HIGH_MEM_QUEUE = "edx.lms.core.high_mem"
ACE_ROUTING_KEY = DEFAULT_PRIORITY_QUEUE

# Celery reads the old upper-case names, without a namespace; CELERY_BEAT_SCHEDULE and the like are ignored.
BROKER_URL = os.environ.get("BROKER_URL") or "filesystem://"
if BROKER_URL.startswith("filesystem:"):
    broker.use()
    _broker = VAR / "broker"
    for _folder in ("messages", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "messages"),
        "data_folder_out": str(_broker / "messages"),
        "control_folder": str(_broker / "control"),
    }
CELERY_ALWAYS_EAGER = False
CELERY_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_DEFAULT_QUEUE = CELERY_DEFAULT_ROUTING_KEY = DEFAULT_PRIORITY_QUEUE
CELERY_DEFAULT_EXCHANGE = "edx.core"
CELERY_QUEUES: dict[str, dict[str, str]] = {HIGH_PRIORITY_QUEUE: {}, DEFAULT_PRIORITY_QUEUE: {}, HIGH_MEM_QUEUE: {}}
CELERYD_HIJACK_ROOT_LOGGER = False
CELERYD_PREFETCH_MULTIPLIER = 1
CELERYBEAT_SCHEDULE_FILENAME = str(VAR / "beat")
CELERYBEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "recalculate-grades": {"task": "lms.djangoapps.grades.tasks.recalculate_waiting_grades", "schedule": 5.0},
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ("rest_framework.renderers.JSONRenderer",),
    "DEFAULT_PAGINATION_CLASS": "edx_rest_framework_extensions.paginators.DefaultPagination",
    "PAGE_SIZE": 10,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_THROTTLE_RATES": {"user": "60/minute", "service_user": "800/minute", "staff": "120/minute"},
}
JWT_AUTH = {
    "JWT_ISSUER": f"{LMS_ROOT_URL}/oauth2",
    "JWT_AUDIENCE": "demo-campus",
    "JWT_ALGORITHM": "HS256",
    "JWT_SECRET_KEY": SECRET_KEY + ", not even this one",
    "JWT_VERIFY_EXPIRATION": True,
    "JWT_AUTH_COOKIE": "edx-jwt-cookie",
    "JWT_AUTH_COOKIE_HEADER_PAYLOAD": "edx-jwt-cookie-header-payload",
    "JWT_AUTH_COOKIE_SIGNATURE": "edx-jwt-cookie-signature",
    "JWT_DECODE_HANDLER": "edx_rest_framework_extensions.auth.jwt.decoder.jwt_decode_handler",
    "JWT_ISSUERS": [
        {
            "ISSUER": f"{LMS_ROOT_URL}/oauth2",
            "AUDIENCE": "demo-campus",
            "SECRET_KEY": SECRET_KEY + ", not even this one",
        }
    ],
}

OPEN_EDX_FILTERS_CONFIG: dict[str, object] = {}
EVENT_TRACKING_ENABLED = True
EVENT_TRACKING_BACKENDS: dict[str, object] = {}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

INSTALLED_APPS += get_plugin_apps(ProjectType.LMS)
add_plugins(__name__, ProjectType.LMS, SettingsType.COMMON)

# ---------------------------------------------------------------- production: the operator's values win over common

ENV_TOKENS: dict[str, object] = {}
if "LMS_CFG" in os.environ:
    import yaml

    ENV_TOKENS = yaml.safe_load(Path(os.environ["LMS_CFG"]).read_text(encoding="utf-8")) or {}
    globals().update({name: value for name, value in ENV_TOKENS.items() if name.isupper()})
COMPLETION_BY_VIEWING_DELAY_MS = 1000  # a demo is watched by impatient people
AUTH_TOKENS = ENV_TOKENS
ENV_FEATURES = ENV_TOKENS.get("FEATURES", {})

add_plugins(__name__, ProjectType.LMS, SettingsType.PRODUCTION)
