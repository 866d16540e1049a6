"""The tab "Assignments" of a course (entry point openedx.course_tab), for who has to do the course and for its staff.

Studio imports this too, and has none of our tables: what reads them is imported when somebody looks at a course.
"""

import logging
from typing import Any

from django.utils.translation import gettext_noop

from xmodule.tabs import CourseTab

log = logging.getLogger(__name__)


class AssignmentsTab(CourseTab):
    """Dynamic, so that it is in every course without an edit; its page finds out whose way goes where."""

    type = "mandatory_assignments"
    title = gettext_noop("Assignments")
    view_name = "mandatory_assignments:course"
    priority = 35  # after the platform's course (11), progress (20) and dates (30)
    is_dynamic = True

    @classmethod
    def is_enabled(cls, course: Any, user: Any = None) -> bool:
        """Whether this user gets the tab. No query in a course that is in no training, and it never raises."""
        try:
            return user is not None and user.is_authenticated and _concerns(user, str(course.id))
        except Exception:
            log.exception("mandatory_assignments: whether a course gets its tab could not be told")
            return False


def _concerns(user: Any, course_key: str) -> bool:
    from .queries import access, entrances, tracking, viewing  # noqa: PLC0415

    return tracking.is_tracked(course_key) and (
        access.is_course_staff(user, course_key)
        or bool(entrances.my_assignments_in(viewing.looks_as(user, course_key), course_key))
    )
