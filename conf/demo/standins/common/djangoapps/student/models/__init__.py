"""The models of people and enrolments, importable from one place as in the platform."""

from .course_enrollment import CourseEnrollment
from .enrollment_errors import (
    AlreadyEnrolledError,
    CourseEnrollmentException,
    CourseFullError,
    EnrollmentClosedError,
    EnrollmentNotAllowed,
    EnrollStatusChange,
    NonExistentCourseError,
    UnenrollmentNotAllowed,
)
from .enrollment_records import (
    ALLOWEDTOENROLL_TO_ENROLLED,
    ALLOWEDTOENROLL_TO_UNENROLLED,
    DEFAULT_TRANSITION_STATE,
    ENROLLED_TO_ENROLLED,
    ENROLLED_TO_UNENROLLED,
    UNENROLLED_TO_ALLOWEDTOENROLL,
    UNENROLLED_TO_ENROLLED,
    UNENROLLED_TO_UNENROLLED,
    CourseEnrollmentAllowed,
    CourseEnrollmentAttribute,
    ManualEnrollmentAudit,
)
from .user import (
    CourseAccessRole,
    UserProfile,
    anonymous_id_for_user,
    get_retired_email_by_email,
    get_retired_username_by_username,
    get_user_by_username_or_email,
)

__all__ = [
    "ALLOWEDTOENROLL_TO_ENROLLED",
    "ALLOWEDTOENROLL_TO_UNENROLLED",
    "DEFAULT_TRANSITION_STATE",
    "ENROLLED_TO_ENROLLED",
    "ENROLLED_TO_UNENROLLED",
    "UNENROLLED_TO_ALLOWEDTOENROLL",
    "UNENROLLED_TO_ENROLLED",
    "UNENROLLED_TO_UNENROLLED",
    "AlreadyEnrolledError",
    "CourseAccessRole",
    "CourseEnrollment",
    "CourseEnrollmentAllowed",
    "CourseEnrollmentAttribute",
    "CourseEnrollmentException",
    "CourseFullError",
    "EnrollStatusChange",
    "EnrollmentClosedError",
    "EnrollmentNotAllowed",
    "ManualEnrollmentAudit",
    "NonExistentCourseError",
    "UnenrollmentNotAllowed",
    "UserProfile",
    "anonymous_id_for_user",
    "get_retired_email_by_email",
    "get_retired_username_by_username",
    "get_user_by_username_or_email",
]
