"""Whom a rebuild looks at: everybody who has anything stored of a training, or did anything in its courses."""

from collections.abc import Collection, Iterator

from ..data import Shape, Status
from ..host import lms
from ..models import Completion, Cycle, Progress, Training
from . import trainings

TRAININGS = 100
"""Trainings whose shapes are held at a time."""


def every_shape() -> Iterator[Shape]:
    """The shape of every training, archived ones too, by id."""
    last = 0
    while ids := list(Training.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:TRAININGS]):
        last = ids[-1]
        found = trainings.shapes(ids)
        yield from (found[training_id] for training_id in ids)


def learners_of(shape: Shape, after_learner_id: int, limit: int) -> list[int]:
    """The next people by id: with progress, a live completion or a cycle in the training, or work in its courses."""
    found: set[int] = set()
    for rows in (
        Progress.objects.filter(training_id=shape.id),
        Completion.objects.filter(training_id=shape.id, live=True),
        Cycle.objects.filter(training_id=shape.id),
    ):
        ids = rows.filter(learner_id__gt=after_learner_id).order_by("learner_id").values_list("learner_id", flat=True)
        found |= set(ids.distinct()[:limit])
    for course_key in shape.course_keys:
        found |= set(lms.learners_with_completions(course_key, after_learner_id, limit))
    return sorted(found)[:limit]


def completed_cycles(learner_ids: Collection[int], training_id: int) -> list[tuple[Cycle, bool]]:
    """The completed cycles of these people, with what fulfilled each, and whether its organization has a newer one."""
    rows = Cycle.objects.filter(learner_id__in=learner_ids, training_id=training_id).select_related("fulfilled_by")
    latest: dict[tuple[int, int], int] = {}
    found = []
    for row in rows.order_by("-id"):
        newest = latest.setdefault((row.learner_id, row.organization_id), row.id)
        if row.closed_as == Status.COMPLETED:
            found.append((row, newest != row.id))
    return found
