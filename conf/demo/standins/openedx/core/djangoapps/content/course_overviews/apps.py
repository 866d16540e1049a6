"""What is known about a course without loading it."""

from django.apps import AppConfig


class CourseOverviewsConfig(AppConfig):
    """The platform's `course_overviews`."""

    name = "openedx.core.djangoapps.content.course_overviews"
