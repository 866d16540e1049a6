"""Courses that the switch tracks become trainings as soon as somebody is looked at in them."""

from collections.abc import Collection
from datetime import datetime

from ..host import lms
from ..queries import trainings
from ..queries.tracking import is_switched_on
from . import trainings as training_records


def adopt_courses(course_keys: Collection[str], *, now: datetime) -> list[str]:
    """Makes trainings of those that the switch tracks and that are none yet, with the platform's name and owner.

    Gives their keys. What the platform's catalogue does not know is left alone.
    """
    switched_on = {key for key in course_keys if is_switched_on(key)}
    if not switched_on:
        return []
    missing = switched_on - trainings.course_trainings(switched_on).keys()
    courses = lms.courses(missing) if missing else {}
    if courses:
        training_records.course_trainings(courses.values(), lms.organizations(courses), now=now)
    return sorted(courses)
