"""Cohorts."""

from django.apps import AppConfig


class CourseGroupsConfig(AppConfig):
    """The platform's `course_groups`."""

    name = "openedx.core.djangoapps.course_groups"
