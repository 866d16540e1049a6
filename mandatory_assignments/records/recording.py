"""Storing that people completed something on some day, telling the audit trail, and having them looked at again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from ..data import Floor, Source
from ..models import AuditEntry, Completion, Training
from ..queries import trainings
from ..rules import deadlines
from ..rules import evidence as rules
from . import audit, work
from .storing import many


def completion(
    training: Training,
    learner_id: int,
    day: date,
    *,
    zone: str,
    floors: Collection[Floor],
    source: Source,
    reference: str,
    actor: Any,
    now: datetime,
) -> Completion:
    """The fact, not yet stored: as an instant the end of that day where the learner is, at most now."""
    return Completion(
        learner_id=learner_id,
        training_id=training.id,
        happened_at=min(deadlines.end_of_day(day, zone), now).astimezone(UTC),
        happened_on=day,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
        source=source,
        reference=reference,
        epoch=rules.epoch(rules.floors_of_progress(floors, training.id)),
        day_key=day.isoformat(),
    )


def store(completions: Sequence[Completion]) -> list[Completion]:
    """Adds them and gives back those that were not there, now with an id: the unique key decides."""
    many(Completion).bulk_create(completions, batch_size=1000, ignore_conflicts=True)
    by_uuid = {one.uuid: one for one in completions}
    made = []
    for uuid, row_id in Completion.objects.filter(uuid__in=by_uuid).order_by("id").values_list("uuid", "id"):
        by_uuid[uuid].id = row_id
        made.append(by_uuid[uuid])
    return made


def note(
    made: Iterable[Completion], *, actor: Any, where: Mapping[int, Mapping[str, Any]] | None = None, now: datetime
) -> None:
    """Tells the audit trail; `where` holds by completion id the file and line that it came from."""
    places = where or {}
    audit.append(_entry(one, actor, places.get(one.id, {}), now) for one in made)


def _entry(one: Completion, actor: Any, place: Mapping[str, Any], now: datetime) -> AuditEntry:
    told = {"completed_on": one.day_key, "source": str(one.source), "completion": str(one.uuid), **place}
    return audit.entry(
        "recorded",
        now=now,
        actor=actor,
        learner_id=one.learner_id,
        training_id=one.training_id,
        why="" if place else one.reference,
        after=told,
    )


def look_around(made: Collection[Completion], *, now: datetime) -> None:
    """Has everything looked at again that these completions may be part of, and what they complete themselves."""
    around = trainings.around_keys({one.training_id for one in made})
    work.add_look_agains(sorted({(one.learner_id, key) for one in made for key in around[one.training_id]}), now=now)
