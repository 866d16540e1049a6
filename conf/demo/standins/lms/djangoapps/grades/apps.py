"""Grades of courses."""

from django.apps import AppConfig


class GradesConfig(AppConfig):
    """The platform's `grades`."""

    name = "lms.djangoapps.grades"

    def ready(self) -> None:
        from .signals import handlers  # noqa: F401  connects them
