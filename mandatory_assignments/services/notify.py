"""The state of mails: claimed for a worker, being handed over, sent, failed; and what staff can do about them.

Hands nothing over itself: that is done between two of these verbs, outside any transaction.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, NoticeKind, NoticeState, Outcome, Problem, Role, Status
from ..models import Cycle, Notice, NoticePreference
from ..queries import access, changing, noticing, standing
from ..records import audit, notices, work
from ..rules import deadlines
from ..settings import setting
from ..verb import verb

CHUNK = 500
"""Notices that one worker claims at a time."""

LEASE = timedelta(minutes=10)
"""How long a claim holds, and how long a mail may take to be handed over."""

PER_MINUTE = timedelta(minutes=1)
FIRST_RETRY = timedelta(minutes=5)
MOST_ATTEMPTS = 8
"""A mail that failed is tried again after 5, 10, 20 … minutes, as often as this in all."""

Reason = tuple[NoticeState, str]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Notices that the caller has for itself, and when it got them."""

    rows: Sequence[Notice]
    at: datetime


@verb()
def claim_notices(*, now: datetime, limit: int = CHUNK) -> Claimed:
    """Claims up to `limit` notices whose time has come for the caller alone, all of one person's together.

    A conditional UPDATE by primary key decides; whoever comes second gets what is left. A claim that expired, because
    its worker died before it handed anything over, is taken over.
    """
    seen = noticing.claimable(now, limit)
    if not seen:
        return Claimed((), now)
    claim = uuid.uuid4()
    free = Notice.objects.filter(id__in=[row.id for row in seen], next_at__lte=now, state__in=noticing.CLAIMABLE)
    got = free.update(state=NoticeState.CLAIMED, claim=claim, next_at=now + LEASE)
    if got != len(seen):
        return Claimed(noticing.of_claim(claim), now)
    for row in seen:
        row.claim = claim
    return Claimed(seen, now)


@verb()
def settle_notices(decided: Mapping[Reason, Sequence[Notice]], *, now: datetime) -> Outcome:
    """Notes why these claimed notices are not mailed; `changed` holds their ids. One UPDATE for each reason.

    What is not true any more leaves the inbox; what the person wanted no mail about stays there.
    """
    for (state, reason), rows in decided.items():
        Notice.objects.filter(id__in=[row.id for row in rows], claim__in={row.claim for row in rows}).update(
            state=state, reason=reason, next_at=None, claim=None, done_at=now
        )
    return Outcome(changed=[row.id for rows in decided.values() for row in rows])


@verb()
def begin_sending(rows: Sequence[Notice], *, now: datetime) -> uuid.UUID | None:
    """Marks these claimed notices as being handed over in one mail; its id, or None when the claim was lost.

    From here on nobody sends them again: should the worker die, they stay shown as unknown.
    """
    mail = uuid.uuid4()
    mine = Notice.objects.filter(
        id__in=[row.id for row in rows], claim__in={row.claim for row in rows}, state=NoticeState.CLAIMED
    )
    if mine.update(state=NoticeState.SENDING, mail=mail, next_at=now + LEASE) == len(rows):
        return mail
    # Some were taken over by another worker: those that are still ours wait for their lease to end.
    Notice.objects.filter(mail=mail).update(state=NoticeState.CLAIMED, mail=None)
    return None


@verb()
def note_sent(rows: Sequence[Notice], *, now: datetime) -> Outcome:
    """Notes that the mail with these notices was handed over."""
    Notice.objects.filter(id__in=[row.id for row in rows]).update(
        state=NoticeState.SENT, reason="", next_at=None, claim=None, done_at=now
    )
    reminded = [
        row.cycle_id
        for row in rows
        if row.kind == NoticeKind.REMINDER and row.role == Role.STUDENT and row.cycle_id is not None
    ]
    if reminded:
        Cycle.objects.filter(id__in=reminded).update(last_reminder_at=now)
    return Outcome(changed=[row.id for row in rows])


