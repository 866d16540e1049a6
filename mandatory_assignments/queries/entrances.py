"""Which of a learner's assignments a course belongs to: the way from a course into our pages."""

from uuid import UUID

from django.db import transaction

from ..data import Status
from ..models import Cycle
from .assignments import my_cycles
from .leaving import requires


def my_assignments_in(learner_id: int, course_key: str) -> list[UUID]:
    """The learner's assignments that need the course and were not withdrawn, what is due last first: one query.

    In a savepoint: whatever fails there, the caller's transaction goes on.
    """
    rows = Cycle.objects.filter(requires([course_key]), learner_id=learner_id).exclude(closed_as=Status.WITHDRAWN)
    with transaction.atomic():
        return list(dict.fromkeys(rows.order_by("-due_at", "-id").values_list("assignment__uuid", flat=True)))


def my_cycles_in(learner_id: int, course_key: str) -> list[Cycle]:
    """The present rounds of the learner's assignments that need the course: what is to do by deadline, then the rest.

    What was withdrawn or missed is not among them. Two queries.
    """
    rows = my_cycles(learner_id).filter(requires([course_key])).exclude(closed_as__in=(Status.WITHDRAWN, Status.MISSED))
    latest: dict[int, Cycle] = {}
    for row in rows:
        if row.assignment_id not in latest or row.number > latest[row.assignment_id].number:
            latest[row.assignment_id] = row
    return sorted(latest.values(), key=lambda row: (not row.open, row.due_at, row.id))
