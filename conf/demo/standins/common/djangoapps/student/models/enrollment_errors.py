"""Why somebody was not enrolled or could not leave, and the names of what happened instead."""


class CourseEnrollmentException(Exception):
    """A refusal that `enroll` decides itself."""


class NonExistentCourseError(CourseEnrollmentException):
    """No such course."""


class EnrollmentClosedError(CourseEnrollmentException):
    """Closed, or by invitation only."""


class CourseFullError(CourseEnrollmentException):
    """No place left."""


class AlreadyEnrolledError(CourseEnrollmentException):
    """The person has an active enrolment."""


class EnrollmentNotAllowed(CourseEnrollmentException):
    """A filter step refused."""


class UnenrollmentNotAllowed(CourseEnrollmentException):
    """A filter step refused."""


class EnrollStatusChange:
    """Names of what happened, for ENROLL_STATUS_CHANGE."""

    enroll = "enroll"
    unenroll = "unenroll"
