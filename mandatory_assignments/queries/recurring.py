"""Series whose next cycle is to open, and what keeps one from opening."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from ..data import EnrollmentState, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Unfinished
from ..models import Assignment, Cycle, RequiredEnrollment
from . import leaving
from .evidence import Key


def repeat_of(assignment: Assignment) -> Repeat | None:
    """How the assignment comes again, whether or not the series has ended."""
    if not assignment.repeat_every:
        return None
    return Repeat(
        assignment.repeat_every,
        RepeatUnit(assignment.repeat_unit),
        RepeatAnchor(assignment.repeat_anchor),
        Unfinished(assignment.repeat_unfinished),
        RepeatEvidence(assignment.repeat_evidence),
    )


def coming(assignment: Assignment) -> Repeat | None:
    """How the assignment comes again; None where it does not, or not any more."""
    return None if assignment.repetition_ended_at else repeat_of(assignment)


def due_assignments(now: datetime, limit: int) -> list[tuple[int, int]]:
    """The (id, learner id) of assignments whose next cycle opens now, the earliest first."""
    rows = Assignment.objects.filter(next_opens_at__lte=now).order_by("next_opens_at", "id")
    return list(rows.values_list("id", "learner_id")[:limit])


def unfinished_keys(assignment_ids: Collection[int], now: datetime) -> set[Key]:
    """The (learner, training) of those of these assignments, as far as they are still due, whose cycle is open."""
    rows = Cycle.objects.filter(assignment_id__in=assignment_ids, assignment__next_opens_at__lte=now, open=True)
    return set(rows.values_list("learner_id", "training_id"))


def present_cycles(assignment_ids: Collection[int], now: datetime) -> list[Cycle]:
    """The present cycle of each of these assignments that is still due, with all that opening another one needs."""
    rows = _latest(Cycle.objects.filter(assignment_id__in=assignment_ids, assignment__next_opens_at__lte=now))
    return list(rows.select_related("assignment__learner", "assignment__training").order_by("id"))


def series_of(assignment_ids: Collection[int]) -> list[Cycle]:
    """The present cycle of each of these assignments."""
    rows = _latest(Cycle.objects.filter(assignment_id__in=assignment_ids))
    return list(rows.select_related("assignment").order_by("id"))


def sleeping(learner_id: int, organization_id: int) -> list[Cycle]:
    """The last cycles of this person's series of an organization that wait for the next."""
    rows = Cycle.objects.filter(
        learner_id=learner_id,
        organization_id=organization_id,
        open=None,
        assignment__open=True,
        assignment__repeat_every__isnull=False,
    )
    return list(_latest(rows).select_related("assignment").order_by("id"))


def _latest(rows: QuerySet[Cycle]) -> QuerySet[Cycle]:
    return rows.exclude(Exists(Cycle.objects.filter(assignment=OuterRef("assignment"), number__gt=OuterRef("number"))))


def missing_enrollments(assignment_ids: Collection[int]) -> list[int]:
    """The ids of the enrolments that these assignments need and their learners do not have: two queries."""
    wanted = (EnrollmentState.PENDING, EnrollmentState.ENROLLED, EnrollmentState.REFUSED, EnrollmentState.LEFT)
    found = RequiredEnrollment.objects.filter(assignment_id__in=assignment_ids, state__in=wanted)
    rows = list(found.select_related("assignment"))
    there = {row.id for row in leaving.still_enrolled(rows)}
    return [row.id for row in rows if row.id not in there]


def live_series(after_id: int, limit: int) -> list[tuple[int, int]]:
    """The (id, learner id) of the next assignments by id whose series lives."""
    rows = Assignment.objects.filter(id__gt=after_id, open=True, repeat_every__isnull=False, repetition_ended_at=None)
    return list(rows.order_by("id").values_list("id", "learner_id")[:limit])
