"""For whom a structure is transformed."""

from functools import cached_property
from typing import Any

from opaque_keys.edx.keys import CourseKey


class CourseUsageInfo:
    """A learner in a course."""

    def __init__(
        self,
        course_key: CourseKey,
        user: Any,
        allow_start_dates_in_future: bool = False,
        include_has_scheduled_content: bool = False,
    ) -> None:
        self.course_key = course_key
        self.user = user
        self.allow_start_dates_in_future = allow_start_dates_in_future
        self.include_has_scheduled_content = include_has_scheduled_content

    @cached_property
    def has_staff_access(self) -> bool:
        """Whether the learner is staff of the course."""
        from lms.djangoapps.courseware.access import has_access

        return bool(has_access(self.user, "staff", self.course_key))
