"""A learner's grade in a course, stored or reckoned from scores."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.models import CourseGradeOverride


@dataclass
class CourseGrade:
    """`percent` from 0 to 1; the letter is None or '' when failing."""

    user: Any
    course_key: Any
    percent: float = 0.0
    letter_grade: str | None = None
    passed: bool = False
    attempted: bool = False
    last_updated: Any = None


class ZeroCourseGrade(CourseGrade):
    """The grade of somebody who has attempted nothing."""


def reckoned(user: Any, course: Any, graded: dict[Any, float]) -> CourseGrade:
    """The grade by the scores in the graded blocks ({usage key: points possible}), or the one set by hand."""
    set_by_hand = CourseGradeOverride.objects.filter(user_id=user.id, course_id=course.id).first()
    scored = StudentModule.objects.filter(
        student=user, course_id=course.id, module_state_key__in=list(graded), grade__isnull=False
    )
    attempted = set_by_hand is not None or scored.exists()
    if set_by_hand is not None:
        percent = set_by_hand.percent_grade
    else:
        possible = sum(graded.values())
        percent = round((scored.aggregate(sum=Sum("grade"))["sum"] or 0) / possible, 2) if possible else 0.0
    cutoffs = sorted(course.grade_cutoffs.items(), key=lambda item: -item[1])
    letter = next((letter for letter, least in cutoffs if percent >= least), None)
    return CourseGrade(user, course.id, percent, letter, letter is not None, attempted)
