"""What `celery --app=lms.celery` starts."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")

from openedx.core.lib.celery import APP  # noqa: E402  the app needs the settings' name

__all__ = ["APP"]
