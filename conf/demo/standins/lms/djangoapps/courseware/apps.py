"""Learners' state and access to courseware."""

from django.apps import AppConfig


class CoursewareConfig(AppConfig):
    """The platform's `courseware`."""

    name = "lms.djangoapps.courseware"
