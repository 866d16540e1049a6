"""The enrolments that assignments need: they follow what the trainings require now, and what the platform says."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from ..data import Enrollment, EnrollmentState, Shape
from ..models import Cycle, RequiredEnrollment
from ..queries import cycles as cycle_queries
from ..rules import enrolling

MISSING = (EnrollmentState.REFUSED, EnrollmentState.LEFT)
OVER = (EnrollmentState.NOT_NEEDED, EnrollmentState.LEAVING, EnrollmentState.ENDED)
COLUMNS = ["state", "reason", "made", "attempts", "next_at"]


def follow(
    cycles: Collection[Cycle],
    shapes: Mapping[int, Shape],
    enrollments: Mapping[tuple[int, str], Enrollment],
    *,
    now: datetime,
) -> bool:
    """Brings the enrolments of these open cycles, and their `attention`, to what is required and what is so.

    Whether a worker has something to do now: a course is required that was not, or the learner came into one of
    several courses, so that the missing ones are tried again at once. Of a course that is required no more only an
    enrolment that we made is remembered. The caller holds the learners, and saves the cycles.
    """
    rows: dict[int, dict[str, RequiredEnrollment]] = defaultdict(dict)
    for row in cycle_queries.required_enrollments([cycle.assignment_id for cycle in cycles]) if cycles else ():
        rows[row.assignment_id][row.course_key] = row
    new: list[RequiredEnrollment] = []
    changed: list[RequiredEnrollment] = []
    dropped: list[int] = []
    for cycle in cycles:
        own, required = rows[cycle.assignment_id], shapes[cycle.training_id].course_keys
        active = {key for key in required if _is_in(enrollments.get((cycle.learner_id, key)))}
        before = {row.id: _columns(row) for row in own.values()}
        news = [_come(row) for key, row in own.items() if key in active]
        for key, row in own.items():
            if key not in required:
                _let_go(row)
            elif key not in active:
                _miss(row, again=any(news), now=now)
        added = [_required(cycle, key, key in active, now) for key in required if key not in own]
        new += added
        gone = [row.id for key, row in own.items() if key not in required and not row.made]
        dropped += gone
        changed += [row for row in own.values() if row.id not in gone and before[row.id] != _columns(row)]
        needed = [*added, *(row for key, row in own.items() if key in required)]
        cycle.attention = enrolling.attention((row.state, row.reason) for row in needed)
    if new:
        RequiredEnrollment.objects.bulk_create(new, batch_size=500)
    if changed:
        RequiredEnrollment.objects.bulk_update(changed, COLUMNS, batch_size=100)
    if dropped:
        RequiredEnrollment.objects.filter(id__in=dropped).delete()
    return any(row.next_at and row.next_at <= now for row in [*new, *changed])


def mark(assignment_ids: Collection[int]) -> None:
    """Sets the `attention` of these assignments' open cycles to what their enrolments say."""
    found: dict[int, list[tuple[str, str]]] = {assignment_id: [] for assignment_id in assignment_ids}
    for row in cycle_queries.required_enrollments(assignment_ids) if assignment_ids else ():
        found[row.assignment_id].append((row.state, row.reason))
    by_code: dict[str, list[int]] = defaultdict(list)
    for assignment_id, enrollments in found.items():
        by_code[enrolling.attention(enrollments)].append(assignment_id)
    for code, marked in by_code.items():
        Cycle.objects.filter(assignment_id__in=marked, open=True).exclude(attention=code).update(attention=code)


def _is_in(enrollment: Enrollment | None) -> bool:
    return enrollment is not None and enrollment.active


def _come(row: RequiredEnrollment) -> bool:
    """The learner is in the course; whether that is news, and so not our doing, who would have noted it."""
    news = row.state in (*MISSING, EnrollmentState.PENDING)
    row.made = row.made and not news
    row.state, row.reason, row.next_at = EnrollmentState.ENROLLED, "", None
    return news


def _miss(row: RequiredEnrollment, *, again: bool, now: datetime) -> None:
    """The learner is not in the course. What is pending or refused stays with the worker that enrols."""
    if row.state == EnrollmentState.ENROLLED:
        row.state, row.reason, row.next_at = EnrollmentState.LEFT, "", None
    if row.state in OVER:
        row.state, row.reason, row.made, row.attempts, row.next_at = EnrollmentState.PENDING, "", False, 0, now
    elif again and row.state in MISSING:
        row.next_at = now


def _let_go(row: RequiredEnrollment) -> None:
    """The course is not required any more."""
    row.state, row.reason, row.next_at = EnrollmentState.NOT_NEEDED, "", None


def _required(cycle: Cycle, course_key: str, active: bool, now: datetime) -> RequiredEnrollment:
    """The enrolment in a course that was not required before."""
    state = EnrollmentState.ENROLLED if active else EnrollmentState.PENDING
    return RequiredEnrollment(
        assignment_id=cycle.assignment_id, course_key=course_key, state=state, next_at=None if active else now
    )


def _columns(row: RequiredEnrollment) -> tuple[object, ...]:
    return row.state, row.reason, row.made, row.attempts, row.next_at
