"""Looking again: what people did is read, counted and judged, for a whole chunk in a constant number of queries."""

from collections.abc import Collection, Sequence
from datetime import datetime

from .. import data
from ..data import Count, EnrollmentState, Outcome
from ..models import Cycle, LookAgain, RequiredEnrollment, Training
from ..queries import cycles as cycle_queries
from ..queries import evidence, trainings
from ..queries.evidence import CourseEvidence, Key, Pair
from ..records import audit, cycles, work
from ..records import evidence as evidence_records
from ..rules import evidence as evidence_rules
from ..verb import verb

CHUNK = 100
"""Looks that one transaction works on."""

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
    work.lock_learners({learner_id for learner_id, _ in pairs}, now=now)
    found = trainings.course_trainings({course_key for _, course_key in pairs})
    tracked = {pair for pair in pairs if pair[1] in found}
    outcome = Outcome()
    if tracked:
        seen = evidence.course_evidence(tracked)
        counts, postponed = _counts(tracked, seen)
        work.add_look_agains(sorted(postponed), now=now)
        outcome = _judge({(pair[0], found[pair[1]]): counted for pair, counted in counts.items()}, seen, now)
    LookAgain.objects.filter(id__in=[look.id for look in looks], claim=looks[0].claim if looks else None).delete()
    return outcome


def _counts(pairs: Collection[Pair], seen: CourseEvidence) -> tuple[dict[Pair, Count], set[Pair]]:
    """Each pair's count, and the pairs that wait for their exact count; a course that cannot be read has neither."""
    counts, postponed, asked = {}, set(), 0
    for pair in sorted(pairs):
        exact = seen.needs_exact_count(pair)
        if exact and asked == EXACT_COUNTS:
            postponed.add(pair)
            continue
        asked += exact
        counted = evidence.exact_count(seen, pair) if exact else seen.count(pair)
        if counted:
            counts[pair] = counted
    return counts, postponed


def _judge(counts: dict[tuple[int, Training], Count], seen: CourseEvidence, now: datetime) -> Outcome:
    by_key: dict[Key, Count] = {(learner, training.id): counted for (learner, training), counted in counts.items()}
    course_keys = {training.id: training.key for _, training in counts}
    evidence_records.write_progress(by_key, evidence.stored_progress(by_key))
    completions = evidence.live_completions(by_key)
    happened = {
        (learner, training.id): instant
        for (learner, training), counted in counts.items()
        if (learner, training.id) not in completions
        and (instant := evidence_rules.completed_at(data.Criterion(training.criterion), counted))
    }
    if happened:
        completions |= evidence_records.add_platform_completions(happened, now=now)
    open_cycles = cycle_queries.open_cycles(by_key)
    missing = _enrollments_that_differ(open_cycles, course_keys, seen)
    changed, entries = [], []
    for cycle in open_cycles:
        key = (cycle.learner_id, cycle.training_id)
        before = _columns(cycle)
        cycles.show(cycle, by_key[key].units_done, by_key[key].units_total)
        cycle.attention = missing.get(cycle.assignment_id, cycle.attention)
        if key in completions:
            cycles.fulfil(cycle, completions[key], now=now)
            entries.append(
                audit.entry(
                    "completed",
                    now=now,
                    assignment=cycle.assignment,
                    after={"happened_at": completions[key].happened_at.isoformat()},
                )
            )
        if _columns(cycle) != before:
            changed.append(cycle)
    if changed:
        cycles.save(changed)
    if entries:
        audit.append(entries)
    return Outcome(created=[cycle.id for cycle in changed if not cycle.open], changed=[cycle.id for cycle in changed])


def _columns(cycle: Cycle) -> tuple[object, ...]:
    return cycle.units_done, cycle.units_total, cycle.attention, cycle.open


def _enrollments_that_differ(
    open_cycles: Sequence[Cycle], course_keys: dict[int, str], seen: CourseEvidence
) -> dict[int, str]:
    """Brings the stored enrolment states to what the platform says; the new `attention` of each assignment changed.

    One that is still pending or refused and not active on the platform stays with the worker that enrols.
    """
    learners = {cycle.assignment_id: cycle.learner_id for cycle in open_cycles}
    changed: list[RequiredEnrollment] = []
    attention = {}
    for row in cycle_queries.required_enrollments(learners) if learners else ():
        if row.course_key not in course_keys.values():
            continue
        enrollment = seen.enrollments.get((learners[row.assignment_id], row.course_key))
        if enrollment and enrollment.active:
            state = EnrollmentState.ENROLLED
        elif row.state == EnrollmentState.ENROLLED:
            state = EnrollmentState.LEFT
        else:
            continue
        if state != row.state:
            row.state, row.reason, row.next_at = state, "", None
            changed.append(row)
            attention[row.assignment_id] = "left" if state == EnrollmentState.LEFT else ""
    if changed:
        RequiredEnrollment.objects.bulk_update(changed, ["state", "reason", "next_at"], batch_size=100)
    return attention
