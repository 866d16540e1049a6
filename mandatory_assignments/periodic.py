"""The order in which periodic work is done: what the tick, the nightly reconcile and a woken worker each run.

Everything here may run twice at once or not for days; the rows know what is due. With `now` None each verb asks.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from . import bulk, mailing
from .data import Outcome, Shape
from .queries import cohorts, retired
from .services import backfill, enroll, follow_cohorts, jobs, notify, rebuild, recur, retire, scan, track, unenroll
from .services import remind as recall
from .wake import wake

T = TypeVar("T")

MOST_CHUNKS = 500
"""Chunks that one call works on before it gives others a turn."""

MOST_BACKFILLS = 20
"""Times that one tick goes on with a backfill."""

log = logging.getLogger(__name__)


def tick(now: datetime | None = None) -> Counter[str]:
    """Everything that is due: enrolments, unannounced completions, cut-offs, backfill, looks.

    Counts by kind; `failed` is what raised.
    """
    counts: Counter[str] = Counter()
    counts += _tried(counts, lambda: bulk.work_jobs(now)) or Counter()
    counts += enroll_waiting(now)
    counts["found"] += _tried(counts, lambda: len(scan.scan_completions(now=now).created))
    counts += open_next_cycles(now)
    counts["cut_off"] += _tried(counts, lambda: len(scan.look_at_cut_off_cycles(now=now).changed))
    counts += backfill_waiting(now)
    counts += look_again(now)
    counts += remind(now)
    _tried(counts, lambda: scan.note_tick(now=now))
    return counts


def reconcile(now: datetime | None = None) -> Counter[str]:
    """Looks at everybody who has something open, whatever the events said, and takes over changed course names.

    Courses that the switch tracks become trainings as soon as somebody did something in them. Learning groups that
    follow cohorts hold whom these hold. People whose retirement failed here are forgotten now.
    """
    counts = _retire_again(now)
    counts["adopted"] += _tried(counts, lambda: len(scan.adopt_switched_courses(now=now).created))
    counts["jobs_deleted"] += _tried(counts, lambda: len(jobs.forget_jobs(now=now).changed))
    counts["renamed"] += _tried(counts, lambda: len(scan.refresh_training_names(now=now).changed))
    counts += _refresh_groups(now)
    last = 0
    while series := recur.plan_series(now=now, after_id=last).changed:
        last = series[-1]
    last = 0
    while found := scan.look_at_open_cycles(now=now, after_id=last).changed:
        last = found[-1]
        counts["open"] += len(found)
        counts += look_again(now)
    return counts


def _refresh_groups(now: datetime | None) -> Counter[str]:
    """Brings the learning groups that follow cohorts to what those hold, some at a time; `moved` came or went."""
    counts: Counter[str] = Counter()
    last = 0
    while ids := _tried(counts, partial(cohorts.following, after_id=last)):
        last = ids[-1]
        if outcome := _tried(counts, partial(follow_cohorts.refresh_groups, ids, now=now)):
            counts["moved"] += len(outcome.created) + len(outcome.changed)
    return counts


def _retire_again(now: datetime | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    last = 0
    while ids := _tried(counts, partial(retired.not_forgotten, after_id=last)):
        for last in ids:
            counts["retired"] += bool(_tried(counts, partial(retire.retire_learner, last, now=now)))
    return counts


def rebuild_progress(now: datetime | None = None) -> Counter[str]:
    """Derives everything that is derived once more from people's evidence, and stores it."""
    counts: Counter[str] = Counter()
    for shape, learner_ids in rebuild.chunks():

        def rebuild_learners(ids: Sequence[int], *, now: datetime | None, of: Shape = shape) -> Outcome:
            return rebuild.rebuild_learners(of, list(ids), now=now)

        for outcome in _outcomes(learner_ids, rebuild_learners, now, counts):
            counts.update({"changed": len(outcome.changed), "completed": len(outcome.created)})
        counts["keys"] += len(learner_ids)
    return counts


def compare_progress(tell: Callable[[str], None], now: datetime | None = None) -> Counter[str]:
    """Tells, difference by difference, where what is stored is not what people's evidence says. Writes nothing."""
    counts: Counter[str] = Counter()
    for shape, learner_ids in rebuild.chunks():

        def compare_learners(ids: Sequence[int], *, now: datetime | None, of: Shape = shape) -> rebuild.Findings:
            return rebuild.compare_learners(of, list(ids), now=now)

        for found in _outcomes(learner_ids, compare_learners, now, counts):
            for (learner_id, _training_id), text in found.differences:
                tell(f"learner {learner_id}, {shape.key}: {text}")
            counts["differences"] += len(found.differences)
            counts.update(found.information)
        counts["keys"] += len(learner_ids)
    return counts


def look_again(now: datetime | None = None) -> Counter[str]:
    """Works off the looks that are due."""
    return _work_off(now, track.claim_look_agains, track.track_learners, {"changed": "changed", "created": "completed"})


