"""The public events of a recalculation: the passing status, on every one of them."""

from typing import Any

from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.data import CourseData, CoursePassingStatusData
from openedx_events.learning.signals import COURSE_PASSING_STATUS_UPDATED

from common.djangoapps.student.events import user_data


def course_grade_now_passed(user: Any, course_id: CourseKey) -> None:
    """The learner passes now, perhaps as before."""
    _emit_course_passing_status_update(user, course_id, is_passing=True)


def course_grade_now_failed(user: Any, course_id: CourseKey) -> None:
    """The learner does not pass now, perhaps as before."""
    _emit_course_passing_status_update(user, course_id, is_passing=False)


def _emit_course_passing_status_update(user: Any, course_id: CourseKey, is_passing: bool) -> None:
    COURSE_PASSING_STATUS_UPDATED.send_event(
        course_passing_status=CoursePassingStatusData(
            is_passing=is_passing, course=CourseData(course_key=course_id), user=user_data(user)
        )
    )
