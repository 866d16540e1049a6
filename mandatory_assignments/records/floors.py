"""Evidence floors, and archive and clear: the platform records a finished block only once, so its row has to go.

What was cleared is in our archive and goes on counting wherever no floor forbids it.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from ..data import FloorCause
from ..host import lms
from ..models import Cycle, EvidenceArchive, EvidenceFloor
from ..queries import clearing
from ..queries.clearing import Ground

log = logging.getLogger(__name__)

CHUNK = 100
"""Learners whose rows are read at a time."""


class ArchiveMismatch(Exception):
    """What was archived or cleared is not what was read, so none of it may stay."""


def set_floor(
    *,
    learner_id: int,
    training_id: int,
    since: datetime,
    cause: FloorCause,
    cycle: Cycle | None = None,
    why: str = "",
    actor: Any = None,
) -> EvidenceFloor:
    """From now on only what this person did after `since` counts for the training, or for the cycle."""
    floor = _floor(learner_id, training_id, since, cause, cycle, why, actor)
    floor.save(force_insert=True)
    return floor


def archive_and_clear(floor: EvidenceFloor, ground: Ground, *, now: datetime) -> int:
    """Takes the finished blocks that the floor makes worthless out of the platform's table; how many.

    They are copied to the archive, read back and compared, then deleted by exact key, and their problems can be tried
    again. Raises Unreadable or ArchiveMismatch, or whatever went wrong: to be called inside a savepoint of this
    person's own, which then rolls back.
    """
    rows = clearing.finished_rows([floor.learner_id], ground, floor.since)
    if not rows:
        return 0
    copies = [
        EvidenceArchive(
            learner_id=row.learner_id,
            course_key=row.course_key,
            block_key=row.block_key,
            block_type=row.block_type,
            completed_at=row.recorded_at,
            archived_at=now,
            floor=floor,
        )
        for row in rows
    ]
    EvidenceArchive.objects.bulk_create(copies, batch_size=500)
    read = {(row.learner_id, row.course_key, row.block_key, row.block_type, row.recorded_at) for row in rows}
    columns = ("learner_id", "course_key", "block_key", "block_type", "completed_at")
    if set(EvidenceArchive.objects.filter(floor=floor).values_list(*columns)) != read:
        raise ArchiveMismatch(f"floor {floor.id}: the archive does not hold the {len(rows)} rows that were read")
    if (gone := lms.clear_completions(rows)) != len(rows):
        raise ArchiveMismatch(f"floor {floor.id}: {gone} of {len(rows)} rows could be cleared")
    lms.reset_attempts([floor.learner_id], [row.block_key for row in rows])
    return len(rows)


def begin_anew(
    cycles: Sequence[Cycle], *, clear: bool = True, grounds: Mapping[int, Ground] | None = None, now: datetime
) -> list[Cycle]:
    """Lets only what happens from `now` on count for these cycles, and clears what their learners finished before.

    Without `clear` the finished blocks stay where they are: for what no content fulfils. Returns the cycles for which
    that failed, and which the caller has to take back; the others are done. `grounds` are those of the trainings, where
    the caller knows them.
    """
    floors = [_floor(cycle.learner_id, cycle.training_id, now, FloorCause.CYCLE, cycle) for cycle in cycles]
    EvidenceFloor.objects.bulk_create(floors, batch_size=500)
    if not clear:
        return []
    by_cycle = {
        floor.cycle_id: floor
        for start in range(0, len(cycles), 500)
        for floor in EvidenceFloor.objects.filter(cycle__in=cycles[start : start + 500])
    }
    grounds = grounds or clearing.grounds({cycle.training_id for cycle in cycles})
    busy = _with_rows(cycles, grounds, now)
    failed = []
    for cycle in cycles:
        if (cycle.learner_id, cycle.training_id) in busy:
            try:
                with transaction.atomic():
                    archive_and_clear(by_cycle[cycle.id], grounds[cycle.training_id], now=now)
            except Exception:
                log.exception("The finished blocks of learner %s could not be cleared", cycle.learner_id)
                failed.append(cycle)
    return failed


def _floor(
    learner_id: int,
    training_id: int,
    since: datetime,
    cause: FloorCause,
    cycle: Cycle | None,
    why: str = "",
    actor: Any = None,
) -> EvidenceFloor:
    return EvidenceFloor(
        learner_id=learner_id,
        training_id=training_id,
        since=since,
        cause=cause,
        cycle=cycle,
        why=why,
        set_by=actor,
    )


def _with_rows(cycles: Collection[Cycle], grounds: Mapping[int, Ground], until: datetime) -> set[tuple[int, int]]:
    """The (learner, training) keys with anything to clear, or of which nobody can tell."""
    found: set[tuple[int, int]] = set()
    for training_id in sorted({cycle.training_id for cycle in cycles}):
        ground = grounds[training_id]
        learners = sorted({cycle.learner_id for cycle in cycles if cycle.training_id == training_id})
        if ground.unreadable:
            found |= {(learner_id, training_id) for learner_id in learners}
            continue
        for start in range(0, len(learners), CHUNK):
            rows = clearing.finished_rows(learners[start : start + CHUNK], ground, until)
            found |= {(row.learner_id, training_id) for row in rows}
    return found
