"""What follows from a score: the weighted one, a recalculation later, and the public events of a recalculation."""

from typing import Any

from django.dispatch import receiver
from opaque_keys.edx.keys import CourseKey

from lms.djangoapps.grades import events
from openedx.core.djangoapps.signals.signals import COURSE_GRADE_NOW_FAILED, COURSE_GRADE_NOW_PASSED

from .signals import PROBLEM_RAW_SCORE_CHANGED, PROBLEM_WEIGHTED_SCORE_CHANGED


@receiver(PROBLEM_RAW_SCORE_CHANGED)
def problem_raw_score_changed_handler(
    sender: Any, signal: Any, raw_earned: float, raw_possible: float, weight: float | None, **kwargs: Any
) -> None:
    """Send the weighted score on."""
    factor = 1 if weight is None or not raw_possible else weight / raw_possible
    PROBLEM_WEIGHTED_SCORE_CHANGED.send(
        sender=None, weighted_earned=raw_earned * factor, weighted_possible=raw_possible * factor, **kwargs
    )


@receiver(PROBLEM_WEIGHTED_SCORE_CHANGED)
def enqueue_recalculation(sender: Any, user_id: int, course_id: str, **kwargs: Any) -> None:
    """Leave the course grade to a worker, some seconds later."""
    from lms.djangoapps.grades.models import WaitingRecalculation

    WaitingRecalculation.objects.create(user_id=user_id, course_id=CourseKey.from_string(course_id))


@receiver(COURSE_GRADE_NOW_PASSED)
def listen_for_passing_grade(sender: Any, user: Any, course_id: CourseKey, **kwargs: Any) -> None:
    """Tell it publicly, changed or not."""
    events.course_grade_now_passed(user, course_id)


@receiver(COURSE_GRADE_NOW_FAILED)
def listen_for_failing_grade(sender: Any, user: Any, course_id: CourseKey, **kwargs: Any) -> None:
    """Tell it publicly, changed or not."""
    events.course_grade_now_failed(user, course_id)
