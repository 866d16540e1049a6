"""Finding what no event announced: new completions by primary key, and every open cycle once a night."""

from datetime import datetime, timedelta

from ..data import Outcome
from ..host import lms
from ..models import Cycle, Training
from ..queries import evidence, trainings
from ..records import work
from ..verb import verb

BATCH = 2000
MOST_ROWS = 20_000
"""Rows that one scan reads; the next tick goes on where it ended."""

OVERLAP_ROWS = 1000
OVERLAP_TIME = timedelta(minutes=15)
"""Rows commit in another order than their keys: so many keys, and so much time, are read a second time."""

COMPLETIONS = "completions"
TICK = "tick"


@verb("look_again")
def scan_completions(*, now: datetime) -> Outcome:
    """Notes a look for every new completion in a tracked course that is not in the stored progress.

    `created` holds the (learner id, course key) pairs. The first scan only notes where to begin: what was done before
    is looked at when somebody is assigned.
    """
    mark = work.bookmark(COMPLETIONS)
    if mark.ran_at is None:
        work.move_bookmark(COMPLETIONS, position=lms.last_completion_id(), now=now)
        return Outcome()
    tracked = {row.key: row.id for row in Training.objects.only("id", "key")}
    position, last, found = max(mark.position - OVERLAP_ROWS, 0), mark.position, dict[tuple[int, str], datetime]()
    for _ in range(MOST_ROWS // BATCH):
        rows = lms.completions_after(position, BATCH)
        for row in rows:
            fresh = row.id > mark.position or row.recorded_at > now - OVERLAP_TIME
            if fresh and row.course_key in tracked:
                pair = (row.learner_id, row.course_key)
                found[pair] = max(row.recorded_at, found.get(pair, row.recorded_at))
        if rows:
            position = rows[-1].id
            last = max(last, position)
        if len(rows) < BATCH:
            break
    stored = evidence.stored_progress({(learner_id, tracked[key]) for learner_id, key in found})
    unseen = [
        (learner_id, key)
        for (learner_id, key), recorded_at in found.items()
        if not (progress := stored.get((learner_id, tracked[key])))
        or progress.last_activity_at is None
        or progress.last_activity_at < recorded_at
    ]
    work.add_look_agains(sorted(unseen), now=now)
    work.move_bookmark(COMPLETIONS, position=last, now=now)
    return Outcome(created=unseen)


@verb("look_again")
def look_at_open_cycles(*, now: datetime, after_id: int = 0, limit: int = 1000) -> Outcome:
    """Notes a look for up to `limit` open cycles by id; `changed` holds their ids, empty at the end."""
    rows = list(
        Cycle.objects.filter(open=True, id__gt=after_id)
        .order_by("id")
        .values_list("id", "learner_id", "training__key")[:limit]
    )
    work.add_look_agains(sorted({(learner_id, key) for _, learner_id, key in rows}), now=now)
    return Outcome(changed=[row[0] for row in rows])


@verb()
def refresh_training_names(*, now: datetime) -> Outcome:
    """Takes over the names that courses have on the platform now; `changed` holds the trainings' ids."""
    rows = trainings.course_trainings(trainings.tracked_keys())
    names = lms.courses(rows)
    changed = [row for key, row in rows.items() if key in names and names[key].name != row.name]
    for row in changed:
        row.name = names[row.key].name
    Training.objects.bulk_update(changed, ["name"], batch_size=100)
    return Outcome(changed=[row.id for row in changed])


@verb()
def note_tick(*, now: datetime) -> Outcome:
    """Notes that a scheduler was here."""
    work.move_bookmark(TICK, now=now)
    return Outcome()
