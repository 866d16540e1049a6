"""Adding completions and what was seen of passing, and rewriting progress, each in sets."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..data import Count, ProgressState, Source, TrainingKind
from ..models import Completion, GradeSeen, Progress
from ..queries.evidence import Key
from ..rules import counting

PROGRESS = uuid.UUID("5f0f3c3e-9a5b-4b0e-8f0c-6d1c1f0a7b42")
"""The namespace in which a progress row is named by its learner and training."""

COUNTED = ("units_done", "units_total", "percent", "started_at", "last_activity_at")


@dataclass(frozen=True, slots=True)
class Completed:
    """That a learner's evidence completed a training, and when; `epoch` is the floor in force, 0 when none."""

    key: Key
    happened_at: datetime
    epoch: int


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one learner in one training: what was counted, None where nobody can tell now, and the
    completion in force.
    """

    kind: TrainingKind
    count: Count | None
    completion: Completion | None

    def columns(self, row: Progress | None) -> dict[str, object]:
        """The columns of the progress row; what cannot be counted stays as the row has it."""
        told: dict[str, object] = {name: getattr(row, name) if row else None for name in COUNTED}
        if row is None:
            told |= {"units_done": 0, "units_total": 0}
        if counted := self.count:
            told |= {
                "units_done": counted.units_done,
                "units_total": counted.units_total,
                "percent": counting.percent(counted.units_done, counted.units_total),
                "started_at": counted.started_at,
                "last_activity_at": counted.last_activity_at,
            }
        one = self.completion
        begun = ProgressState.IN_PROGRESS if told["started_at"] else ""
        instants = (one and one.happened_at, told["last_activity_at"], told["started_at"])
        return told | {
            "kind": self.kind,
            "state": ProgressState.COMPLETED if one else begun,
            "completed_at": one and one.happened_at,
            "completed_on": one and one.happened_on,
            "source": one.source if one else "",
            "recent_at": max((instant for instant in instants if isinstance(instant, datetime)), default=None),
        }


def differing(found: Mapping[Key, Found], stored: Mapping[Key, Progress]) -> list[Key]:
    """The keys whose progress is not stored as it is found. Whoever has not begun needs no row."""

    def differs(one: Found, row: Progress | None) -> bool:
        columns = one.columns(row)
        if row is None:
            return bool(columns["state"])
        return any(getattr(row, name) != value for name, value in columns.items())

    return [key for key, one in found.items() if differs(one, stored.get(key))]


def write_progress(found: Mapping[Key, Found], stored: Mapping[Key, Progress]) -> list[Key]:
    """Brings the stored progress to what is found; the keys whose row was made or changed.

    Whoever has not begun gets no row: one is made with the first thing done. Its uuid follows from its key, so that a
    row that was lost comes back as the same.
    """
    made: list[Progress] = []
    changed: list[Progress] = []
    touched: set[str] = set()
    for key in (keys := differing(found, stored)):
        columns, row = found[key].columns(stored.get(key)), stored.get(key)
        if row is None:
            row = Progress(uuid=uuid.uuid5(PROGRESS, f"{key[0]}:{key[1]}"), learner_id=key[0], training_id=key[1])
            made.append(row)
        else:
            changed.append(row)
            touched |= {name for name, value in columns.items() if getattr(row, name) != value}
        for name, value in columns.items():
            setattr(row, name, value)
    Progress.objects.bulk_create(made, batch_size=500)
    if changed:
        Progress.objects.bulk_update(changed, sorted(touched), batch_size=100)
    return keys


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
