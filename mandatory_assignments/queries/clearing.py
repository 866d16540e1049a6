"""Which rows of the platform's completion table a floor on a training concerns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ..data import FinishedBlock, Shape, TrainingKind
from ..host import lms
from ..rules import counting
from . import trainings


class Unreadable(Exception):
    """A module's course cannot be read, so nobody knows which blocks it holds."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The blocks a training is judged from: all of its courses, or of a module those of its units."""

    training_id: int
    course_keys: tuple[str, ...]
    block_keys: frozenset[str] | None = None
    unreadable: tuple[str, ...] = ()

    def holds(self, row: FinishedBlock) -> bool:
        """Whether the row belongs to the training."""
        return self.block_keys is None or row.block_key in self.block_keys


def grounds(training_ids: Collection[int]) -> dict[int, Ground]:
    """The ground of each training; an offline one has none, that is no courses."""
    shapes = trainings.shapes(training_ids)
    modules = [shape for shape in shapes.values() if shape.kind == TrainingKind.MODULE]
    outlines = lms.outlines(sorted({key for shape in modules for key in shape.course_keys}))

    def ground(shape: Shape) -> Ground:
        if shape.kind != TrainingKind.MODULE:
            return Ground(shape.id, shape.course_keys)
        readable = [outlines[key] for key in shape.course_keys if key in outlines]
        units = [unit for outline in readable for unit in counting.named_units(outline, shape.block_keys)]
        return Ground(
            shape.id,
            shape.course_keys,
            frozenset(block.key for unit in units for block in unit.blocks),
            tuple(key for key in shape.course_keys if key not in outlines),
        )

    return {shape.id: ground(shape) for shape in shapes.values()}


def finished_rows(learner_ids: Collection[int], ground: Ground, until: datetime) -> list[FinishedBlock]:
    """The rows of these learners that a floor at `until` makes worthless: one query. Raises Unreadable."""
    if ground.unreadable:
        raise Unreadable(", ".join(ground.unreadable))
    if not ground.course_keys:
        return []
    rows = lms.completion_rows(learner_ids, ground.course_keys)
    return [row for row in rows if row.recorded_at <= until and ground.holds(row)]
