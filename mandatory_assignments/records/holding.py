"""Beginning and ending holds: the fact, the read columns of the cycle, and the deadline that it moves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..data import HoldKind
from ..models import Absence, AuditEntry, Cycle, Deadline, Hold
from ..queries import changing
from ..rules import deadlines, holding
from . import audit, series
from . import deadlines as due

EXEMPT_COLUMNS = ["exempt_from_at", "exempt_until_at"]
PAUSED_COLUMNS = ["paused_from_at", "paused_until_at"]
COLUMNS = [*EXEMPT_COLUMNS, *PAUSED_COLUMNS, *due.COLUMNS]

Leads = Mapping[int, int]
"""The least lead in days of each organization."""


def save(cycles: Sequence[Cycle], versions: Sequence[Deadline]) -> None:
    """Writes what the strokes here changed, and when the next cycles open after the deadlines that moved."""
    Deadline.objects.bulk_create(versions, batch_size=500)
    Cycle.objects.bulk_update(cycles, COLUMNS, batch_size=100)
    series.save(cycles)


def exempt(
    cycles: Sequence[Cycle], *, until_on: date | None, reason: str, min_leads: Leads, actor: Any, now: datetime
) -> None:
    """Lets these cycles off from now on, to the end of the day or until that is lifted.

    With an end the deadline moves at once, to the original lead time after it; without, nothing is cut off meanwhile.
    """
    versions, holds = [], []
    for cycle in cycles:
        before = cycle.deadline_version
        cycle.exempt_from_at, cycle.exempt_until_at = now, None
        if until_on:
            cycle.exempt_until_at = holding.covered(until_on, until_on, cycle.zone)[1]
            versions.append(_resumed(cycle, until_on, min_leads, actor, now))
        else:
            due.cut_off(cycle)
        holds.append(
            _hold(cycle, HoldKind.EXEMPT, now, cycle.exempt_until_at, before, reason=reason, actor=actor, now=now)
        )
    Hold.objects.bulk_create(holds, batch_size=500)
    save(cycles, versions)


def lift(cycles: Sequence[Cycle], *, min_leads: Leads, undo: bool = False, actor: Any, now: datetime) -> None:
    """Ends the exemption of these cycles today: the obligation resumes with its original lead time.

    With `undo` it has its former deadline again, as far as that was not moved since by anybody.
    """
    holds = changing.live_holds(cycles, HoldKind.EXEMPT) if undo else {}
    former = changing.deadlines_before(holds.values())
    versions = []
    for cycle in cycles:
        cycle.exempt_from_at = cycle.exempt_until_at = None
        if cycle.id not in former or holds[cycle.id].version_after != cycle.deadline_version:
            versions.append(_resumed(cycle, deadlines.local_day(now, cycle.zone), min_leads, actor, now))
        elif former[cycle.id].due_on != cycle.due_on:
            again = deadlines.deadline(former[cycle.id].due_on, cycle.zone)
            versions.append(due.move(cycle, again, actor=actor, now=now))
        else:
            versions.append(due.revise(cycle, due.present(cycle), actor=actor, now=now))
    _end(cycles, HoldKind.EXEMPT, now)
    save(cycles, versions)


def _resumed(cycle: Cycle, resumes_on: date, min_leads: Leads, actor: Any, now: datetime) -> Deadline:
    """Moves the deadline to the original lead time after this day; an absence that would cover it, puts it off."""
    min_lead = min_leads[cycle.organization_id]
    due_on = holding.due_after_exemption(resumes_on, cycle.assignment.lead_days, min_lead)
    if cycle.paused_from_at and cycle.paused_until_at:
        back_on = deadlines.local_day(cycle.paused_until_at, cycle.zone)
        if deadlines.end_of_day(due_on, cycle.zone) >= cycle.paused_from_at:
            due_on = max(due_on, holding.first_due_after(back_on, min_lead))
    return due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now)


def pause(cycles: Sequence[Cycle], absence: Absence, *, min_leads: Leads, actor: Any, now: datetime) -> None:
    """Pauses these open cycles for a new absence, and moves the deadlines that have not passed when it begins."""
    _pause([(cycle, absence) for cycle in cycles], foreseen=False, min_leads=min_leads, actor=actor, now=now)


def pause_absent(cycles: Sequence[Cycle], *, min_leads: Leads, actor: Any, now: datetime) -> list[AuditEntry]:
    """Pauses those of the cycles, just opened, whose learners are away or are going to be.

    Their deadlines move only as far as they must: to the least lead after the return. The caller appends the audit
    entries that come back to its own, which tell the due day.
    """
    away = changing.absences_during(cycles)
    paused = [
        (cycle, absence)
        for cycle in cycles
        if (absence := away.get((cycle.organization_id, cycle.learner_id)))
        and deadlines.local_day(now, cycle.zone) <= absence.until_on
    ]
    _pause(paused, foreseen=True, min_leads=min_leads, actor=actor, now=now)
    return [
        audit.entry(
            "paused", now=now, actor=actor, assignment=cycle.assignment, why=absence.reason, after=days_away(absence)
        )
        for cycle, absence in paused
    ]


def days_away(absence: Absence) -> dict[str, str]:
    """An absence as the audit tells it."""
    return {"from_on": absence.from_on.isoformat(), "until_on": absence.until_on.isoformat()}


def _pause(
    pauses: Sequence[tuple[Cycle, Absence]], *, foreseen: bool, min_leads: Leads, actor: Any, now: datetime
) -> None:
    versions, holds = [], []
    cycles = [cycle for cycle, _ in pauses]
    if not cycles:
        return
    for cycle, absence in pauses:
        before = cycle.deadline_version
        from_at, until_at = holding.covered(absence.from_on, absence.until_on, cycle.zone)
        cycle.paused_from_at, cycle.paused_until_at = from_at, until_at
        if not (cycle.next_reminder_at and cycle.next_reminder_at < now):
            cycle.next_reminder_at = now  # so that they are welcomed back
        if cycle.due_at >= from_at and not due.sleeps(cycle):
            due_on = holding.due_after_absence(
                cycle.due_on,
                _first_day(cycle, absence),
                absence.until_on,
                min_leads[cycle.organization_id],
                foreseen=foreseen,
            )
            if due_on != cycle.due_on:
                versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
        hold = _hold(cycle, HoldKind.PAUSE, from_at, until_at, before, reason=absence.reason, actor=actor, now=now)
        hold.absence = absence
        holds.append(hold)
    _end(cycles, HoldKind.PAUSE, now)
    Hold.objects.bulk_create(holds, batch_size=500)
    save(cycles, versions)


def resume(cycles: Sequence[Cycle], absence: Absence, *, min_leads: Leads, actor: Any, now: datetime) -> None:
    """Ends the absence today, the first day back: deadlines that it moved lie as many days later as it lasted.

    One that was moved again since, by whomever, stays where it is.
    """
    holds, versions = changing.live_holds(cycles, HoldKind.PAUSE), []
    known = changing.deadlines_before(holds.values())
    for cycle in cycles:
        cycle.paused_from_at = cycle.paused_until_at = None
        cycle.next_reminder_at = now
        hold = holds.get(cycle.id)
        if hold is None or hold.version_after == hold.version_before or cycle.deadline_version != hold.version_after:
            continue
        due_on = holding.due_after_absence(
            known[cycle.id].due_on,
            _first_day(cycle, absence),
            deadlines.local_day(now, cycle.zone) - deadlines.ONE_DAY,
            min_leads[cycle.organization_id],
            foreseen=hold.recorded_at > absence.recorded_at,
        )
        if due_on != cycle.due_on:
            versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
    Hold.objects.filter(absence=absence, ended_at=None).update(ended_at=now)
    save(cycles, versions)


def follow_zone(cycles: Collection[Cycle], zones: Mapping[int, str], *, now: datetime) -> None:
    """Lets the days of these cycles' holds be those of the zone that each has now; `zones` are those before, by id.

    The caller saves the cycles.
    """
    own = {cycle.id: cycle for cycle in cycles}
    holds = changing.holds_not_over(cycles, now)
    for hold in holds:
        cycle = own[hold.cycle_id]
        hold.from_at, hold.until_at = holding.covered_in(
            cycle.zone, from_at=hold.from_at, until_at=hold.until_at, zone=zones[cycle.id], now=now
        )
        if hold.kind == HoldKind.EXEMPT:
            cycle.exempt_from_at, cycle.exempt_until_at = hold.from_at, hold.until_at
        else:
            cycle.paused_from_at, cycle.paused_until_at = hold.from_at, hold.until_at
    if holds:
        Hold.objects.bulk_update(holds, ["from_at", "until_at"], batch_size=500)


def _first_day(cycle: Cycle, absence: Absence) -> date:
    """The first day of the absence that the assignment has seen."""
    return max(absence.from_on, deadlines.local_day(cycle.assigned_at, cycle.zone))


def _end(cycles: Collection[Cycle], kind: HoldKind, now: datetime) -> None:
    """Ends the holds of this kind that are not over."""
    rows = Hold.objects.filter(cycle__in=cycles, kind=kind, ended_at=None)
    rows.exclude(until_at__lte=now).update(ended_at=now)


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
