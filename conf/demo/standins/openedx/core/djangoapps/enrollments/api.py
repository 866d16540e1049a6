"""Enrolments by username and course id, both text; more queries and more events than `CourseEnrollment.enroll`."""

from typing import Any

from opaque_keys.edx.keys import CourseKey

from common.djangoapps.course_modes.models import CourseMode
from common.djangoapps.student.models import CourseEnrollment
from openedx.core.djangoapps.enrollments import data, errors


def get_enrollments(username: str, include_inactive: bool = False) -> list[dict[str, Any]]:
    """All of one person."""
    return data.get_course_enrollments(username, include_inactive)


def get_enrollment(username: str, course_id: str) -> dict[str, Any] | None:
    """The one in a course, or None."""
    return data.get_course_enrollment(username, course_id)


def add_enrollment(
    username: str,
    course_id: str,
    mode: str | None = None,
    is_active: bool = True,
    enrollment_attributes: list[dict[str, str]] | None = None,
    enterprise_uuid: str | None = None,
    force_enrollment: bool = False,
    include_expired: bool = False,
) -> dict[str, Any]:
    """Enrol, checking access and mode.

    Raises the errors of `enrollments.errors`; EnrollmentNotAllowed comes through from below.
    """
    if mode is None:
        mode = CourseMode.DEFAULT_MODE_SLUG
    validate_course_mode(course_id, mode, is_active=is_active, include_expired=include_expired)
    enrollment = data.create_course_enrollment(
        username, course_id, mode, is_active, enterprise_uuid, force_enrollment=force_enrollment
    )
    if enrollment_attributes is not None:
        data.add_or_update_enrollment_attr(username, course_id, enrollment_attributes)
    return enrollment


def update_enrollment(
    username: str,
    course_id: str,
    mode: str | None = None,
    is_active: bool | None = None,
    enrollment_attributes: list[dict[str, str]] | None = None,
    include_expired: bool = False,
) -> dict[str, Any]:
    """Change mode or activity; raises EnrollmentNotFoundError."""
    if mode is not None:
        validate_course_mode(course_id, mode, is_active=is_active, include_expired=include_expired)
    enrollment = data.update_course_enrollment(username, course_id, mode=mode, is_active=is_active)
    if enrollment is None:
        raise errors.EnrollmentNotFoundError(f"Course Enrollment not found for user {username} in course {course_id}")
    if enrollment_attributes is not None:
        data.add_or_update_enrollment_attr(username, course_id, enrollment_attributes)
    return enrollment


def validate_course_mode(
    course_id: str, mode: str, is_active: bool | None = None, include_expired: bool = False
) -> None:
    """Raises CourseModeNotFoundError where the course has no such mode."""
    available = CourseMode.modes_for_course_dict(CourseKey.from_string(course_id), include_expired=include_expired)
    if mode not in available:
        names = ", ".join(available)
        raise errors.CourseModeNotFoundError(
            f"Specified course mode '{mode}' unavailable for course {course_id}. Available modes were: {names}"
        )


def unenroll_user_from_all_courses(username: str) -> set[str]:
    """End all enrolments past every filter; the organizations concerned."""
    found = list(CourseEnrollment.objects.filter(user__username=username))
    for enrollment in found:
        enrollment.update_enrollment(is_active=False)
    return {enrollment.course_id.org for enrollment in found}