def backfill_waiting(now: datetime | None = None) -> Counter[str]:
    """Looks at those who did something in a course before it mattered.

    Some at a time are noted and looked at at once, so that what happens meanwhile never waits behind all of them.
    """
    counts: Counter[str] = Counter()
    for _ in range(MOST_BACKFILLS):
        noted = _work_off(
            now, backfill.claim_backfills, backfill.backfill_courses, {"changed": "backfilled"}, most_chunks=1
        )
        counts += noted
        if not noted["worked"]:
            break
        counts += look_again(now)
    return counts


def open_next_cycles(now: datetime | None = None) -> Counter[str]:
    """Opens the next cycles of series whose time has come, until none is left."""
    counts: Counter[str] = Counter()
    for _ in range(MOST_CHUNKS):
        outcome = _tried(counts, lambda: recur.open_next_cycles(now=now))
        if not outcome:
            break
        counts.update({"opened": len(outcome.created), "failed": len(outcome.refused)})
        if not (outcome.created or outcome.changed or outcome.unchanged or outcome.refused):
            break
    return counts


def remind(now: datetime | None = None) -> Counter[str]:
    """Works out which reminders fall due, and sends every notice whose time has come."""
    counts: Counter[str] = Counter()
    for _ in range(MOST_CHUNKS):
        found = _tried(counts, lambda: recall.find_due_reminders(now=now))
        if not found:
            counts += _remind_one_by_one(now)
            break
        counts["reminders"] += len(found.created)
        if len(found.changed) < recall.CHUNK:
            break
    counts += send_waiting(now)
    return counts


def _remind_one_by_one(now: datetime | None) -> Counter[str]:
    """Works out the reminders of a chunk that failed cycle by cycle; one that fails again holds up nobody.

    What else there is waits for the next tick.
    """
    counts: Counter[str] = Counter()
    waiting = _tried(counts, lambda: recall.waiting_cycles(now=now))
    for id in waiting.changed if waiting else ():
        found = _tried(counts, partial(recall.find_due_reminders, now=now, ids=[id]))
        if found:
            counts["reminders"] += len(found.created)
        else:
            _tried(counts, partial(recall.put_off_reminders, [id], now=now))
    return counts


def send_waiting(now: datetime | None = None) -> Counter[str]:
    """Sends every notice whose time has come. What the minute's number of mails leaves over goes out a minute later."""
    counts: Counter[str] = Counter()
    sent = _tried(counts, lambda: mailing.send_waiting(now)) or Counter()
    counts["mails"] += sent["sent"]
    counts["mails_refused"] += sent["refused"]
    counts["failed"] += sent["failed"]
    if sent["limited"]:
        wake("notify", after_seconds=int(notify.PER_MINUTE.total_seconds()))
    return counts


def enroll_waiting(now: datetime | None = None) -> Counter[str]:
    """Works off the enrolments that are due, and those that shall end with their assignment."""
    counts = _work_off(
        now,
        enroll.claim_enrollments,
        enroll.enroll_learners,
        {"changed": "enrolled", "refused": "refused"},
    )
    return counts + _work_off(
        now,
        unenroll.claim_unenrollments,
        unenroll.unenroll_learners,
        {"changed": "unenrolled", "unchanged": "kept", "refused": "refused"},
    )


def _work_off(
    now: datetime | None,
    claim: Callable[..., list[T]],
    work: Callable[..., Any],
    names: dict[str, str],
    most_chunks: int = MOST_CHUNKS,
) -> Counter[str]:
    """Claims and works chunk by chunk. One that fails is tried row by row, so that a broken row stops no other."""
    counts: Counter[str] = Counter()
    for _ in range(most_chunks):
        claimed = _tried(counts, lambda: claim(now=now))
        if not claimed:
            break
        outcomes = _outcomes(claimed, work, now, counts)
        for outcome in outcomes:
            counts.update({name: len(getattr(outcome, sort)) for sort, name in names.items()})
        counts["worked"] += len(claimed)
    return counts


def _outcomes(claimed: Sequence[T], work: Callable[..., Any], now: datetime | None, counts: Counter[str]) -> list[Any]:
    try:
        return [work(claimed, now=now)]
    except Exception:
        log.exception("mandatory_assignments: %s failed on a chunk of %d rows", work.__name__, len(claimed))
    outcomes = []
    for row in claimed:
        try:
            outcomes.append(work([row], now=now))
        except Exception:
            log.exception("mandatory_assignments: %s failed on row %s", work.__name__, getattr(row, "id", row))
            counts["failed"] += 1
    return outcomes


def _tried(counts: Counter[str], work: Callable[[], Any]) -> Any:
    """What the work gives; when it raises, that is logged and counted, and the rest goes on."""
    try:
        return work()
    except Exception:
        log.exception("mandatory_assignments: a periodic step failed")
        counts["failed"] += 1
        return 0
