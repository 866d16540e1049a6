"""Adding completions and what was seen of passing, and rewriting progress, each in sets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..data import Count, Source
from ..models import Completion, GradeSeen, Progress
from ..queries.evidence import Key
from ..rules import counting

PROGRESS_COLUMNS = ["units_done", "units_total", "percent", "started_at", "last_activity_at"]


@dataclass(frozen=True, slots=True)
class Completed:
    """That a learner's evidence completed a training, and when; `epoch` is the floor in force, 0 when none."""

    key: Key
    happened_at: datetime
    epoch: int


def write_progress(counts: Mapping[Key, Count], stored: Mapping[Key, Progress]) -> list[Key]:
    """Brings the stored progress to these counts; the keys whose row was made or changed.

    Whoever has not begun gets no row: one is made with the first thing done.
    """
    made: list[Progress] = []
    changed: list[Progress] = []
    for key, counted in counts.items():
        row = stored.get(key)
        if row is None and counted.started_at is None:
            continue
        row = row or Progress(learner_id=key[0], training_id=key[1])
        values = {
            "units_done": counted.units_done,
            "units_total": counted.units_total,
            "percent": counting.percent(counted.units_done, counted.units_total),
            "started_at": counted.started_at,
            "last_activity_at": counted.last_activity_at,
        }
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            (changed if row.pk else made).append(row)
            for name, value in values.items():
                setattr(row, name, value)
    Progress.objects.bulk_create(made, batch_size=500)
    if changed:
        Progress.objects.bulk_update(changed, PROGRESS_COLUMNS, batch_size=100)
    return [(row.learner_id, row.training_id) for row in (*made, *changed)]


def add_platform_completions(completed: Collection[Completed], *, now: datetime) -> None:
    """Notes these completions; one that is there already stays: the unique key decides between two at once."""
    Completion.objects.bulk_create(
        [
            Completion(
                learner_id=one.key[0],
                training_id=one.key[1],
                happened_at=one.happened_at,
                recorded_at=now,
                source=Source.PLATFORM,
                epoch=one.epoch,
            )
            for one in completed
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def remember_passing(seen: Mapping[tuple[int, str, int], datetime]) -> None:
    """Keeps by (learner id, course key, epoch) when passing was first seen; what is kept already stays."""
    GradeSeen.objects.bulk_create(
        [
            GradeSeen(learner_id=learner_id, course_key=course_key, epoch=epoch, seen_at=seen_at)
            for (learner_id, course_key, epoch), seen_at in seen.items()
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
