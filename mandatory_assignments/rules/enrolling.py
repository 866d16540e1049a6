"""Which of an assignment's enrolments needs somebody most, and when a refused one is tried again."""

from collections.abc import Iterable
from datetime import timedelta

from ..data import EnrollmentState

FIRST_RETRY = timedelta(hours=1)
LAST_RETRY = timedelta(hours=24)

WORST_FIRST = (
    EnrollmentState.REFUSED,
    EnrollmentState.LEFT,
    EnrollmentState.PENDING,
    EnrollmentState.ENROLLED,
    EnrollmentState.LEAVING,
    EnrollmentState.NOT_NEEDED,
    EnrollmentState.ENDED,
)


def retry_after(attempts: int) -> timedelta:
    """The pause after that many attempts: doubling from an hour, never more than a day."""
    pause: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 10)
    return min(pause, LAST_RETRY)


def worst(enrollments: Iterable[tuple[str, str]]) -> tuple[EnrollmentState, str]:
    """Of these (state, reason) the one that needs somebody most; enrolled where nothing is needed."""
    found = [(EnrollmentState(state), reason) for state, reason in enrollments]
    first = (EnrollmentState.ENROLLED, "")
    return min(found, key=lambda each: (WORST_FIRST.index(each[0]), each[1]), default=first)


def attention(enrollments: Iterable[tuple[str, str]]) -> str:
    """The code under which a cycle with these (state, reason) needs attention; empty where it does not."""
    state, reason = worst(enrollments)
    if state == EnrollmentState.LEFT:
        return state.value
    return reason if state == EnrollmentState.REFUSED else ""
