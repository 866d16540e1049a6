"""Looking again: what people did is read, counted and judged, for a whole chunk in a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from ..data import Outcome
from ..models import Cycle, LookAgain
from ..queries import evidence
from ..queries.evidence import Look
from ..records import adopting, enrollments, judging, work, zones
from ..records.judging import Judged
from ..verb import verb
from ..wake import wake

CHUNK = 200
"""Looks that one transaction works on: enough that its thirty-odd queries are few for each, few enough for memory."""


@verb()
def claim_look_agains(*, now: datetime, limit: int = CHUNK) -> list[LookAgain]:
    """Claims up to `limit` looks for the caller, who hands them to `track_learners`."""
    return work.claim(LookAgain.objects.all(), now=now, limit=limit)


@verb()
def track_learners(looks: Sequence[LookAgain], *, now: datetime) -> Outcome:
    """Judges these claimed looks and deletes exactly them; whoever moved to another zone takes the deadlines along.

    `changed` holds the ids of the cycles whose columns changed, `created` those of them that were completed.
    """
    moved = {look.learner_id for look in looks if look.course_key == work.NO_COURSE}
    pairs = {(look.learner_id, look.course_key) for look in looks if look.course_key != work.NO_COURSE}
    adopting.adopt_courses({course_key for _, course_key in pairs}, now=now)
    work.lock_learners({*moved, *(learner_id for learner_id, _ in pairs)}, now=now)
    relocated = zones.follow_learners(moved, now=now) if moved else []
    look, postponed = evidence.exact(evidence.look(pairs), judging.EXACT_COUNTS)
    again = {(learner_id, key) for learner_id, key in pairs if learner_id in postponed}
    work.add_look_agains(sorted(again), now=now)
    keys = {key for key in look.concerned if key[0] not in postponed}
    judged = judging.judge(look, keys, now=now)
    _follow_enrollments(judged, look, now)
    judging.write(judged, now=now)
    LookAgain.objects.filter(id__in=[look.id for look in looks], claim=looks[0].claim if looks else None).delete()
    changed = sorted({cycle.id for cycle in (*relocated, *judged.changed)})
    return Outcome(created=[cycle.id for cycle in judged.fulfilled], changed=changed)


def _follow_enrollments(judged: Judged, look: Look, now: datetime) -> None:
    """Brings the enrolments of open cycles to what their trainings require and what the platform says."""
    cycles = [cycle for cycle in (*judged.cycles, *judged.unread) if cycle.open]
    before = {cycle.id: cycle.attention for cycle in judged.unread}
    if enrollments.follow(cycles, look.catalogue.shapes, look.enrollments, now=now):
        transaction.on_commit(partial(wake, "enroll"), robust=True)
    unread = [cycle for cycle in judged.unread if cycle.attention != before[cycle.id]]
    if unread:
        Cycle.objects.bulk_update(unread, ["attention"], batch_size=100)
