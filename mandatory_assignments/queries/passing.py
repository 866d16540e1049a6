"""Which courses of an assignment its learner has finished and not passed."""

import math
from dataclasses import dataclass, replace

from ..data import Criterion
from ..host import lms
from ..models import Cycle
from ..rules import evidence as rules
from . import evidence


@dataclass(frozen=True, slots=True)
class NotPassed:
    """A course where only the grade is missing. Percent is rounded down; the mark is None where nobody knows it."""

    course: str
    percent: int
    mark: int | None


def not_passed(cycle: Cycle) -> list[NotPassed]:
    """Those in the training's order; where passing alone completes, unfinished ones too. None without a pass mark."""
    key = (cycle.learner_id, cycle.training_id)
    look, _ = evidence.exact(evidence.look_at([key]))
    shape, learner, floors = look.catalogue.shapes[key[1]], look.learners[key[0]], look.floors(key, cycle.id)
    if not shape.criterion.needs_passing:
        return []
    found = []
    for course_key in shape.course_keys:
        verdict = rules.judge(
            replace(shape, course_keys=(course_key,), offline_parts=()), look.catalogue, learner, floors
        )
        grade = learner.grades.get(course_key)
        finished = verdict and (shape.criterion == Criterion.PASSING or verdict.count.completed_at)
        if verdict and finished and not verdict.completed_at and not (grade and grade.passed):
            found.append((course_key, math.floor(grade.percent) if grade else 0))
    courses = lms.courses([course_key for course_key, _ in found]) if found else {}
    return [
        NotPassed(courses[key].name, percent, None if (mark := courses[key].pass_mark) is None else math.ceil(mark))
        for key, percent in found
        if key in courses
    ]
