"""What keeps learners in their courses: assignments that need them, work that was begun."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ..data import EnrollmentState, Status, TrainingKind, Unenrollment
from ..host import lms
from ..models import Cycle, EvidenceArchive, ModuleBlock, RequiredEnrollment, TrainingPart
from . import policies, standing, trainings
from .evidence import Pair

NOT_OURS = "not_ours"
NEEDED = "needed"
BEGUN = "begun"

OBLIGING = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.OVERDUE})


def is_our_own() -> bool:
    """Whether it is the plugin itself that ends an enrolment here and now."""
    return lms.is_our_own_unenrollment()


def refusing_cycle(learner_id: int, course_key: str, now: datetime) -> Cycle | None:
    """What forbids this learner to leave the course: what is due first of the assignments that oblige to it now.

    Only of organizations that refuse unenrolment. At most two queries, in a savepoint: whatever fails there, the
    caller's transaction goes on.
    """
    with transaction.atomic():
        rows = Cycle.objects.filter(requires([course_key]), learner_id=learner_id, open=True)
        found = [row for row in rows.select_related("training") if standing.status_of(row, now) in OBLIGING]
        rules = policies.policies({row.organization_id for row in found}) if found else {}
    refusing = [row for row in found if rules[row.organization_id].unenrollment == Unenrollment.REFUSE]
    return min(refusing, key=lambda row: (row.due_at, row.id), default=None)


def still_enrolled(rows: Collection[RequiredEnrollment]) -> list[RequiredEnrollment]:
    """Those of which the platform says that the learner is in the course, in one query."""
    pairs = {_pair(row) for row in rows}
    found = lms.enrollments({learner_id for learner_id, _ in pairs}, {course_key for _, course_key in pairs})
    return [row for row in rows if (enrollment := found.get(_pair(row))) is not None and enrollment.active]


def reasons_to_stay(rows: Collection[RequiredEnrollment]) -> dict[int, str]:
    """By the id of each enrolment that may not end, why: it is not ours, something needs it, or work was begun."""
    pairs = {_pair(row) for row in rows}
    needed, begun = _needed(pairs), _begun(pairs)
    found = {}
    for row in rows:
        if not row.made:
            found[row.id] = NOT_OURS
        elif _pair(row) in needed:
            found[row.id] = NEEDED
        elif _pair(row) in begun:
            found[row.id] = BEGUN
    return found


def heirs(rows: Collection[RequiredEnrollment]) -> list[int]:
    """The ids of what open assignments know of these enrolments: they are ours for them too."""
    pairs = {_pair(row) for row in rows}
    if not pairs:
        return []
    found = RequiredEnrollment.objects.filter(
        assignment__learner_id__in={learner_id for learner_id, _ in pairs},
        assignment__open=True,
        course_key__in={course_key for _, course_key in pairs},
        state=EnrollmentState.ENROLLED,
    ).select_related("assignment")
    return [row.id for row in found if _pair(row) in pairs]


def _pair(row: RequiredEnrollment) -> Pair:
    return row.assignment.learner_id, row.course_key


def _needed(pairs: Collection[Pair]) -> set[Pair]:
    """Those of the pairs that an open assignment of any organization needs, in four queries."""
    course_keys = {course_key for _, course_key in pairs}
    cycles = Cycle.objects.filter(
        requires(course_keys), learner_id__in={learner_id for learner_id, _ in pairs}, open=True
    )
    by_training: dict[int, set[int]] = defaultdict(set)
    for training_id, learner_id in cycles.values_list("training_id", "learner_id"):
        by_training[training_id].add(learner_id)
    shapes = trainings.shapes(by_training)
    return {
        (learner_id, course_key)
        for training_id, learner_ids in by_training.items()
        for learner_id in learner_ids
        for course_key in shapes[training_id].course_keys
    }


def requires(course_keys: Collection[str], block_keys: Collection[str] | None = None) -> Q:
    """The cycles of trainings that require one of these courses; of modules, with `block_keys`, those that hold one."""
    parts = TrainingPart.objects.filter(course__key__in=course_keys, required=True, course__offline=False)
    modules = ModuleBlock.objects.filter(course_key__in=course_keys)
    if block_keys is not None:
        modules = modules.filter(block_key__in=block_keys)
    itself = Q(training__key__in=course_keys, training__kind=TrainingKind.COURSE, training__offline=False)
    return itself | Q(training_id__in=modules.values("module_id")) | Q(training_id__in=parts.values("path_id"))


def _begun(pairs: Collection[Pair]) -> set[Pair]:
    """Those of the pairs in which anything was done, by what the platform holds now and by what was archived."""
    learner_ids, course_keys = {learner_id for learner_id, _ in pairs}, {course_key for _, course_key in pairs}
    archived = EvidenceArchive.objects.filter(learner_id__in=learner_ids, course_key__in=course_keys)
    found = lms.begun_courses(learner_ids, course_keys)
    return (found | set(archived.values_list("learner_id", "course_key").distinct())) & set(pairs)
