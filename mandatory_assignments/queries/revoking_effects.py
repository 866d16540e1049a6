"""What revoking would do, counted by kind before it is done: the same reading of the present that the act has."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ..data import ProgressState, Shape, TrainingKind
from ..host import lms
from ..models import Cycle, Progress, Training, TrainingPart
from ..rules import deadlines, holding
from . import changing, clearing, policies, revoking, trainings
from .evidence import Key

CHUNK = 500
"""(learner, training) keys that are looked at at once."""

MOST_NAMED = 10
"""Of the assignments that open again, and of those that do not, so many are named."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """An assignment that opens again, with the due date that it will have."""

    cycle: Cycle
    due_on: date


@dataclass
class Effects:
    """How many completions, rows in progress and people revoking concerns, and everything that follows from it.

    `empty` counts rows with nothing to revoke. `reopening` and `staying` are the first of so many assignments; the
    learners of those that open are told. Of what lies around `losing` counts by kind what is in progress and loses,
    `keeping` what is completed and stays. `blocks` are finished blocks that are cleared if they are to be done again.
    """

    completions: int = 0
    in_progress: int = 0
    empty: int = 0
    people: int = 0
    reopening: list[Reopened] = field(default_factory=list)
    reopening_count: int = 0
    staying: list[Cycle] = field(default_factory=list)
    staying_count: int = 0
    told: int = 0
    losing: Counter[str] = field(default_factory=Counter)
    keeping: Counter[str] = field(default_factory=Counter)
    blocks: int = 0


def effects(keys: Collection[Key], *, now: datetime) -> Effects:
    """The effects of revoking all of these, in as many queries for each chunk of them."""
    found, own = Effects(), sorted(set(keys))
    told: set[int] = set()
    for begin in range(0, len(own), CHUNK):
        told |= _add(found, own[begin : begin + CHUNK], set(own), now)
    found.people, found.told = len({key[0] for key in own}), len(told)
    return found


def _add(found: Effects, keys: Sequence[Key], every: Collection[Key], now: datetime) -> set[int]:
    """Adds what a chunk means; the ids of the learners who are told."""
    present = revoking.revocable(keys)
    opened: list[Cycle] = []
    worth = [key for key in keys if present.holds(key)]
    found.empty += len(keys) - len(worth)
    for key in worth:
        completed = bool(present.completions.get(key))
        found.completions += completed
        found.in_progress += not completed
        opens, stays = present.reopened(key)
        opened += opens
        found.staying_count += len(stays)
        found.staying += stays[: max(MOST_NAMED - len(found.staying), 0)]
    found.reopening_count += len(opened)
    found.reopening += _with_due_days(opened[: max(MOST_NAMED - len(found.reopening), 0)], now)
    _add_around(found, worth, every)
    found.blocks += _blocks(worth, now)
    return {cycle.learner_id for cycle in opened}


def _with_due_days(cycles: Sequence[Cycle], now: datetime) -> list[Reopened]:
    """The due day of each once it is open again: at least the minimum lead ahead, and after the return from absence."""
    if not cycles:
        return []
    leads = policies.policies({cycle.organization_id for cycle in cycles})
    away = changing.absences_during(cycles)
    found = []
    for cycle in cycles:
        lead = leads[cycle.organization_id].min_lead_days
        due_on = max(cycle.due_on, deadlines.first_due_on(now, cycle.zone, lead))
        absence = away.get((cycle.organization_id, cycle.learner_id))
        if absence and deadlines.local_day(now, cycle.zone) <= absence.until_on:
            begins_at = holding.covered(absence.from_on, absence.until_on, cycle.zone)[0]
            if deadlines.end_of_day(due_on, cycle.zone) >= begins_at:
                due_on = holding.due_after_absence(due_on, absence.from_on, absence.until_on, lead, foreseen=True)
        found.append(Reopened(cycle, due_on))
    return found


def _add_around(found: Effects, keys: Sequence[Key], every: Collection[Key]) -> None:
    """Counts what is around: the courses in which a module appears, and the paths that require these or a course."""
    around = _around({training_id for _, training_id in keys})
    concerned = {(learner_id, id) for learner_id, training_id in keys for id in around.get(training_id, ())}
    concerned -= set(every)
    rows = Progress.objects.filter(
        learner_id__in={key[0] for key in concerned}, training_id__in={key[1] for key in concerned}, state__gt=""
    )
    for learner_id, training_id, kind, state in rows.values_list("learner_id", "training_id", "kind", "state"):
        if (learner_id, training_id) in concerned:
            (found.keeping if state == ProgressState.COMPLETED else found.losing)[kind] += 1


def _around(training_ids: Collection[int]) -> dict[int, set[int]]:
    """By training the ids of the courses and paths that a revocation of it reaches: four queries."""
    shapes = trainings.shapes(training_ids)
    modules = {id: shape for id, shape in shapes.items() if shape.kind == TrainingKind.MODULE}
    keys = {key for shape in modules.values() for key in shape.course_keys}
    courses = dict(Training.objects.filter(kind=TrainingKind.COURSE, key__in=keys).values_list("key", "id"))

    def own(shape: Shape) -> set[int]:
        if shape.kind == TrainingKind.MODULE:
            return {courses[key] for key in shape.course_keys if key in courses}
        return {shape.id} if shape.kind == TrainingKind.COURSE else set()

    inside = {id: own(shape) for id, shape in shapes.items()}
    parts = TrainingPart.objects.filter(course_id__in=set().union(*inside.values()), required=True)
    paths: dict[int, set[int]] = {}
    for course_id, path_id in parts.values_list("course_id", "path_id"):
        paths.setdefault(course_id, set()).add(path_id)
    return {
        id: (found | set().union(*(paths.get(course_id, set()) for course_id in found))) - {id}
        for id, found in inside.items()
    }


def _blocks(keys: Sequence[Key], now: datetime) -> int:
    """How many finished blocks of these the platform's table holds: one query beside those for the trainings."""
    grounds = clearing.grounds({training_id for _, training_id in keys})
    course_keys = sorted({key for ground in grounds.values() for key in ground.course_keys})
    own: dict[int, list[clearing.Ground]] = {}
    for learner_id, training_id in keys:
        if training_id in grounds:
            own.setdefault(learner_id, []).append(grounds[training_id])
    rows = lms.completion_rows(own, course_keys) if course_keys else []
    return sum(
        row.recorded_at <= now
        and any(row.course_key in ground.course_keys and ground.holds(row) for ground in own[row.learner_id])
        for row in rows
    )
