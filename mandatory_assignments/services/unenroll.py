"""Ending the enrolments that end with their assignment: only those that we made, that nothing needs, not begun yet."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ..data import EnrollmentState, Outcome
from ..host import lms
from ..models import AuditEntry, RequiredEnrollment
from ..queries import leaving
from ..records import audit, work
from ..rules import enrolling
from ..verb import verb

CHUNK = 25
"""Enrolments of one transaction, which holds their learners meanwhile."""

TRY_AGAIN = "failed"
"""The platform's answer that may be another next time; what it does not allow, it will not allow later."""


@verb()
def claim_unenrollments(*, now: datetime, limit: int = CHUNK) -> list[RequiredEnrollment]:
    """Claims up to `limit` enrolments that shall end, for `unenroll_learners`."""
    rows = RequiredEnrollment.objects.filter(state=EnrollmentState.LEAVING).select_related("assignment")
    return work.claim(rows, now=now, limit=limit)


@verb()
def unenroll_learners(claimed: Sequence[RequiredEnrollment], *, now: datetime) -> Outcome:
    """Ends these enrolments, as far as they may.

    `changed` holds the ids of those that ended or had ended already, `unchanged` of those that stay, for a reason that
    the audit trail tells, `refused` of those that are tried again later. The learners are held from the first question
    on, so that nobody assigns anything meanwhile that needs the enrolment.
    """
    work.lock_learners({row.assignment.learner_id for row in claimed}, now=now)
    rows = list(
        RequiredEnrollment.objects.select_related("assignment")
        .filter(id__in=[row.id for row in claimed], claim__in={row.claim for row in claimed})
        .filter(state=EnrollmentState.LEAVING)
        .order_by("id")
    )
    inside = leaving.still_enrolled(rows)
    staying = leaving.reasons_to_stay(inside)
    answers = _ended_by_platform([row for row in inside if row.id not in staying])
    entries = []
    for row in rows:
        row.reason, row.claim, row.attempts, row.next_at = "", None, row.attempts + 1, None
        answer = staying.get(row.id) or answers.get(row.id, "")
        if answer == TRY_AGAIN:
            row.reason, row.next_at = answer, now + enrolling.retry_after(row.attempts)
        elif row.id in staying or row.id in answers:
            row.state = EnrollmentState.ENROLLED if answer else EnrollmentState.ENDED
            entries.append(_entry(row, answer, now))
        else:
            row.state = EnrollmentState.ENDED if row.made else EnrollmentState.NOT_NEEDED
    RequiredEnrollment.objects.bulk_update(rows, ["state", "reason", "claim", "attempts", "next_at"], batch_size=100)
    heirs = leaving.heirs([row for row in rows if staying.get(row.id) == leaving.NEEDED])
    RequiredEnrollment.objects.filter(id__in=heirs).update(made=True)
    audit.append(entries)
    return Outcome(
        changed=[row.id for row in rows if row.state in (EnrollmentState.ENDED, EnrollmentState.NOT_NEEDED)],
        unchanged=[row.id for row in rows if row.state == EnrollmentState.ENROLLED],
        refused=[row.id for row in rows if row.state == EnrollmentState.LEAVING],
    )


def _ended_by_platform(rows: Sequence[RequiredEnrollment]) -> dict[int, str]:
    """By the row's id nothing when the learner is out, else the reason why not."""
    by_course: dict[str, list[RequiredEnrollment]] = defaultdict(list)
    for row in rows:
        by_course[row.course_key].append(row)
    answers: dict[int, str] = {}
    for course_key, same_course in by_course.items():
        found = lms.unenroll([row.assignment.learner_id for row in same_course], course_key)
        answers |= {row.id: found[row.assignment.learner_id] for row in same_course}
    return answers


def _entry(row: RequiredEnrollment, reason: str, now: datetime) -> AuditEntry:
    return audit.entry(
        "enrollment_kept" if reason else "unenrolled",
        now=now,
        assignment=row.assignment,
        after={"course": row.course_key, **({"reason": reason} if reason else {})},
    )
