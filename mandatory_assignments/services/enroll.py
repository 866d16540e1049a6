"""Enrolling the people whom an assignment obliges. The platform may refuse one; the others go on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ..data import EnrollmentState, Outcome
from ..host import lms
from ..models import Cycle, RequiredEnrollment
from ..records import audit, work
from ..rules import enrolling
from ..verb import verb

CHUNK = 25
"""Enrolments of one transaction: each costs the platform a dozen queries, and no row shall stay locked for long."""


@verb()
def claim_enrollments(*, now: datetime, limit: int = CHUNK) -> list[RequiredEnrollment]:
    """Claims up to `limit` enrolments whose time has come, for `enroll_learners`."""
    return work.claim(RequiredEnrollment.objects.select_related("assignment"), now=now, limit=limit)


@verb("look_again")
def enroll_learners(claimed: Sequence[RequiredEnrollment], *, now: datetime) -> Outcome:
    """Asks the platform to enrol these, each on its own, and stores what came of it. Ended assignments need nothing.

    `changed` holds the ids of those who are enrolled now, `refused` those of the others, who are tried again later and
    whose assignment needs attention meanwhile.
    """
    needed = [row for row in claimed if row.assignment.open]
    _release([row for row in claimed if not row.assignment.open])
    by_course: dict[str, list[RequiredEnrollment]] = defaultdict(list)
    for row in needed:
        by_course[row.course_key].append(row)
    entries, looks = [], []
    for course_key, rows in by_course.items():
        results = lms.enroll([row.assignment.learner_id for row in rows], course_key)
        for row in rows:
            assignment = row.assignment
            result = results[assignment.learner_id]
            before, row.attempts = (row.state, row.reason), row.attempts + 1
            row.state, row.reason, row.claim = result.state, result.reason, None
            row.made = row.made or result.made
            enrolled = row.state == EnrollmentState.ENROLLED
            row.next_at = None if enrolled else now + enrolling.retry_after(row.attempts)
            if enrolled:
                looks.append((assignment.learner_id, course_key))
            if before != (row.state, row.reason):
                entries.append(
                    audit.entry(
                        "enrolled" if enrolled else "enrollment_refused",
                        now=now,
                        assignment=assignment,
                        after={"course": course_key, "made": row.made, "reason": row.reason},
                    )
                )
    RequiredEnrollment.objects.bulk_update(
        needed, ["state", "reason", "claim", "made", "attempts", "next_at"], batch_size=100
    )
    refused = {row.assignment_id: row.reason for row in needed if row.state == EnrollmentState.REFUSED}
    _mark(refused, [row.assignment_id for row in needed if row.assignment_id not in refused])
    audit.append(entries)
    work.add_look_agains(looks, now=now)
    return Outcome(
        changed=[row.id for row in needed if row.state == EnrollmentState.ENROLLED],
        refused=[row.id for row in needed if row.state == EnrollmentState.REFUSED],
    )


def _release(rows: Sequence[RequiredEnrollment]) -> None:
    RequiredEnrollment.objects.filter(id__in=[row.id for row in rows]).update(next_at=None, claim=None)


def _mark(refused: dict[int, str], enrolled: Sequence[int]) -> None:
    """The cycles' `attention`: the reason of the refusal, or none any more."""
    by_reason: dict[str, list[int]] = defaultdict(list)
    for assignment_id, reason in refused.items():
        by_reason[reason].append(assignment_id)
    for reason, assignment_ids in by_reason.items():
        Cycle.objects.filter(assignment_id__in=assignment_ids, open=True).update(attention=reason)
    Cycle.objects.filter(assignment_id__in=enrolled, open=True).exclude(attention="").update(attention="")
