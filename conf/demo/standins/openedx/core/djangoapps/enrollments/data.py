"""Enrolments as the enrolment API stores and shows them; a new one is told twice, first in the default mode."""

from typing import Any

from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import (
    AlreadyEnrolledError,
    CourseEnrollment,
    CourseEnrollmentAttribute,
    CourseFullError,
    EnrollmentClosedError,
    NonExistentCourseError,
)
from openedx.core.djangoapps.enrollments.errors import (
    CourseEnrollmentClosedError,
    CourseEnrollmentExistsError,
    CourseEnrollmentFullError,
    UserNotFoundError,
)
from openedx.core.lib.exceptions import CourseNotFoundError


def serialized(enrollment: CourseEnrollment) -> dict[str, Any]:
    """{created, mode, is_active, user, course_details}."""
    overview = enrollment.course_overview
    return {
        "created": enrollment.created.isoformat().replace("+00:00", "Z"),
        "mode": enrollment.mode,
        "is_active": enrollment.is_active,
        "user": enrollment.user.username,
        "course_details": {
            "course_id": str(enrollment.course_id),
            "course_name": overview.display_name if overview else None,
            "invite_only": overview.invitation_only if overview else None,
        },
    }


def get_course_enrollments(username: str, include_inactive: bool = False) -> list[dict[str, Any]]:
    """All of one person, oldest first."""
    found = CourseEnrollment.objects.filter(user__username=username).order_by("created")
    return [serialized(each) for each in (found if include_inactive else found.filter(is_active=True))]


def get_course_enrollment(username: str, course_id: str) -> dict[str, Any] | None:
    """The one in a course, or None."""
    key = CourseKey.from_string(course_id)
    found = CourseEnrollment.objects.filter(user__username=username, course_id=key).first()
    return serialized(found) if found else None


def create_course_enrollment(
    username: str,
    course_id: str,
    mode: str,
    is_active: bool,
    enterprise_uuid: str | None = None,
    force_enrollment: bool = False,
) -> dict[str, Any]:
    """Enrol in the default mode, checking access, then change to the mode asked for."""
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise UserNotFoundError(f"Not user with username '{username}' found.")
    try:
        enrollment = CourseEnrollment.enroll(
            user,
            CourseKey.from_string(course_id),
            check_access=True,
            can_upgrade=force_enrollment,
            enterprise_uuid=enterprise_uuid,
        )
    except NonExistentCourseError as error:
        raise CourseNotFoundError(str(error)) from error
    except EnrollmentClosedError as error:
        raise CourseEnrollmentClosedError(str(error)) from error
    except CourseFullError as error:
        raise CourseEnrollmentFullError(str(error)) from error
    except AlreadyEnrolledError as error:
        raise CourseEnrollmentExistsError(str(error), get_course_enrollment(username, course_id)) from error
    return _updated(enrollment, mode, is_active)


def update_course_enrollment(
    username: str, course_id: str, mode: str | None = None, is_active: bool | None = None
) -> dict[str, Any] | None:
    """Change mode or activity; None without an enrolment."""
    key = CourseKey.from_string(course_id)
    enrollment = CourseEnrollment.objects.filter(user__username=username, course_id=key).first()
    return _updated(enrollment, mode, is_active) if enrollment else None


def add_or_update_enrollment_attr(username: str, course_id: str, attributes: list[dict[str, str]]) -> None:
    """Replace the marks of an enrolment."""
    key = CourseKey.from_string(course_id)
    enrollment = CourseEnrollment.objects.filter(user__username=username, course_id=key).first()
    if enrollment is not None:
        CourseEnrollmentAttribute.add_enrollment_attr(enrollment, attributes)


def _updated(enrollment: CourseEnrollment, mode: str | None, is_active: bool | None) -> dict[str, Any]:
    enrollment.update_enrollment(is_active=is_active, mode=mode)
    enrollment.save()
    return serialized(enrollment)
