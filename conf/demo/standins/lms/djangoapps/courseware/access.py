"""Who may do what with a course or a block; under masquerade staff may what the learner may."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.student.models import CourseEnrollmentAllowed
from common.djangoapps.student.roles import (
    CourseBetaTesterRole,
    CourseInstructorRole,
    CourseStaffRole,
    GlobalStaff,
    OrgInstructorRole,
    OrgStaffRole,
)
from lms.djangoapps.courseware.access_response import AccessResponse, StartDateError, VisibilityError
from lms.djangoapps.courseware.masquerade import is_masquerading_as_student

ACCESS_GRANTED = AccessResponse(True)
ACCESS_DENIED = AccessResponse(False)


def has_access(user: Any, action: str, obj: Any, course_key: CourseKey | None = None) -> AccessResponse:
    """Whether `user` may do `action` with a course, a key or `"global"`; truthy or falsy, not a bool.

    Actions: staff, instructor for all of them; load, enroll, see_exists for courses; load for blocks.
    """
    user = user or AnonymousUser()
    if isinstance(obj, str):
        return _answer(obj == "global" and action in ("staff", "support") and GlobalStaff().has_user(user))
    if isinstance(obj, CourseKey):
        return (
            _staff(user, action, obj) if action in ("staff", "instructor") else has_access(user, action, _course(obj))
        )
    if isinstance(obj, UsageKey):
        return _staff(user, action, obj.course_key)
    if hasattr(obj, "is_enrollment_open") or getattr(obj, "category", "") == "course":
        return _course_access(user, action, obj)
    return _staff(user, action, course_key or obj.location.course_key)


def _course(course_key: CourseKey) -> Any:
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    return CourseOverview.get_from_id(course_key)


def _answer(granted: bool) -> AccessResponse:
    return ACCESS_GRANTED if granted else ACCESS_DENIED


def _course_access(user: Any, action: str, course: Any) -> AccessResponse:
    if action in ("staff", "instructor"):
        return _staff(user, action, course.id)
    if action == "load":
        refusal = _closed_to_learners(user, course)
        return ACCESS_GRANTED if refusal is None or _staff(user, "staff", course.id) else refusal
    if action == "enroll":
        return _can_enroll(user, course)
    if action == "see_exists":
        return _answer(bool(has_access(user, "load", course) or has_access(user, "enroll", course)))
    raise ValueError(f"unknown action for a course: {action}")


def _closed_to_learners(user: Any, course: Any) -> AccessResponse | None:
    if course.visible_to_staff_only:
        return VisibilityError()
    if not check_start_date(user, course.days_early_for_beta, course.start, course.id):
        return StartDateError()
    return None


def check_start_date(
    user: Any, days_early_for_beta: float | None, start: Any, course_key: CourseKey, now: Any = None
) -> AccessResponse:
    """Whether what begins at `start` is open to this person; testers may come earlier."""
    now = now or timezone.now()
    if start is None or now >= start:
        return ACCESS_GRANTED
    early = days_early_for_beta is not None and CourseBetaTesterRole(course_key).has_user(user)
    return ACCESS_GRANTED if early and now >= start - timedelta(days=days_early_for_beta) else StartDateError()


def _can_enroll(user: Any, course: Any) -> AccessResponse:
    staff = _staff(user, "staff", course.id)
    if user.is_authenticated:
        allowed = CourseEnrollmentAllowed.objects.filter(email=user.email, course_id=course.id).first()
        if allowed:
            return _answer(allowed.valid_for_user(user))
    if staff:
        return ACCESS_GRANTED
    return _answer(not course.invitation_only and course.is_enrollment_open())


def _staff(user: Any, level: str, course_key: CourseKey) -> AccessResponse:
    if not user.is_authenticated or is_masquerading_as_student(user, course_key):
        return ACCESS_DENIED
    if GlobalStaff().has_user(user):
        return ACCESS_GRANTED
    org = course_key.org
    if CourseInstructorRole(course_key).has_user(user) or OrgInstructorRole(org).has_user(user):
        return ACCESS_GRANTED
    if level == "instructor":
        return ACCESS_DENIED
    return _answer(CourseStaffRole(course_key).has_user(user) or OrgStaffRole(org).has_user(user))
