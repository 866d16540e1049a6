"""Finding what no event announced: new completions by primary key; at night every open cycle, and new courses."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from itertools import islice

from ..data import Deadline, Outcome
from ..host import lms
from ..models import Cycle, Training
from ..queries import evidence, policies, tracking, trainings
from ..records import adopting, work
from ..rules import deadlines
from ..verb import verb

BATCH = 2000
MOST_ROWS = 20_000
"""Rows that one scan reads; the next tick goes on where it ended."""

OVERLAP_ROWS = 1000
OVERLAP_TIME = timedelta(minutes=15)
"""Rows commit in another order than their keys: so many keys, and so much time, are read a second time."""

COURSES = 500
"""Courses asked about at a time."""

COMPLETIONS = "completions"
TICK = "tick"


@verb("look_again")
def scan_completions(*, now: datetime) -> Outcome:
    """Notes a look for every new completion in a tracked course that no stored progress knows of.

    `created` holds the (learner id, course key) pairs. The first scan only notes where to begin: what was done before
    is the backfill's.
    """
    mark = work.bookmark(COMPLETIONS)
    if mark.ran_at is None:
        work.move_bookmark(COMPLETIONS, position=lms.last_completion_id(), now=now)
        return Outcome()
    tracked = tracking.trainings_in_courses()
    position, last, found = max(mark.position - OVERLAP_ROWS, 0), mark.position, dict[tuple[int, str], datetime]()
    for _ in range(MOST_ROWS // BATCH):
        rows = lms.completions_after(position, BATCH)
        for row in rows:
            fresh = row.id > mark.position or row.recorded_at > now - OVERLAP_TIME
            if fresh and (row.course_key in tracked or tracking.is_switched_on(row.course_key)):
                pair = (row.learner_id, row.course_key)
                found[pair] = max(row.recorded_at, found.get(pair, row.recorded_at))
        if rows:
            position = rows[-1].id
            last = max(last, position)
        if len(rows) < BATCH:
            break
    unseen = _unseen(found, tracked)
    work.add_look_agains(unseen, now=now)
    work.move_bookmark(COMPLETIONS, position=last, now=now)
    return Outcome(created=unseen)


def _unseen(found: Mapping[tuple[int, str], datetime], tracked: Mapping[str, Collection[int]]) -> list[tuple[int, str]]:
    """The pairs of whose latest completion no progress in a training of the course knows, in key order."""
    keys = {(learner_id, training_id) for learner_id, key in found for training_id in tracked.get(key, ())}
    stored = evidence.stored_progress(keys) if keys else {}

    def known(learner_id: int, course_key: str, recorded_at: datetime) -> bool:
        rows = (stored.get((learner_id, training_id)) for training_id in tracked.get(course_key, ()))
        return any(row and row.last_activity_at and row.last_activity_at >= recorded_at for row in rows)

    return sorted(pair for pair, recorded_at in found.items() if not known(*pair, recorded_at))


@verb("look_again")
def look_at_open_cycles(*, now: datetime, after_id: int = 0, limit: int = 1000) -> Outcome:
    """Notes a look for up to `limit` open cycles by id; `changed` holds their ids, empty at the end.

    Also at the people whose days end in another zone now, where that moves a deadline.
    """
    columns = ("learner_id", "training_id", "organization_id", "due_on", "zone", "due_at")
    rows = list(Cycle.objects.filter(open=True, id__gt=after_id).order_by("id").only(*columns)[:limit])
    keys = trainings.look_keys({row.training_id for row in rows}) if rows else {}
    zones = policies.zones_of(rows) if rows else {}
    pairs = {(row.learner_id, keys[row.training_id]) for row in rows}
    pairs |= {
        (row.learner_id, work.NO_COURSE)
        for row in rows
        if deadlines.moved_to(Deadline(row.due_on, row.zone, row.due_at), zones[row.id], now)
    }
    work.add_look_agains(sorted(pairs), now=now)
    return Outcome(changed=[row.id for row in rows])


@verb("look_again")
def look_at_cut_off_cycles(*, now: datetime, limit: int = 5000) -> Outcome:
    """Notes a look for cycles whose cut-off has come, so that what was done by then is stored; `changed`: their ids."""
    rows = list(
        Cycle.objects.filter(open=True, frozen_at=None, cut_off_at__lt=now)
        .order_by("cut_off_at", "id")
        .values_list("id", "learner_id", "training_id")[:limit]
    )
    keys = trainings.look_keys({training_id for _, _, training_id in rows}) if rows else {}
    work.add_look_agains(sorted({(learner_id, keys[training_id]) for _, learner_id, training_id in rows}), now=now)
    return Outcome(changed=[row[0] for row in rows])


@verb("look_again")
def adopt_switched_courses(*, now: datetime) -> Outcome:
    """Makes trainings of the courses in which somebody did something, as far as the switch tracks them.

    `created` holds their keys. Without the switch nothing is read.
    """
    adopted: list[str] = []
    keys = iter(tracking.switched_on_courses())
    while chunk := list(islice(keys, COURSES)):
        adopted += adopting.adopt_courses(lms.courses_with_completions(chunk), now=now)
    return Outcome(created=adopted)


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
