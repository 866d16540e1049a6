"""Telling people things: a notice is made once, whoever makes it, and its mail is sent by whoever claims it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from ..data import NoticeKind, NoticeState, Reminder, Role
from ..models import Cycle, Notice
from ..rules import reminders
from .storing import many


def notice(
    kind: NoticeKind,
    cycle: Cycle,
    *,
    recipient_id: int,
    role: Role = Role.STUDENT,
    slot: str = "",
    slot_at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    now: datetime,
) -> Notice:
    """A notice about a cycle, not stored yet: shown at once to a learner, to be mailed when its slot comes.

    What is told because somebody did something has that instant as its slot.
    """
    slot = slot or now.isoformat()
    return Notice(
        kind=kind,
        role=role,
        recipient_id=recipient_id,
        organization_id=cycle.organization_id,
        cycle=cycle,
        deadline_version=cycle.deadline_version,
        slot=slot,
        slot_at=slot_at or now,
        facts=dict(facts or {}),
        made_at=now,
        shown_at=now,
        next_at=slot_at or now,
        dedup_key=f"{kind}:{cycle.id}:{cycle.deadline_version}:{slot}:{recipient_id}:email",
    )


def tell(
    kind: NoticeKind,
    cycles: Collection[Cycle],
    *,
    facts: Mapping[int, Mapping[str, Any]] | None = None,
    now: datetime,
) -> None:
    """Tells the learners of these cycles; `facts` by cycle are for the text. One INSERT.

    Who assigned without a mail wants none about the assignment itself: it is shown in the platform only.
    """
    rows = []
    for cycle in cycles:
        row = notice(kind, cycle, recipient_id=cycle.learner_id, facts=(facts or {}).get(cycle.id), now=now)
        if kind == NoticeKind.ASSIGNED and not cycle.assignment.notify_by_email:
            row.state, row.reason, row.next_at, row.done_at = NoticeState.SKIPPED, "no_mail_wanted", None, now
        rows.append(row)
    add(rows)


def tell_assigners(kind: NoticeKind, cycles: Collection[Cycle], *, now: datetime) -> None:
    """Tells those who assigned these cycles, as far as they are not the learners themselves."""
    add(
        [
            notice(kind, cycle, recipient_id=by, role=Role.ASSIGNED_BY, now=now)
            for cycle in cycles
            if (by := cycle.assignment.assigned_by_id) and by != cycle.learner_id
        ]
    )


def take_back_planned(cycles: Collection[Cycle], rules: Collection[Reminder], *, now: datetime) -> None:
    """Takes back what these rules of the cycles name no more of the reminders that wait for the day of staff to begin.

    The caller holds the cycles.
    """
    gone = Q()
    for role in (Role.ASSIGNED_BY, Role.MANAGERS):
        gone |= Q(role=role) & ~Q(slot__in=reminders.named(rules, role))
    rows = Notice.objects.filter(gone, cycle__in=cycles, kind=NoticeKind.REMINDER, state=NoticeState.WAITING)
    rows.filter(slot_at__gt=now).delete()


def add(rows: Collection[Notice]) -> None:
    """Stores notices; one that is there already stays as it is."""
    if rows:
        many(Notice).bulk_create(rows, batch_size=500, ignore_conflicts=True)
