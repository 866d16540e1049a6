"""Looking again: what people did is read, counted and judged, for a whole chunk in a constant number of queries."""

from collections.abc import Collection, Sequence
from datetime import datetime

from ..data import EnrollmentState, Outcome
from ..models import Cycle, LookAgain, RequiredEnrollment
from ..queries import cycles as cycle_queries
from ..queries import evidence
from ..queries.evidence import Look
from ..records import adopting, judging, work
from ..verb import verb

CHUNK = 200
"""Looks that one transaction works on: enough that its thirty-odd queries are few for each, few enough for memory."""

EXACT_COUNTS = 50
"""Per-learner trees asked of the platform in one chunk; the others are looked at again."""


@verb()
def claim_look_agains(*, now: datetime, limit: int = CHUNK) -> list[LookAgain]:
    """Claims up to `limit` looks for the caller, who hands them to `track_learners`."""
    return work.claim(LookAgain.objects.all(), now=now, limit=limit)


@verb()
def track_learners(looks: Sequence[LookAgain], *, now: datetime) -> Outcome:
    """Judges these claimed looks and deletes exactly them.

    `changed` holds the ids of the cycles whose columns changed, `created` those of them that were completed.
    """
    pairs = {(look.learner_id, look.course_key) for look in looks}
    adopting.adopt_courses({course_key for _, course_key in pairs}, now=now)
    work.lock_learners({learner_id for learner_id, _ in pairs}, now=now)
    look, postponed = evidence.exact(evidence.look(pairs), EXACT_COUNTS)
    again = {(learner_id, key) for learner_id, key in pairs if learner_id in postponed}
    work.add_look_agains(sorted(again), now=now)
    keys = {key for key in look.concerned if key[0] not in postponed}
    judged = judging.judge(look, keys, now=now)
    _note_enrollments(judged.cycles, look)
    judging.write(judged, now=now)
    LookAgain.objects.filter(id__in=[look.id for look in looks], claim=looks[0].claim if looks else None).delete()
    return Outcome(created=[cycle.id for cycle in judged.fulfilled], changed=[cycle.id for cycle in judged.changed])


def _note_enrollments(cycles: Collection[Cycle], look: Look) -> None:
    """Brings the stored enrolment states, and the cycles' `attention`, to what the platform says.

    One that is still pending or refused and not active on the platform stays with the worker that enrols.
    """
    by_assignment = {cycle.assignment_id: cycle for cycle in cycles if cycle.open}
    changed: list[RequiredEnrollment] = []
    left: dict[int, bool] = {}
    for row in cycle_queries.required_enrollments(by_assignment) if by_assignment else ():
        cycle = by_assignment[row.assignment_id]
        enrollment = look.enrollments.get((cycle.learner_id, row.course_key))
        if enrollment and enrollment.active:
            state = EnrollmentState.ENROLLED
        elif row.state == EnrollmentState.ENROLLED:
            state = EnrollmentState.LEFT
        else:
            continue
        if state != row.state:
            row.state, row.reason, row.next_at = state, "", None
            changed.append(row)
            left[row.assignment_id] = left.get(row.assignment_id, False) or state == EnrollmentState.LEFT
    for assignment_id, is_out in left.items():
        by_assignment[assignment_id].attention = EnrollmentState.LEFT.value if is_out else ""
    if changed:
        RequiredEnrollment.objects.bulk_update(changed, ["state", "reason", "next_at"], batch_size=100)
