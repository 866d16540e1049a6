"""What `celery --app=lms.celery` starts."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")

from openedx.core.lib.celery import APP

__all__ = ["APP"]
