"""In which modes a course can be taken."""

from django.apps import AppConfig


class CourseModesConfig(AppConfig):
    """The platform's `course_modes`."""

    name = "common.djangoapps.course_modes"