@verb()
def note_failed(rows: Sequence[Notice], reason: str, *, now: datetime) -> Outcome:
    """Notes that the mail with these notices was refused; it is tried again, later each time, until it is given up."""
    attempts = max(row.attempts for row in rows) + 1
    again = now + FIRST_RETRY * 2 ** (attempts - 1) if attempts < MOST_ATTEMPTS else None
    Notice.objects.filter(id__in=[row.id for row in rows]).update(
        state=NoticeState.FAILED,
        reason=reason[:30],
        attempts=attempts,
        next_at=again,
        claim=None,
        done_at=None if again else now,
    )
    return Outcome(changed=[row.id for row in rows])


@verb()
def put_back(rows: Sequence[Notice], pause: timedelta, *, now: datetime) -> Outcome:
    """Gives claimed notices back unsent; they are tried again after the pause."""
    Notice.objects.filter(id__in=[row.id for row in rows], state=NoticeState.CLAIMED).update(
        state=NoticeState.WAITING, claim=None, next_at=now + pause
    )
    return Outcome(changed=[row.id for row in rows])


@verb()
def reserve_mails(count: int, *, now: datetime) -> int:
    """How many of so many mails may be sent in the present minute, which all workers share; they count as sent."""
    most = setting("MAILS_PER_MINUTE")
    return count if most is None or not count else work.reserve("mails", count, most, PER_MINUTE, now=now)


@verb()
def give_up_unknown(*, now: datetime) -> Outcome:
    """Shows as unknown what a worker was handing over when it died; `changed` holds the ids."""
    rows = Notice.objects.filter(state=NoticeState.SENDING, next_at__lte=now)
    ids = list(rows.values_list("id", flat=True)[:5000])
    Notice.objects.filter(id__in=ids, state=NoticeState.SENDING, next_at__lte=now).update(
        state=NoticeState.UNKNOWN, next_at=None, claim=None, done_at=now
    )
    return Outcome(changed=ids)


@verb()
def begin_digest(row: Notice, zone: str, *, now: datetime) -> bool:
    """Takes the one digest that a person gets from an organization on a local day; False when it was sent already."""
    day = deadlines.local_day(now, zone).isoformat()
    key = f"{NoticeKind.DIGEST}:{row.recipient_id}:{day}:{row.organization_id or 0}"
    digest = Notice(
        kind=NoticeKind.DIGEST,
        role=row.role,
        recipient_id=row.recipient_id,
        organization_id=row.organization_id,
        slot=day,
        slot_at=now,
        made_at=now,
        state=NoticeState.SENT,
        done_at=now,
        dedup_key=key,
    )
    notices.add([digest])
    return Notice.objects.filter(uuid=digest.uuid).exists()


@verb()
def wait_until(rows: Sequence[Notice], at: datetime, *, now: datetime) -> Outcome:
    """Has claimed notices wait for the next day's digest."""
    Notice.objects.filter(id__in=[row.id for row in rows], state=NoticeState.CLAIMED).update(
        state=NoticeState.WAITING, claim=None, next_at=at, slot_at=at
    )
    return Outcome(changed=[row.id for row in rows])


# ----- what people do ------------------------------------------------------------------------------------------------


