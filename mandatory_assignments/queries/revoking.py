"""What revoking somebody's progress in a training concerns, and what undoing it would give back."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from ..data import FloorCause, Scope, Status
from ..host import lms
from ..models import Assignment, Completion, Cycle, EvidenceFloor, Progress, Reopening
from . import assignments, clearing, evidence, reach
from .evidence import Key


@dataclass(frozen=True, slots=True)
class Revocable:
    """By (learner, training): live completions, progress, and the cycles completed, the latest first.

    `busy` holds the (learner, training, organization) with an open cycle, `alive` maps those with an assignment that is
    open, were it between two cycles, to its id; `past` are the ids of completed cycles that another round followed.
    """

    completions: dict[Key, list[Completion]]
    progress: dict[Key, Progress]
    cycles: dict[Key, list[Cycle]]
    busy: set[tuple[int, int, int]]
    alive: dict[tuple[int, int, int], int]
    past: set[int]

    def holds(self, key: Key) -> bool:
        """Whether there is anything to revoke."""
        row = self.progress.get(key)
        return bool(self.completions.get(key)) or (row is not None and row.started_at is not None)

    def reopened(self, key: Key) -> tuple[list[Cycle], list[Cycle]]:
        """The completed cycles that revoking opens again, the latest of each organization, and those that it does not.

        A round that another one followed is history: it stays closed, and only the latest of a series is told of.
        """
        gone = {row.id for row in self.completions.get(key, ())}
        busy = set(self.busy)
        opened: list[Cycle] = []
        left: list[Cycle] = []
        known: set[int] = set()
        for cycle in self.cycles.get(key, ()):
            if cycle.fulfilled_by_id in gone and cycle.assignment_id not in known:
                known.add(cycle.assignment_id)
                owner = (*key, cycle.organization_id)
                other = self.alive.get(owner, cycle.assignment_id) != cycle.assignment_id
                stays = other or owner in busy or cycle.id in self.past
                (left if stays else opened).append(cycle)
                busy.add(owner)
        return opened, left


def revocable(keys: Collection[Key]) -> Revocable:
    """What there is to revoke for these keys, in seven queries."""
    learner_ids, training_ids = {key[0] for key in keys}, {key[1] for key in keys}
    cycles: dict[Key, list[Cycle]] = {}
    completed = Cycle.objects.filter(
        closed_as=Status.COMPLETED, learner_id__in=learner_ids, training_id__in=training_ids
    ).select_related("assignment", "fulfilled_by")
    for cycle in assignments.with_enrollments(completed).order_by("-closed_at", "-id"):
        cycles.setdefault((cycle.learner_id, cycle.training_id), []).append(cycle)
    later = Cycle.objects.filter(assignment=OuterRef("assignment"), number__gt=OuterRef("number"))
    concerned = {"learner_id__in": learner_ids, "training_id__in": training_ids, "open": True}
    owner = ("learner_id", "training_id", "organization_id")
    return Revocable(
        evidence.live_completions(learner_ids, training_ids),
        evidence.stored_progress(keys),
        cycles,
        set(Cycle.objects.filter(**concerned).values_list(*owner)),
        {(row[0], row[1], row[2]): row[3] for row in Assignment.objects.filter(**concerned).values_list(*owner, "id")},
        set(completed.filter(Exists(later)).values_list("id", flat=True)),
    )


def revocation(floor_uuid: uuid.UUID) -> EvidenceFloor | None:
    """The floor that a revocation set."""
    return EvidenceFloor.objects.filter(uuid=floor_uuid, cause=FloorCause.REVOKED).first()


def latest(scope: Scope, keys: Collection[Key]) -> dict[Key, uuid.UUID | None]:
    """By each key on which this scope may act the revocation in force that came last; None where there is none."""
    found: dict[Key, uuid.UUID | None] = dict.fromkeys(sorted(reach.visible_keys(scope, keys)))
    rows = EvidenceFloor.objects.filter(
        learner_id__in={key[0] for key in keys},
        training_id__in={key[1] for key in keys},
        cause=FloorCause.REVOKED,
        lifted_at=None,
    )
    for learner_id, training_id, floor_uuid in rows.order_by("id").values_list("learner_id", "training_id", "uuid"):
        if (learner_id, training_id) in found:
            found[learner_id, training_id] = floor_uuid
    return found


def is_stuck(cycle: Cycle) -> bool:
    """Whether its learner cannot do the training again: finished blocks of before a revocation were not cleared."""
    key = {"learner_id": cycle.learner_id, "training_id": cycle.training_id}
    floor = EvidenceFloor.objects.filter(cause=FloorCause.REVOKED, lifted_at=None, **key).order_by("id").last()
    if floor is None:
        return False
    ground = clearing.grounds([cycle.training_id])[cycle.training_id]
    rows = lms.completion_rows([cycle.learner_id], ground.course_keys)
    return any(row.recorded_at <= floor.since and ground.holds(row) for row in rows)


def seen(scope: Scope, floor_uuid: uuid.UUID) -> EvidenceFloor | None:
    """The floor of a revocation on which this scope may act, with names."""
    rows = EvidenceFloor.objects.filter(uuid=floor_uuid, cause=FloorCause.REVOKED)
    floor = rows.select_related("learner", "training", "set_by").first()
    return floor if floor and reach.visible_keys(scope, [(floor.learner_id, floor.training_id)]) else None


def reopened_by(floor_uuids: Collection[uuid.UUID]) -> list[Cycle]:
    """The cycles that these revocations opened and that are open by them still, with names."""
    rows = Reopening.objects.filter(floor__uuid__in=floor_uuids, ended_at=None).order_by("id")
    named = rows.select_related("cycle__assignment", "cycle__training", "cycle__learner", "cycle__organization")
    return [row.cycle for row in named]


def reopenings(floor: EvidenceFloor) -> list[Reopening]:
    """The cycles that this revocation opened and that have not been closed by its undoing."""
    rows = Reopening.objects.filter(floor=floor, ended_at=None).order_by("id")
    return list(rows.select_related("cycle__assignment", "completion"))


def undoable(scope: Scope, floor_uuids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the revocations that this scope may still undo, in as many queries for one as for all."""
    floors = {
        floor.id: floor
        for floor in EvidenceFloor.objects.filter(uuid__in=floor_uuids, cause=FloorCause.REVOKED, lifted_at=None)
    }
    if not floors or not scope.assigns:
        return set()
    keys = {(floor.learner_id, floor.training_id) for floor in floors.values()}
    visible = reach.visible_keys(scope, keys)
    same = {"learner_id__in": {key[0] for key in keys}, "training_id__in": {key[1] for key in keys}}
    newest: dict[Key, int] = defaultdict(int)
    rows = EvidenceFloor.objects.filter(lifted_at=None, **same).values_list("learner_id", "training_id", "id")
    for learner_id, training_id, id in rows:
        newest[learner_id, training_id] = max(newest[learner_id, training_id], id)
    added: dict[Key, int] = defaultdict(int)
    epochs = Completion.objects.filter(epoch__gt=0, **same).values_list("learner_id", "training_id", "epoch")
    for learner_id, training_id, epoch in epochs:
        added[learner_id, training_id] = max(added[learner_id, training_id], epoch)
    opened = Reopening.objects.filter(floor__in=floors, ended_at=None)
    closed_since = set(opened.exclude(cycle__open=True).values_list("floor_id", flat=True))
    return {
        floor.uuid
        for floor in floors.values()
        if (key := (floor.learner_id, floor.training_id)) in visible
        and newest[key] == floor.id
        and added[key] < floor.id
        and floor.id not in closed_since
    }


def is_outdated(floor: EvidenceFloor, opened: Collection[Reopening]) -> bool:
    """Whether anything newer happened for this person and training, so that undoing would rewrite it."""
    key = {"learner_id": floor.learner_id, "training_id": floor.training_id}
    newer = EvidenceFloor.objects.filter(id__gt=floor.id, lifted_at=None, **key)
    added = Completion.objects.filter(epoch__gte=floor.id, **key)
    return not all(row.cycle.open for row in opened) or newer.exists() or added.exists()
