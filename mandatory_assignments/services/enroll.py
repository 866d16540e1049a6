"""Enrolling the people whom an assignment obliges. The platform may refuse one; the others go on."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from ..data import EnrollmentResult, EnrollmentState, Outcome
from ..host import lms
from ..models import AuditEntry, RequiredEnrollment
from ..records import audit, enrollments, work
from ..rules import enrolling
from ..verb import verb

CHUNK = 25
"""Enrolments of one transaction: each costs the platform a dozen queries, and no row shall stay locked for long."""


@verb()
def claim_enrollments(*, now: datetime, limit: int = CHUNK) -> list[RequiredEnrollment]:
    """Claims up to `limit` enrolments whose time has come, for `enroll_learners`."""
    rows = RequiredEnrollment.objects.exclude(state=EnrollmentState.LEAVING).select_related("assignment")
    return work.claim(rows, now=now, limit=limit)


@verb("look_again")
def enroll_learners(claimed: Sequence[RequiredEnrollment], *, now: datetime) -> Outcome:
    """Asks the platform to enrol these, each on its own, and stores what came of it.

    For an assignment that is over nobody is enrolled: it is noted whether the learner is in the course anyway.
    `changed` holds the ids of those who are enrolled now, `refused` those of the others, who are tried again later and
    whose assignment needs attention meanwhile. The learners are locked only after the platform did its long work, so
    that whoever looks at one of them sees all of it or nothing. Should another worker have taken over meanwhile, then
    the first of the two to come here stores what came of it, and the other finds nothing left to do.
    """
    rows = RequiredEnrollment.objects.select_related("assignment").order_by("id")
    held = rows.filter(id__in=[row.id for row in claimed], claim__in={row.claim for row in claimed})
    mine = list(held.exclude(state=EnrollmentState.LEAVING))
    results = _enrolled_by_platform([row for row in mine if row.assignment.open])
    work.lock_learners({row.assignment.learner_id for row in claimed}, now=now)
    found = list(rows.filter(id__in=[row.id for row in mine]))
    _remember_made([row for row in found if row.state == EnrollmentState.LEAVING], results)
    asked = [row for row in found if row.claim and row.state != EnrollmentState.LEAVING]
    results |= _as_the_platform_says([row for row in asked if row.id not in results])
    entries = [entry for row in asked if (entry := _store(row, results[row.id], now))]
    RequiredEnrollment.objects.bulk_update(asked, [*enrollments.COLUMNS, "claim"], batch_size=100)
    enrollments.mark({row.assignment_id for row in asked})
    audit.append(entries)
    enrolled = [row for row in asked if row.state == EnrollmentState.ENROLLED]
    looks = [(row.assignment.learner_id, row.course_key) for row in enrolled if row.assignment.open]
    work.add_look_agains(looks, now=now)
    return Outcome(
        changed=[row.id for row in enrolled],
        refused=[row.id for row in asked if row.state == EnrollmentState.REFUSED],
    )


def _enrolled_by_platform(rows: Sequence[RequiredEnrollment]) -> dict[int, EnrollmentResult]:
    """What came of it, by the row's id."""
    by_course: dict[str, list[RequiredEnrollment]] = defaultdict(list)
    for row in rows:
        by_course[row.course_key].append(row)
    results: dict[int, EnrollmentResult] = {}
    for course_key, same_course in by_course.items():
        answers = lms.enroll([row.assignment.learner_id for row in same_course], course_key)
        results |= {row.id: answers[row.assignment.learner_id] for row in same_course}
    return results


def _as_the_platform_says(rows: Sequence[RequiredEnrollment]) -> dict[int, EnrollmentResult]:
    """Whether the learners of assignments that are over are in the course, by the row's id; nobody is enrolled."""
    if not rows:
        return {}
    found = lms.enrollments({row.assignment.learner_id for row in rows}, {row.course_key for row in rows})
    active = {pair for pair, enrollment in found.items() if enrollment.active}
    return {
        row.id: EnrollmentResult(
            EnrollmentState.ENROLLED
            if (row.assignment.learner_id, row.course_key) in active
            else EnrollmentState.NOT_NEEDED
        )
        for row in rows
    }


def _store(row: RequiredEnrollment, result: EnrollmentResult, now: datetime) -> AuditEntry | None:
    """Writes the result into the row; the audit entry where that is news."""
    state, before = result.state, (row.state, row.reason)
    if state == EnrollmentState.REFUSED and not row.assignment.open:
        state = EnrollmentState.NOT_NEEDED
    refused = state == EnrollmentState.REFUSED
    row.state, row.reason, row.claim, row.attempts = state, result.reason if refused else "", None, row.attempts + 1
    row.made = row.made or result.made
    row.next_at = now + enrolling.retry_after(row.attempts) if refused else None
    if state == EnrollmentState.NOT_NEEDED or before == (row.state, row.reason):
        return None
    return audit.entry(
        "enrollment_refused" if refused else "enrolled",
        now=now,
        assignment=row.assignment,
        after={"course": row.course_key, "made": row.made, "reason": row.reason},
    )


def _remember_made(leaving: Collection[RequiredEnrollment], results: dict[int, EnrollmentResult]) -> None:
    """The assignment ended while the platform enrolled its learner: the enrolment that shall end with it is ours."""
    made = [row.id for row in leaving if row.id in results and results[row.id].made]
    if made:
        RequiredEnrollment.objects.filter(id__in=made).update(made=True)
