"""Which of a learner's assignments a course belongs to: the way from a course into our pages."""

from uuid import UUID

from django.db import transaction

from ..data import Status
from ..models import Cycle
from .leaving import requires


def my_assignments_in(learner_id: int, course_key: str) -> list[UUID]:
    """The learner's assignments that need the course and were not withdrawn, what is due last first: one query.

    In a savepoint: whatever fails there, the caller's transaction goes on.
    """
    rows = Cycle.objects.filter(requires([course_key]), learner_id=learner_id).exclude(closed_as=Status.WITHDRAWN)
    with transaction.atomic():
        return list(dict.fromkeys(rows.order_by("-due_at", "-id").values_list("assignment__uuid", flat=True)))