@verb("notify")
def remind_now(*, actor: Any, ids: Collection[uuid.UUID], now: datetime) -> Outcome:
    """Reminds the learners of these open assignments (uuids) at once; managers may do so for their team.

    `changed` holds uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`, `withdrawn`, `missed`,
    `exempt`, `paused`, `cooling_down` while the last reminder by hand is too fresh. Raises Forbidden.
    """
    scope = access.scope(actor)
    if not scope.sees_staff_pages:
        raise Forbidden(Problem("forbidden", _("Your role does not let you remind anybody.")))
    visible = changing.visible_cycles(scope, ids)
    work.lock_learners({cycle.learner_id for cycle in visible.values()}, now=now)
    cooling = noticing.reminded_lately([cycle.id for cycle in visible.values()], now)
    refused = [(id, changing.not_found()) for id in ids if id not in visible]
    reminded = []
    for id, cycle in visible.items():
        problem = changing.closed(cycle) or _not_to_be_reminded(cycle, cooling, now)
        if problem:
            refused.append((id, problem))
        else:
            reminded.append(cycle)
    rows = [
        notices.notice(
            NoticeKind.REMINDER,
            cycle,
            recipient_id=cycle.learner_id,
            slot=f"{noticing.BY_HAND}{now.isoformat()}",
            now=now,
        )
        for cycle in reminded
    ]
    notices.add(rows)
    audit.append(audit.entry("reminded", now=now, actor=actor, assignment=cycle.assignment) for cycle in reminded)
    return Outcome(changed=[cycle.assignment.uuid for cycle in reminded], refused=refused)


def _not_to_be_reminded(cycle: Cycle, cooling: Collection[int], now: datetime) -> Problem | None:
    status = standing.status_of(cycle, now)
    if status == Status.EXEMPT:
        return Problem("exempt", _("This assignment is exempt: nobody has to be reminded."))
    if status == Status.PAUSED:
        return Problem("paused", _("This person is away."))
    if cycle.id in cooling:
        message = _("This person was reminded less than %(hours)d hours ago.") % {
            "hours": setting("REMIND_AGAIN_HOURS")
        }
        return Problem("cooling_down", message)
    return None


@verb("notify")
def resend_notices(*, actor: Any, ids: Collection[uuid.UUID], now: datetime) -> Outcome:
    """Has failed and unknown notices (their uuids) sent once more; `refused` is `not_found` or `not_failed`."""
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you send mails again.")))
    rows = {row.uuid: row for row in Notice.objects.filter(uuid__in=ids).select_related("cycle__assignment")}
    visible = changing.visible_cycles(scope, {row.cycle.assignment.uuid for row in rows.values() if row.cycle})
    again, refused, entries = [], [], []
    for id in dict.fromkeys(ids):
        row = rows.get(id)
        made = row.cycle.assignment if row and row.cycle else None
        if row is None or made is None or made.uuid not in visible:
            refused.append((id, changing.not_found()))
        elif row.state not in (NoticeState.FAILED, NoticeState.UNKNOWN):
            refused.append((id, Problem("not_failed", _("This mail did not fail."))))
        else:
            again.append(row)
            entries.append(audit.entry("resent", now=now, actor=actor, assignment=made))
    Notice.objects.filter(id__in=[row.id for row in again], state__in=(NoticeState.FAILED, NoticeState.UNKNOWN)).update(
        state=NoticeState.WAITING, attempts=0, next_at=now, slot_at=now, done_at=None
    )
    audit.append(entries)
    return Outcome(changed=[row.uuid for row in again], refused=refused)


@verb()
def set_email_preference(*, user_id: int, email: bool, now: datetime) -> Outcome:
    """Notes whether a person wants mails about mandatory assignments."""
    NoticePreference.objects.update_or_create(user_id=user_id, defaults={"email": email, "changed_at": now})
    audit.append([audit.entry("preference_set", now=now, learner_id=user_id, after={"email": email})])
    return Outcome(changed=[user_id])


@verb()
def note_read(*, user_id: int, ids: Collection[uuid.UUID] | None = None, now: datetime) -> Outcome:
    """Notes that a person read these notices of theirs (uuids), or all of them."""
    rows = noticing.inbox(user_id).filter(read_at=None)
    rows = rows if ids is None else rows.filter(uuid__in=ids)
    found = list(rows.values_list("id", flat=True))
    Notice.objects.filter(id__in=found).update(read_at=now)
    return Outcome(changed=found)


def group_by_reason(decided: Collection[tuple[Notice, Reason]]) -> dict[Reason, list[Notice]]:
    """The notices by why they are not sent."""
    found: dict[Reason, list[Notice]] = defaultdict(list)
    for row, reason in decided:
        found[reason].append(row)
    return found
