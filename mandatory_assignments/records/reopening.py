"""Opening a completed cycle again because its completion was revoked, and closing it again when that is undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .. import data
from ..models import Assignment, AuditEntry, Cycle, Deadline, EvidenceFloor, Reopening
from ..queries import assignments, policies
from ..rules import deadlines, enrolling
from . import cycles as strokes
from . import deadlines as due
from . import holding, series

COLUMNS = [*strokes.READ_COLUMNS, *strokes.CLOSING_COLUMNS, *due.COLUMNS, *holding.PAUSED_COLUMNS]


def reopen(cycles: Sequence[Cycle], floor: EvidenceFloor, *, actor: Any, now: datetime) -> list[AuditEntry]:
    """Opens these completed cycles and their assignments; whoever has less than the minimum lead gets it.

    Whoever is away now gets it after the return, and what the audit has to tell of that comes back; of an absence that
    came and went meanwhile nothing is left.

    Each cycle comes with `fulfilled_by` and its assignment's enrolments.
    """
    Reopening.objects.bulk_create(
        [
            Reopening(
                cycle=cycle,
                floor=floor,
                completion=cycle.fulfilled_by,
                closed_at=cycle.closed_at or now,
                units_done=cycle.units_done,
                units_total=cycle.units_total,
                deadline_version=cycle.deadline_version,
                reopened_at=now,
            )
            for cycle in cycles
        ]
    )
    leads = policies.policies({cycle.organization_id for cycle in cycles})
    versions = []
    for cycle in cycles:
        cycle.open, cycle.closed_as, cycle.closed_at = True, "", None
        cycle.fulfilled_by = cycle.completed_at = cycle.completed_on = None
        cycle.paused_from_at = cycle.paused_until_at = None
        cycle.reopened, cycle.regraded = True, False
        cycle.attention = _attention(cycle)
        cycle.assignment.open, cycle.next_reminder_at = True, now
        first = deadlines.first_due_on(now, cycle.zone, leads[cycle.organization_id].min_lead_days)
        if cycle.due_on < first:
            versions.append(due.move(cycle, deadlines.deadline(first, cycle.zone), actor=actor, now=now))
    Deadline.objects.bulk_create(versions)
    Assignment.objects.filter(id__in=[cycle.assignment_id for cycle in cycles]).update(open=True)
    Cycle.objects.bulk_update(cycles, COLUMNS, batch_size=100)
    min_leads = {id: policy.min_lead_days for id, policy in leads.items()}
    away = holding.pause_absent(cycles, min_leads=min_leads, actor=actor, now=now)
    series.save(cycles)
    return away


def close_again(reopenings: Sequence[Reopening], *, actor: Any, now: datetime) -> None:
    """Ends these reopenings: each cycle is completed by the same completion, in the same state as before.

    Each comes with its cycle and completion. The deadline of then is a version of its own, for every deadline that was
    ever in force stays known.
    """
    versions, cycles = [], []
    for reopening in reopenings:
        cycle = reopening.cycle
        rows = Deadline.objects.filter(cycle=cycle, version=reopening.deadline_version).order_by("-revision")
        old = rows[0]
        if (cycle.due_on, cycle.zone) != (old.due_on, old.zone):
            versions.append(due.move(cycle, data.Deadline(old.due_on, old.zone, old.due_at), actor=actor, now=now))
        strokes.show(cycle, reopening.units_done, reopening.units_total)
        strokes.fulfil(cycle, reopening.completion, now=reopening.closed_at)
        cycles.append(cycle)
    Deadline.objects.bulk_create(versions)
    Cycle.objects.bulk_update(cycles, COLUMNS, batch_size=100)
    over = [cycle.assignment_id for cycle in cycles if not series.lives(cycle.assignment)]
    Assignment.objects.filter(id__in=over).update(open=None)
    series.save(cycles)
    Reopening.objects.filter(id__in=[reopening.id for reopening in reopenings]).update(ended_at=now)


def _attention(cycle: Cycle) -> str:
    """What a completed cycle does not show: that the enrolment was refused, or ended meanwhile."""
    return enrolling.attention([assignments.enrollment(cycle)])
