"""What the enrolment API raises."""

from typing import Any

from openedx.core.lib.exceptions import CourseNotFoundError

__all__ = ["CourseNotFoundError"]


class CourseEnrollmentError(Exception):
    """A refusal, with data for whoever shows it."""

    def __init__(self, msg: str, data: Any = None) -> None:
        super().__init__(msg)
        self.data = data


class UserNotFoundError(CourseEnrollmentError):
    """No such person."""


class CourseEnrollmentClosedError(CourseEnrollmentError):
    """Closed, or by invitation only."""


class CourseEnrollmentFullError(CourseEnrollmentError):
    """No place left."""


class CourseEnrollmentExistsError(CourseEnrollmentError):
    """Enrolled already; the enrolment is in `enrollment`."""

    def __init__(self, message: str, enrollment: Any) -> None:
        super().__init__(message)
        self.enrollment = enrollment


class CourseModeNotFoundError(CourseEnrollmentError):
    """The course has no such mode."""


class EnrollmentNotFoundError(CourseEnrollmentError):
    """No such enrolment."""
