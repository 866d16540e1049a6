"""Adding completions and rewriting progress, each in sets."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from ..data import Count, Source
from ..models import Completion, Progress
from ..queries import evidence
from ..queries.evidence import Key
from ..rules import counting

PROGRESS_COLUMNS = ["units_done", "units_total", "percent", "started_at", "last_activity_at"]


def write_progress(counts: Mapping[Key, Count], stored: Mapping[Key, Progress]) -> list[Key]:
    """Brings the stored progress to these counts; the keys whose row was made or changed."""
    made: list[Progress] = []
    changed: list[Progress] = []
    for (learner_id, training_id), counted in counts.items():
        row = stored.get((learner_id, training_id)) or Progress(learner_id=learner_id, training_id=training_id)
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


def add_platform_completions(happened: Mapping[Key, datetime], *, now: datetime) -> dict[Key, Completion]:
    """Notes these completions and gives the live platform completion of each key; one that is there already stays.

    The unique key decides between two that come at once.
    """
    rows = [
        Completion(
            uuid=uuid.uuid4(),
            learner_id=learner_id,
            training_id=training_id,
            happened_at=happened_at,
            recorded_at=now,
            source=Source.PLATFORM,
        )
        for (learner_id, training_id), happened_at in happened.items()
    ]
    Completion.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return evidence.live_completions(happened)
