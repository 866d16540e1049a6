"""Looking at everybody who did something in a course before it mattered, some people at a time."""

from collections.abc import Sequence
from datetime import datetime

from ..data import Outcome
from ..host import lms
from ..models import Backfill
from ..records import work
from ..verb import verb

CHUNK = 1000
"""People of one course whose looks are noted in one transaction."""


@verb()
def claim_backfills(*, now: datetime, limit: int = 1) -> list[Backfill]:
    """Claims up to `limit` courses for the caller, who hands them to `backfill_courses`."""
    return work.claim(Backfill.objects.all(), now=now, limit=limit)


@verb("look_again")
def backfill_courses(rows: Sequence[Backfill], *, now: datetime) -> Outcome:
    """Notes looks for the next people of each claimed course; `changed` holds the (learner id, course key) pairs.

    A course with more people is due again at once. One that was asked for anew meanwhile stays as it was asked.
    """
    noted: list[tuple[int, str]] = []
    for row in rows:
        people = lms.learners_with_completions(row.course_key, row.after_learner_id, CHUNK)
        pairs = [(learner_id, row.course_key) for learner_id in people]
        work.add_look_agains(pairs, now=now)
        noted += pairs
        mine = Backfill.objects.filter(id=row.id, claim=row.claim)
        if len(people) < CHUNK:
            mine.delete()
        else:
            mine.update(after_learner_id=people[-1], next_at=now, claim=None)
    return Outcome(changed=noted)
