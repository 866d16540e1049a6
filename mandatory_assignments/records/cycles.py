"""Opening a cycle, showing its learner's progress, closing it as completed: the rows and the read columns together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from .. import data
from ..models import Assignment, AuditEntry, Completion, Cycle, Deadline, Progress
from ..queries.tracking import forget_assigned_courses
from ..rules import counting
from ..rules import deadlines as rules
from . import audit, deadlines, series
from .storing import many

READ_COLUMNS = ["percent", "units_done", "units_total", "attention", "reopened", "regraded", "frozen_at"]
CLOSING_COLUMNS = [
    "open",
    "closed_as",
    "closed_at",
    "fulfilled_by",
    "completed_at",
    "completed_on",
    "next_reminder_at",
]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a first cycle needs to know beside its assignment."""

    assignment: Assignment
    deadline: data.Deadline
    sort_name: str
    progress: Progress | None


def open_first_cycles(
    openings: Sequence[Opening], repeat: data.Repeat | None, *, actor: Any, now: datetime
) -> list[Cycle]:
    """Stores the assignments, then their first cycles with the first deadline; one INSERT a table and chunk."""
    for opening in openings:
        series.set_repeat(opening.assignment, repeat, opening.deadline.due_on)
    many(Assignment).bulk_create([opening.assignment for opening in openings], batch_size=500)
    ids = dict(
        Assignment.objects.filter(uuid__in=[opening.assignment.uuid for opening in openings]).values_list("uuid", "id")
    )
    cycles = []
    for opening in openings:
        opening.assignment.id = ids[opening.assignment.uuid]
        cycles.append(first_cycle(opening, now))
    many(Cycle).bulk_create(cycles, batch_size=500)
    cycle_ids = dict(Cycle.objects.filter(uuid__in=[cycle.uuid for cycle in cycles]).values_list("uuid", "id"))
    for cycle in cycles:
        cycle.id = cycle_ids[cycle.uuid]
    many(Deadline).bulk_create([deadlines.row(cycle, actor=actor, now=now) for cycle in cycles], batch_size=500)
    transaction.on_commit(forget_assigned_courses, robust=True)
    return cycles


def first_cycle(opening: Opening, now: datetime) -> Cycle:
    """The first cycle of the assignment, not stored yet."""
    assignment, deadline = opening.assignment, opening.deadline
    cycle = Cycle(
        assignment=assignment,
        opens_at=now,
        due_on=deadline.due_on,
        zone=deadline.zone,
        due_at=deadline.due_at,
        organization_id=assignment.organization_id,
        training_id=assignment.training_id,
        learner_id=assignment.learner_id,
        assigned_at=now,
        next_reminder_at=now,
        sort_name=opening.sort_name[:255],
    )
    deadlines.cut_off(cycle)
    if opening.progress:
        show(cycle, opening.progress.units_done, opening.progress.units_total)
    return cycle


def next_cycle(present: Cycle, number: int, deadline: data.Deadline, *, now: datetime) -> Cycle:
    """Another cycle of the same assignment, not stored yet, of which nothing is done."""
    cycle = Cycle(
        assignment=present.assignment,
        number=number,
        opens_at=now,
        due_on=deadline.due_on,
        zone=deadline.zone,
        due_at=deadline.due_at,
        organization_id=present.organization_id,
        training_id=present.training_id,
        learner_id=present.learner_id,
        assigned_at=now,
        next_reminder_at=now,
        sort_name=present.sort_name,
    )
    show(cycle, 0, present.units_total)
    deadlines.cut_off(cycle)
    return cycle


def open_later_cycles(rounds: Sequence[Cycle], *, now: datetime) -> None:
    """Stores cycles of one assignment that `next_cycle` made, each with its first deadline; three statements."""
    Cycle.objects.bulk_create(rounds)
    ids = dict(Cycle.objects.filter(uuid__in=[cycle.uuid for cycle in rounds]).values_list("uuid", "id"))
    for cycle in rounds:
        cycle.id = ids[cycle.uuid]
    Deadline.objects.bulk_create([deadlines.row(cycle, actor=None, now=now) for cycle in rounds])


def show(cycle: Cycle, units_done: int, units_total: int) -> None:
    """Sets the cycle's progress columns; the caller saves."""
    cycle.units_done, cycle.units_total = units_done, units_total
    cycle.percent = counting.percent(units_done, units_total)


def fulfil(cycle: Cycle, completion: Completion, *, now: datetime) -> None:
    """Closes the cycle as completed by this completion; the caller saves, which closes the assignment too."""
    cycle.open, cycle.closed_as, cycle.closed_at = None, data.Status.COMPLETED, now
    cycle.fulfilled_by, cycle.completed_at, cycle.attention = completion, completion.happened_at, ""
    cycle.completed_on = completion.happened_on or rules.local_day(completion.happened_at, cycle.zone)
    cycle.reopened, cycle.regraded, cycle.next_reminder_at = False, False, None


def close(cycle: Cycle, closed_as: data.Status, *, now: datetime) -> None:
    """Closes an open cycle that nothing fulfilled, as withdrawn or missed; the caller saves."""
    cycle.open, cycle.closed_as, cycle.closed_at = None, closed_as, now
    cycle.attention, cycle.next_reminder_at = "", None


def fulfilled_entry(cycle: Cycle, completion: Completion, *, now: datetime) -> AuditEntry:
    """The audit entry for a cycle that was fulfilled."""
    after = {
        "happened_at": completion.happened_at.isoformat(),
        "source": completion.source,
        "completion": str(completion.uuid),
    }
    return audit.entry("completed", now=now, assignment=cycle.assignment, after=after)


def save(cycles: Sequence[Cycle]) -> None:
    """Writes progress and closing columns of cycles that changed, and closes the assignments whose cycle closed.

    An assignment that comes again stays open between two cycles.
    """
    Cycle.objects.bulk_update(cycles, [*READ_COLUMNS, *CLOSING_COLUMNS], batch_size=100)
    ended = [cycle.assignment_id for cycle in cycles if not (cycle.open or series.lives(cycle.assignment))]
    if ended:
        Assignment.objects.filter(id__in=ended, open=True).update(open=None)
