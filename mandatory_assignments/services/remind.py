"""Working out which reminders fall due: a notice for each, and when there is something to work out again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, F, Value, When

from ..data import NoticeKind, NoticeState, Outcome, Reminder, Role, Slot
from ..models import Cycle, Notice
from ..queries import noticing, reminding
from ..queries.reminding import Recipients
from ..records import notices
from ..rules import reminders, standing
from ..settings import setting
from ..verb import verb

CHUNK = 500
"""Cycles of one transaction: four statements, one more for sets of rules that are new, three for managers."""


@verb()
def find_due_reminders(*, now: datetime, limit: int = CHUNK, ids: Collection[int] | None = None) -> Outcome:
    """Works out the reminders of up to `limit` cycles whose time has come, of these ids or the longest waiting first.

    `created` holds the notices that were made, among them those that gave way to a newer one or came too late;
    `changed` the ids of the cycles. Of two who do so at once each gets other cycles, and neither waits; the unique key
    of a notice sees to it that none is made twice.
    """
    cycles = reminding.due_cycles(now, limit, ids)
    if not cycles:
        return Outcome()
    rules = reminding.rules_of_cycles(cycles)
    recipients = reminding.recipients(cycles, rules)
    made: list[Notice] = []
    following: dict[int, datetime | None] = {}
    for cycle in cycles:
        if reminding.are_sent(cycle, now):
            own = rules[cycle.assignment.reminder_set_id]
            made += [*_back(cycle, now), *_due(cycle, own, recipients, now)]
            following[cycle.id] = _next_at(cycle, own, recipients, now)
        else:
            following[cycle.id] = reminding.wake_at(cycle, now)
    notices.add(made)
    _note(following, {row.cycle_id for row in made if _reminds(row)}, now)
    return Outcome(created=made, changed=[cycle.id for cycle in cycles])


def _reminds(row: Notice) -> bool:
    """Whether the learner is reminded by it: welcomes are none, nor is what gave way."""
    return row.kind == NoticeKind.REMINDER and row.role == Role.STUDENT and row.shown_at is not None


def _back(cycle: Cycle, now: datetime) -> Iterable[Notice]:
    """The welcome to somebody whose absence has ended by itself since reminders were last worked out."""
    back_at, since = cycle.paused_until_at, cycle.next_reminder_at
    if back_at and since and since <= back_at <= now:
        slot = f"back:{back_at.isoformat()}"
        yield notices.notice(
            NoticeKind.RESUMED, cycle, recipient_id=cycle.learner_id, slot=slot, slot_at=back_at, now=now
        )


def _due(cycle: Cycle, rules: Sequence[Reminder], recipients: Recipients, now: datetime) -> Iterable[Notice]:
    """The notices of what fell due since it was last worked out: of several to one person only the newest is sent,
    and nothing that is too old.

    Those of staff are made as soon as their day begins anywhere, and wait for the day of the person. What was made by
    an earlier look is made once more here, and not stored a second time.
    """
    since = cycle.next_reminder_at
    assert since
    told: set[tuple[str, int]] = set()
    for role in Role:
        begun = {slot.key for slot in _looked_at(cycle, rules, role, recipients) if slot.at <= now}
        if not begun:
            continue
        for user_id in recipients.of(cycle, role):
            own = reminding.slots(cycle, rules, role, recipients.zone(user_id))
            fell = [slot for slot in own if slot.key in begun and slot.at >= since and (slot.key, user_id) not in told]
            given_way = reminders.superseded([slot for slot in fell if slot.at <= now])
            for slot in fell:
                told.add((slot.key, user_id))
                state, reason = NoticeState.WAITING, ""
                if reminders.is_too_old(slot.at, now, setting("CATCH_UP_DAYS")):
                    state, reason = NoticeState.MISSED, noticing.TOO_OLD
                elif slot in given_way:
                    state, reason = NoticeState.SUPERSEDED, noticing.NEWER
                yield _notice(cycle, slot, user_id, state, reason, now)


def _looked_at(cycle: Cycle, rules: Sequence[Reminder], role: Role, recipients: Recipients) -> list[Slot]:
    """The slots at the instants at which they are worked out: for staff where each day begins first.

    Whoever is to get it then may be somebody else by now, in another zone.
    """
    zone = recipients.zone(cycle.learner_id) if role == Role.STUDENT else reminders.EARLIEST_ZONE
    found = reminders.slots(rules, reminding.due(cycle), zone, setting("SEND_HOUR"), role)
    return [slot for slot in found if not standing.is_cut_off(cycle.cut_off_at, slot.at)]


def _notice(cycle: Cycle, slot: Slot, user_id: int, state: NoticeState, reason: str, now: datetime) -> Notice:
    row = notices.notice(
        NoticeKind.REMINDER, cycle, recipient_id=user_id, role=slot.role, slot=slot.key, slot_at=slot.at, now=now
    )
    row.state, row.reason, row.template_id = state, reason, reminding.template_id(slot.template)
    if state != NoticeState.WAITING:
        row.next_at, row.shown_at, row.done_at = None, None, now
    return row


def _next_at(cycle: Cycle, rules: Sequence[Reminder], recipients: Recipients, now: datetime) -> datetime | None:
    """When the next slot of any role falls due, or an absence that lies ahead ends."""
    instants = [reminders.next_at(_looked_at(cycle, rules, role, recipients), now) for role in Role]
    if cycle.paused_until_at and cycle.paused_until_at > now:
        instants.append(cycle.paused_until_at)
    return min(filter(None, instants), default=None)


def _note(following: dict[int, datetime | None], reminded: Collection[int | None], now: datetime) -> None:
    """When to look again, and whose learner was reminded, in one UPDATE.

    Of many that were assigned at once most wait for the same instant, or for none any more.
    """
    cycles: dict[datetime | None, list[int]] = defaultdict(list)
    for id, at in following.items():
        cycles[at].append(id)
    values: dict[str, object] = {"next_reminder_at": None}
    if whens := [When(id__in=ids, then=Value(at)) for at, ids in cycles.items() if at]:
        values["next_reminder_at"] = Case(*whens, output_field=DateTimeField(null=True))
    if reminded:
        values["last_reminder_at"] = Case(When(id__in=reminded, then=Value(now)), default=F("last_reminder_at"))
    Cycle.objects.filter(id__in=following).update(**values)


@verb()
def waiting_cycles(*, now: datetime, limit: int = CHUNK) -> Outcome:
    """Does nothing yet; `changed` holds the ids of cycles whose reminders are to be worked out."""
    return Outcome(changed=reminding.due_ids(now, limit))


STUCK = timedelta(hours=1)
"""A cycle whose reminders could not be worked out is tried again after so long."""


@verb()
def put_off_reminders(cycle_ids: Sequence[int], *, now: datetime) -> Outcome:
    """Has these cycles, which could not be worked out, wait for an hour, so that they hold up nobody."""
    Cycle.objects.filter(id__in=cycle_ids).update(next_reminder_at=now + STUCK)
    return Outcome(changed=cycle_ids)
