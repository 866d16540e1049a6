import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery import Celery
from celery.exceptions import ImproperlyConfigured
from celery.signals import task_postrun
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.template import engines
from django.urls import reverse
from edx_django_utils.cache import RequestCache

from openedx.core.lib.celery import APP


def test_an_app_that_names_no_key_type_gets_the_small_one():
    assert settings.DEFAULT_AUTO_FIELD == "django.db.models.AutoField"
    assert type(apps.get_model("user_api.UserPreference")._meta.pk).__name__ == "AutoField"


def test_the_plugin_names_its_own_key_type():
    names = {type(model._meta.pk).__name__ for model in apps.get_app_config("mandatory_assignments").get_models()}
    assert "AutoField" not in names


def test_every_request_is_one_transaction():
    assert connection.settings_dict["ATOMIC_REQUESTS"] is True


def test_templates_are_found_by_explicit_loaders_alone():
    (django_templates,) = settings.TEMPLATES
    assert django_templates["APP_DIRS"] is False
    assert engines["django"].engine.loaders == django_templates["OPTIONS"]["loaders"]


def test_the_lms_starts_the_celery_app_of_the_platform():
    from lms.celery import APP as started

    assert started is APP
    assert started.conf.task_default_queue == "edx.lms.core.default"


def test_celery_reads_the_old_names(monkeypatch):
    app = Celery("another", set_as_current=False)
    app.config_from_object({"CELERYBEAT_SCHEDULE": {"old": {"task": "t", "schedule": 1}}})
    assert "old" in app.conf.beat_schedule


def test_celery_reads_nothing_under_the_names_with_a_namespace():
    app = Celery("another", set_as_current=False)
    app.config_from_object(
        {"CELERY_BEAT_SCHEDULE": {"new": {}}, "CELERY_TASK_ALWAYS_EAGER": True, "BROKER_URL": "x://"}
    )
    assert not app.conf.beat_schedule
    assert not app.conf.task_always_eager


def test_celery_refuses_a_mixture_of_old_and_new_names():
    app = Celery("another", set_as_current=False)
    app.config_from_object({"BROKER_URL": "memory://", "CELERY_ALWAYS_EAGER": False, "beat_schedule": {}})
    with pytest.raises(ImproperlyConfigured):
        app.conf.broker_url  # noqa: B018


def test_a_static_file_that_was_not_collected_is_an_error():
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        staticfiles_storage.url("nobody/wrote/this.css")


def test_a_static_file_that_was_collected_has_a_hash_in_its_name():
    assert staticfiles_storage.url("campus/campus.css") != "/static/campus/campus.css"


@pytest.mark.django_db
def test_every_page_forbids_inline_script_and_foreign_hosts(client):
    policy = client.get(reverse("signin_user")).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


@pytest.mark.django_db
def test_pages_can_be_framed_by_the_site_alone(client):
    assert client.get(reverse("signin_user")).headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_plugin_is_found_through_its_entry_point():
    assert "mandatory_assignments.apps.MandatoryAssignmentsConfig" in settings.INSTALLED_APPS


def started_with(tmp_path: Path, expression: str, **environment: str) -> str:
    """What a fresh process with this environment prints for the expression."""
    conf = Path(settings.HERE).parent
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import django; django.setup(); from django.conf import settings; print(({expression}))",
        ],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(conf), str(conf / "demo/standins"), str(conf.parent)]),
            "DJANGO_SETTINGS_MODULE": "demo.settings",
            "DEMO_VAR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


def test_an_operators_value_wins_over_a_plugins(tmp_path):
    yaml = tmp_path / "lms.yml"
    yaml.write_text("PLATFORM_NAME: Elsewhere\nMANDATORY_ASSIGNMENTS_NOTE_SURFACE: none\n")
    said = started_with(
        tmp_path,
        "settings.PLATFORM_NAME, settings.MANDATORY_ASSIGNMENTS_NOTE_SURFACE, settings.ENV_TOKENS['PLATFORM_NAME']",
        LMS_CFG=str(yaml),
    )
    assert said == "('Elsewhere', 'none', 'Elsewhere')"


def test_mariadb_is_held_to_what_mysql_can(tmp_path):
    pytest.importorskip("MySQLdb", reason="missing: mysqlclient")
    said = started_with(
        tmp_path,
        "settings.DATABASES['default']['ENGINE'], settings.DATABASES['default']['OPTIONS']['isolation_level']",
        DATABASE_URL="mysql://root@127.0.0.1:3306/campus",
    )
    assert said == "('demo.mariadb', 'read committed')"
    from demo.mariadb.features import DatabaseFeatures

    assert not DatabaseFeatures.can_return_columns_from_insert
    assert not DatabaseFeatures.can_return_rows_from_bulk_insert
    assert not DatabaseFeatures.has_native_uuid_field


def test_what_a_task_remembers_ends_with_it():
    RequestCache("anything").set("key", "value")
    task_postrun.send(sender=None)
    assert not RequestCache("anything").get_cached_response("key").is_found
