"""Enrolling the people whom an assignment obliges. The platform may refuse one; the others go on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ..data import EnrollmentResult, EnrollmentState, Outcome
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
    whose assignment needs attention meanwhile. The learners are locked only after the platform did its long work, so
    that whoever looks at one of them sees all of it or nothing. Should another worker have taken over meanwhile, then
    the first of the two to come here stores what came of it, and the other finds nothing left to do.
    """
    rows = RequiredEnrollment.objects.select_related("assignment").order_by("id")
    mine = rows.filter(id__in=[row.id for row in claimed], claim__in={row.claim for row in claimed})
    results = _enrolled_by_platform([row for row in mine if row.assignment.open])
    work.lock_learners({row.assignment.learner_id for row in claimed}, now=now)
    _release([row for row in mine if not row.assignment.open])
    asked = list(rows.filter(id__in=results, claim__isnull=False))
    entries, looks = [], []
    for row in asked:
        result, before = results[row.id], (row.state, row.reason)
        row.state, row.reason, row.claim, row.attempts = result.state, result.reason, None, row.attempts + 1
        row.made = row.made or result.made
        enrolled = row.state == EnrollmentState.ENROLLED
        row.next_at = None if enrolled else now + enrolling.retry_after(row.attempts)
        if enrolled:
            looks.append((row.assignment.learner_id, row.course_key))
        if before != (row.state, row.reason):
            entries.append(
                audit.entry(
                    "enrolled" if enrolled else "enrollment_refused",
                    now=now,
                    assignment=row.assignment,
                    after={"course": row.course_key, "made": row.made, "reason": row.reason},
                )
            )
    RequiredEnrollment.objects.bulk_update(
        asked, ["state", "reason", "claim", "made", "attempts", "next_at"], batch_size=100
    )
    refused = {row.assignment_id: row.reason for row in asked if row.state == EnrollmentState.REFUSED}
    _mark(refused, [row.assignment_id for row in asked if row.assignment_id not in refused])
    audit.append(entries)
    work.add_look_agains(looks, now=now)
    return Outcome(
        changed=[row.id for row in asked if row.state == EnrollmentState.ENROLLED],
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
