"""Enrolments in words: how each stands, and where the platform refused one the cause and the one next step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import EnrollmentState
from ..models import RequiredEnrollment
from ..queries import standing

TROUBLE = {
    "closed": (
        gettext_lazy("The course is closed for enrolment, or by invitation only."),
        gettext_lazy("Enrol the learner in the instructor dashboard or open the course; the rest follows by itself."),
    ),
    "full": (
        gettext_lazy("The course is full."),
        gettext_lazy("Raise the number of places; the enrolment is tried again by itself."),
    ),
    "not_allowed": (
        gettext_lazy("The platform does not allow this enrolment."),
        gettext_lazy("Enrol the learner in the instructor dashboard, which shows the reason."),
    ),
    "no_such_course": (
        gettext_lazy("The course does not exist any more."),
        gettext_lazy("Tell the learner, and assign another course."),
    ),
    "no_such_mode": (
        gettext_lazy("The course cannot be joined free of charge."),
        gettext_lazy("Add a free mode to the course, or enrol the learner in the instructor dashboard."),
    ),
    "failed": (
        gettext_lazy("The enrolment failed for a technical reason."),
        gettext_lazy("It is tried again by itself; tell your administrator if it stays like this."),
    ),
    standing.NOT_ENROLLED: (
        gettext_lazy("The learner has left the course."),
        gettext_lazy("Ask the learner to enrol again, or enrol them in the instructor dashboard."),
    ),
}
"""By the code that `Cycle.attention` holds: the cause, and the one next step."""

HINDRANCES = {
    "no_such_course": gettext_lazy(
        "The course does not exist any more. Whoever assigned it sees this; you need not do anything."
    ),
    standing.NOT_ENROLLED: gettext_lazy("You are not enrolled in the course any more. Enrol again to go on."),
}
"""By the same code what the learner is told."""

STATES = {
    EnrollmentState.PENDING: gettext_lazy("Being made"),
    EnrollmentState.ENROLLED: gettext_lazy("Enrolled"),
    EnrollmentState.REFUSED: gettext_lazy("Refused by the platform"),
    EnrollmentState.LEFT: gettext_lazy("The learner has left the course"),
    EnrollmentState.LEAVING: gettext_lazy("Being ended"),
    EnrollmentState.ENDED: gettext_lazy("Ended with the assignment"),
    EnrollmentState.NOT_NEEDED: gettext_lazy("Not needed any more"),
}


def trouble(code: str) -> tuple[str, str]:
    """The cause and the next step for what `Cycle.attention`, or the reason of an enrolment, says."""
    cause, next_step = TROUBLE.get(code, TROUBLE["failed"])
    return str(cause), str(next_step)


def hindrance(code: str) -> str:
    """The same as it is told to the learner, who is not to blame."""
    told = _("You could not be enrolled yet. Whoever assigned it sees this; you need not do anything.")
    return str(HINDRANCES.get(code, told))


@dataclass(frozen=True, slots=True)
class EnrollmentLine:
    """How one enrolment stands. `cause` and `next_step` are empty where nobody has to do anything."""

    course: str
    text: str
    cause: str
    next_step: str


def enrollments(rows: Iterable[RequiredEnrollment], names: Mapping[str, str]) -> list[EnrollmentLine]:
    """The enrolments line by line; `names` maps course keys to names."""
    lines = []
    for row in rows:
        state = EnrollmentState(row.state)
        text = str(STATES[state])
        if state == EnrollmentState.ENROLLED and row.made:
            text = _("Enrolled by this assignment")
        cause, next_step = "", ""
        if state == EnrollmentState.REFUSED:
            cause, next_step = trouble(row.reason)
        elif state == EnrollmentState.LEFT:
            next_step = trouble(standing.NOT_ENROLLED)[1]
        lines.append(EnrollmentLine(names.get(row.course_key, row.course_key), text, cause, next_step))
    return lines
