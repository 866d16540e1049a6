"""Cycles to be judged again, with what they need."""

from collections.abc import Collection, Iterable

from ..models import Cycle, RequiredEnrollment
from .evidence import Key


def open_cycles(keys: Iterable[Key]) -> list[Cycle]:
    """The open cycles of these (learner, training) pairs, each with its assignment."""
    wanted = set(keys)
    rows = Cycle.objects.filter(
        learner_id__in={learner_id for learner_id, _ in wanted},
        training_id__in={training_id for _, training_id in wanted},
        open=True,
    ).select_related("assignment")
    return [row for row in rows if (row.learner_id, row.training_id) in wanted]


def required_enrollments(assignment_ids: Collection[int]) -> list[RequiredEnrollment]:
    """The enrolments these assignments need."""
    return list(RequiredEnrollment.objects.filter(assignment_id__in=assignment_ids))
