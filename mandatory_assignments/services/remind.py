"""Working out which reminders fall due: a notice for each, and when there is something to work out again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, F, Value, When

from ..data import NoticeKind, NoticeState, Outcome, Reminder, Role, Slot
from ..models import Cycle, Notice
from ..queries import reminding
from ..queries.reminding import Recipients
from ..records import notices
from ..rules import reminders
from ..settings import setting
from ..verb import verb

CHUNK = 500
"""Cycles of one transaction: three statements, and one more for sets of rules that are new."""


@verb()
def find_due_reminders(*, now: datetime, limit: int = CHUNK) -> Outcome:
    """Works out the reminders of up to `limit` cycles whose time has come, the longest waiting first.

    `created` holds the notices that were made, among them those that gave way to a newer one or came too late;
    `changed` the ids of the cycles. Whoever does the same at once makes no notice twice: their key is unique.
    """
    cycles = reminding.due_cycles(now, limit)
    if not cycles:
        return Outcome()
    rules = reminding.rules_of(cycle.assignment.reminder_set_id for cycle in cycles)
    recipients = reminding.recipients(cycles, rules)
    made: list[Notice] = []
    following: dict[int, datetime | None] = {}
    for cycle in cycles:
        if reminding.are_sent(cycle, now):
            own = rules.get(cycle.assignment.reminder_set_id, ())
            made += _due(cycle, own, recipients, now)
            following[cycle.id] = _next_at(cycle, own, recipients, now)
        else:
            following[cycle.id] = reminding.wake_at(cycle, now)
    notices.add(made)
    _set_next(cycles, following)
    return Outcome(created=made, changed=[cycle.id for cycle in cycles])


def _due(cycle: Cycle, rules: Sequence[Reminder], recipients: Recipients, now: datetime) -> Iterable[Notice]:
    """The notices of what fell due since it was last worked out: of several to one person only the newest is sent."""
    since = cycle.next_reminder_at
    assert since
    told: set[tuple[str, int]] = set()
    for role in Role:
        fell = reminders.due_slots(_slots(cycle, rules, role, recipients), since, now)
        if not fell:
            continue
        superseded = reminders.superseded(fell)
        for slot in fell:
            for user_id in recipients.of(cycle, role):
                if (slot.key, user_id) not in told:
                    told.add((slot.key, user_id))
                    state = NoticeState.SUPERSEDED if slot in superseded else NoticeState.WAITING
                    if state == NoticeState.WAITING and reminders.is_too_old(slot.at, now, setting("CATCH_UP_DAYS")):
                        state = NoticeState.MISSED
                    yield _notice(cycle, slot, user_id, recipients, state, now)


def _slots(cycle: Cycle, rules: Sequence[Reminder], role: Role, recipients: Recipients) -> list[Slot]:
    """The slots as they are worked out: the learner's in their own zone, others' as soon as the day begins anywhere."""
    zone = recipients.zone(cycle.learner_id) if role == Role.STUDENT else reminders.EARLIEST_ZONE
    return reminding.slots(cycle, rules, role, zone)


def _notice(
    cycle: Cycle, slot: Slot, user_id: int, recipients: Recipients, state: NoticeState, now: datetime
) -> Notice:
    row = notices.notice(
        NoticeKind.REMINDER, cycle, recipient_id=user_id, role=slot.role, slot=slot.key, slot_at=slot.at, now=now
    )
    if slot.role != Role.STUDENT:
        own = reminders.instant(reminding.due(cycle), slot.offset_days, recipients.zone(user_id), setting("SEND_HOUR"))
        row.slot_at = row.next_at = own
    row.state, row.template_id = state, reminding.template_id(slot.template)
    if state != NoticeState.WAITING:
        row.next_at, row.shown_at, row.done_at = None, None, now
    return row


def _next_at(cycle: Cycle, rules: Sequence[Reminder], recipients: Recipients, now: datetime) -> datetime | None:
    """When the next slot of any role falls due."""
    instants = [reminders.next_at(_slots(cycle, rules, role, recipients), now) for role in Role]
    return min(filter(None, instants), default=None)


def _set_next(cycles: Sequence[Cycle], following: dict[int, datetime | None]) -> None:
    """One UPDATE; a cycle that was changed meanwhile keeps what the change set."""
    whens = [
        When(id=cycle.id, next_reminder_at=cycle.next_reminder_at, then=Value(following[cycle.id])) for cycle in cycles
    ]
    Cycle.objects.filter(id__in=[cycle.id for cycle in cycles]).update(
        next_reminder_at=Case(*whens, default=F("next_reminder_at"), output_field=DateTimeField(null=True))
    )


STUCK = timedelta(hours=1)
"""A cycle whose reminders could not be worked out is tried again after so long."""


@verb()
def put_off_reminders(cycle_ids: Sequence[int], *, now: datetime) -> Outcome:
    """Has these cycles, which could not be worked out, wait for an hour, so that they hold up nobody."""
    Cycle.objects.filter(id__in=cycle_ids).update(next_reminder_at=now + STUCK)
    return Outcome(changed=cycle_ids)
