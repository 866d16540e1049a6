"""Stand-in for the platform's `lms`; importing it sets up the Celery app, as there."""

from openedx.core.lib.celery import APP as CELERY_APP

__all__ = ["CELERY_APP"]
