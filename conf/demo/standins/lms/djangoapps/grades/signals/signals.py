"""Scores on their way to a grade."""

from typing import Any

from django.dispatch import Signal
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades.constants import ScoreDatabaseTableEnum

# user_id, course_id, usage_id, raw_earned, raw_possible, weight, only_if_higher, modified, score_db_table,
# score_deleted
PROBLEM_RAW_SCORE_CHANGED = Signal()
# user_id, course_id, usage_id, weighted_earned, weighted_possible, only_if_higher, modified, score_db_table,
# score_deleted, grader_response
PROBLEM_WEIGHTED_SCORE_CHANGED = Signal()


def publish_score(
    user_id: int, usage_key: UsageKey, earned: float, possible: float, *, score_deleted: bool = False, **more: Any
) -> None:
    """Tell a raw score; all that follows, completion included, happens before this returns."""
    PROBLEM_RAW_SCORE_CHANGED.send(
        sender=None,
        raw_earned=earned,
        raw_possible=possible,
        weight=None,
        user_id=user_id,
        course_id=str(usage_key.course_key),
        usage_id=str(usage_key),
        score_deleted=score_deleted,
        only_if_higher=False,
        modified=timezone.now(),
        score_db_table=ScoreDatabaseTableEnum.courseware_student_module,
        **more,
    )
