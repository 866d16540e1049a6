"""Cycles to be judged again, with what they need."""

from collections.abc import Collection

from django.db.models import Q

from ..data import Status
from ..models import Cycle, RequiredEnrollment
from .evidence import Key


def cycles_to_judge(keys: Collection[Key]) -> list[Cycle]:
    """The open and the completed cycles of these (learner, training) keys, each with its assignment."""
    rows = Cycle.objects.filter(
        Q(open=True) | Q(closed_as=Status.COMPLETED),
        learner_id__in={learner_id for learner_id, _ in keys},
        training_id__in={training_id for _, training_id in keys},
    ).select_related("assignment", "fulfilled_by")
    return [row for row in rows.order_by("id") if (row.learner_id, row.training_id) in keys]


def required_enrollments(assignment_ids: Collection[int]) -> list[RequiredEnrollment]:
    """The enrolments these assignments need."""
    return list(RequiredEnrollment.objects.filter(assignment_id__in=assignment_ids))


def open_cycles(learner_ids: Collection[int]) -> list[Cycle]:
    """The open cycles of these people, each with its assignment."""
    rows = Cycle.objects.filter(learner_id__in=learner_ids, open=True)
    return list(rows.select_related("assignment").order_by("id"))
