"""Beginning and ending holds: the fact, the read columns of the cycle, and the deadline that it moves."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from ..data import HoldKind
from ..models import Absence, Cycle, Deadline, Hold
from ..queries import changing
from ..rules import deadlines, holding
from . import deadlines as due

EXEMPT_COLUMNS = ["exempt_from_at", "exempt_until_at"]
PAUSED_COLUMNS = ["paused_from_at", "paused_until_at"]
COLUMNS = [*EXEMPT_COLUMNS, *PAUSED_COLUMNS, *due.COLUMNS]


def save(cycles: Sequence[Cycle], versions: Sequence[Deadline]) -> None:
    """Writes what the strokes here changed."""
    Deadline.objects.bulk_create(versions, batch_size=500)
    Cycle.objects.bulk_update(cycles, COLUMNS, batch_size=100)


def exempt(
    cycles: Sequence[Cycle], *, until_on: date | None, reason: str, min_leads: dict[int, int], actor: Any, now: datetime
) -> None:
    """Lets these cycles off from now on, to the end of the day or until that is lifted.

    `min_leads` maps the organization to its least lead. With an end the deadline moves at once, to the original lead
    time after it; without, nothing is cut off meanwhile.
    """
    versions, holds = [], []
    for cycle in cycles:
        before = cycle.deadline_version
        cycle.exempt_from_at, cycle.exempt_until_at = now, None
        if until_on:
            cycle.exempt_until_at = holding.covered(until_on, until_on, cycle.zone)[1]
            lead = cycle.assignment.lead_days
            due_on = holding.due_after_exemption(until_on, lead, min_leads[cycle.organization_id])
            versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
        else:
            due.cut_off(cycle)
        holds.append(
            _hold(cycle, HoldKind.EXEMPT, now, cycle.exempt_until_at, before, reason=reason, actor=actor, now=now)
        )
    Hold.objects.bulk_create(holds, batch_size=500)
    save(cycles, versions)


def lift(cycles: Sequence[Cycle], *, min_leads: dict[int, int], actor: Any, now: datetime) -> None:
    """Ends the exemption of these cycles today: the obligation resumes with its original lead time."""
    versions = []
    for cycle in cycles:
        cycle.exempt_from_at = cycle.exempt_until_at = None
        today = deadlines.local_day(now, cycle.zone)
        due_on = holding.due_after_exemption(today, cycle.assignment.lead_days, min_leads[cycle.organization_id])
        versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
    Hold.objects.filter(cycle__in=cycles, kind=HoldKind.EXEMPT, ended_at=None).update(ended_at=now)
    save(cycles, versions)


def pause(cycles: Collection[Cycle], absence: Absence, *, min_lead_days: int, actor: Any, now: datetime) -> None:
    """Pauses these cycles for the absence, and moves the deadlines that have not passed when it begins.

    A cycle that was assigned during the absence moves only as far as it must: to the least lead after the return.
    """
    versions, holds = [], []
    for cycle in cycles:
        before = cycle.deadline_version
        from_at, until_at = holding.covered(absence.from_on, absence.until_on, cycle.zone)
        cycle.paused_from_at, cycle.paused_until_at = from_at, until_at
        if cycle.due_at >= from_at and not _sleeps(cycle):
            known = cycle.assigned_at < absence.recorded_at
            assigned_on = deadlines.local_day(cycle.assigned_at, cycle.zone)
            first = max(absence.from_on, assigned_on)
            due_on = holding.due_after_absence(cycle.due_on, first, absence.until_on, min_lead_days)
            if not known:
                due_on = max(cycle.due_on, holding.due_after_exemption(absence.until_on, 0, min_lead_days))
            if due_on != cycle.due_on:
                versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
        hold = _hold(cycle, HoldKind.PAUSE, from_at, until_at, before, reason=absence.reason, actor=actor, now=now)
        hold.absence = absence
        holds.append(hold)
    Hold.objects.bulk_create(holds, batch_size=500)
    save(list(cycles), versions)


def resume(cycles: Sequence[Cycle], absence: Absence, *, min_lead_days: int, actor: Any, now: datetime) -> None:
    """Ends the absence today, the first day back: deadlines that it moved lie as many days later as it lasted."""
    holds, versions = changing.live_holds(cycles, HoldKind.PAUSE), []
    for cycle in cycles:
        cycle.paused_from_at = cycle.paused_until_at = None
        cycle.next_reminder_at = now
        hold = holds.get(cycle.id)
        if hold is None or hold.version_after == hold.version_before or cycle.deadline_version != hold.version_after:
            continue
        before = changing.deadline_before(hold)
        due_on = before.due_on
        if now >= hold.from_at:
            last = deadlines.local_day(now, cycle.zone) - deadlines.ONE_DAY
            first = max(absence.from_on, deadlines.local_day(cycle.assigned_at, cycle.zone))
            due_on = holding.due_after_absence(
                before.due_on, first, max(last, first - deadlines.ONE_DAY), min_lead_days
            )
        if due_on != cycle.due_on:
            versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
    Hold.objects.filter(absence=absence, ended_at=None).update(ended_at=now)
    save(cycles, versions)


def _sleeps(cycle: Cycle) -> bool:
    """Whether the cycle is exempt without end, so that its deadline is set when that is lifted."""
    return cycle.exempt_from_at is not None and cycle.exempt_until_at is None


def _hold(
    cycle: Cycle,
    kind: HoldKind,
    from_at: datetime,
    until_at: datetime | None,
    version_before: int,
    *,
    reason: str,
    actor: Any,
    now: datetime,
) -> Hold:
    return Hold(
        cycle=cycle,
        kind=kind,
        from_at=from_at,
        until_at=until_at,
        reason=reason,
        version_before=version_before,
        version_after=cycle.deadline_version,
        recorded_at=now,
        recorded_by=actor,
    )
