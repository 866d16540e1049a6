"""Storing trainings: courses that become some, what modules and paths are made of, and who has to be looked at then."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from organizations.models import Organization

from ..data import Course, TrainingKind
from ..models import Assignment, ModuleBlock, Progress, Training, TrainingPart, TrainingShare
from ..queries import trainings
from ..queries.tracking import forget_tracked_courses
from . import audit, work

CHUNK = 5000
"""Looks that are noted at a time."""

NEW_TRAINING = "new training"


def course_training(course: Course, owner: Organization | None, *, actor: Any = None, now: datetime) -> Training:
    """The training of this course, made when it is none yet."""
    return course_trainings([course], {course.key: owner.id} if owner else {}, actor=actor, now=now)[course.key]


def course_trainings(
    courses: Collection[Course], owners: Mapping[str, int], *, actor: Any = None, now: datetime
) -> dict[str, Training]:
    """The training of each course by its key, made where there is none yet: of two at once both get the same.

    Those who make new ones take turns, because rows that go into one unique index at once deadlock on MySQL.

    `owners` holds the ids of the organizations to which the platform says that the courses belong. What a course is,
    what it is called and whose it is, is the platform's to say: it is brought up to date here.
    """
    names = {course.key: course.name[:255] for course in courses}
    found = trainings.course_trainings(names)
    missing = sorted(key for key in names if key not in found)
    if missing:
        work.lock_name(NEW_TRAINING, now=now)
        rows = [
            Training(
                uuid=uuid.uuid4(),
                kind=TrainingKind.COURSE,
                key=key,
                name=names[key],
                organization_id=owners.get(key),
                criterion=trainings.usual_criterion(TrainingKind.COURSE),
                created_at=now,
            )
            for key in missing
        ]
        Training.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        found |= trainings.course_trainings(missing)
        made = [found[row.key] for row in rows if row.key in found and found[row.key].uuid == row.uuid]
        note(made, "training_added", actor=actor, now=now)
        begin_to_track([row.key for row in made], now=now)
    moved = [row for key, row in found.items() if row.organization_id != owners.get(key)]
    for row in moved:
        row.organization_id = owners.get(row.key)
    if moved:
        Training.objects.bulk_update(moved, ["organization"], batch_size=500)
    return found


def note(
    rows: Iterable[Training],
    act: str,
    *,
    actor: Any,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Writes into the audit trail what was done to these trainings."""
    audit.append(
        audit.entry(
            act,
            now=now,
            actor=actor,
            training_id=row.id,
            organization_id=row.organization_id,
            before=before,
            after={"kind": row.kind, "key": row.key, "name": row.name} if after is None else after,
        )
        for row in rows
    )


def write_blocks(module: Training, blocks: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Makes these (course key, block key) the module's content, in this order."""
    ModuleBlock.objects.filter(module=module).delete()
    ModuleBlock.objects.bulk_create(
        [
            ModuleBlock(module=module, course_key=course_key, block_key=block_key, position=position)
            for position, (course_key, block_key) in enumerate(blocks)
        ],
        batch_size=500,
    )
    begin_to_track({course_key for course_key, _key in blocks}, now=now)


def write_parts(path: Training, parts: Sequence[tuple[Training, bool]], *, now: datetime) -> None:
    """Makes these (course, required) the path's content, in this order."""
    TrainingPart.objects.filter(path=path).delete()
    TrainingPart.objects.bulk_create(
        [
            TrainingPart(path=path, course=course, required=required, position=position)
            for position, (course, required) in enumerate(parts)
        ],
        batch_size=500,
    )
    begin_to_track({course.key for course, required in parts if required and not course.offline}, now=now)


def write_shares(training: Training, organizations: Collection[Organization]) -> None:
    """Makes these the organizations with which the training is shared."""
    TrainingShare.objects.filter(training=training).delete()
    TrainingShare.objects.bulk_create(
        [TrainingShare(training=training, organization=organization) for organization in organizations], batch_size=500
    )


def look_at_everybody_in(training: Training, *, now: datetime) -> None:
    """Notes a look for everybody to whom the training is assigned now, or who has progress in it."""
    key = trainings.look_keys([training.id])[training.id]
    obliged = Assignment.objects.filter(training=training, open=True).values_list("learner_id", flat=True)
    begun = Progress.objects.filter(training=training).values_list("learner_id", flat=True)
    learners = iter(sorted({*obliged, *begun}))
    while chunk := list(islice(learners, CHUNK)):
        work.add_look_agains([(learner_id, key) for learner_id in chunk], now=now)


def begin_to_track(course_keys: Collection[str], *, now: datetime) -> None:
    """Has everybody looked at who did something in these courses before, and what they will do noticed."""
    if course_keys:
        work.ask_backfill(course_keys, now=now)
        forget_tracked_courses()
        transaction.on_commit(forget_tracked_courses, robust=True)
