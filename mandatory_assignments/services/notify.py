"""The state of mails: claimed for a worker, being handed over, sent, failed; and what staff can do about them.

Hands nothing over itself: that is done between two of these verbs, outside any transaction.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..data import Forbidden, NoticeKind, NoticeState, Outcome, Problem
from ..models import Cycle, Notice, NoticePreference
from ..queries import access, changing, forbidding, noticing
from ..queries.noticing import Circumstances
from ..records import audit, notices, work
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
    """Notices that the caller has for itself, ordered by person, and when it got them.

    `none_left` tells that nothing else was to be claimed.
    """

    rows: Sequence[Notice]
    at: datetime
    none_left: bool = False


@verb()
def claim_notices(*, now: datetime, limit: int = CHUNK) -> Claimed:
    """Claims about `limit` notices whose time has come for the caller alone, all of one person's together.

    A conditional UPDATE by primary key decides; whoever comes second waits for the first to commit and gets what is
    left. A claim that expired, because its worker died before it handed anything over, is taken over.
    """
    found = noticing.claimable(now, limit)
    none_left = len(found) <= limit
    # Who does not fit in waits for the next claim; somebody with more than fits into any comes in parts.
    seen = found if none_left else [row for row in found if row.recipient_id != found[-1].recipient_id]
    seen = seen or found[:limit]
    if not seen:
        return Claimed((), now, none_left)
    claim = uuid.uuid4()
    # The claims that were seen decide, not the instants: over their index this would meet those who write it.
    free = Q(claim=None) | Q(claim__in={row.claim for row in seen if row.claim})
    mine = Notice.objects.filter(free, id__in=[row.id for row in seen], state__in=noticing.CLAIMABLE)
    if mine.update(state=NoticeState.CLAIMED, claim=claim, next_at=now + LEASE) != len(seen):
        return Claimed(noticing.claimed(seen, claim), now)
    for row in seen:
        row.state, row.claim = NoticeState.CLAIMED, claim
    return Claimed(seen, now, none_left)


@verb()
def settle_notices(decided: Collection[tuple[Notice, Reason]], *, now: datetime) -> Outcome:
    """Notes why these claimed notices are not mailed; `changed` holds their ids. One UPDATE for each reason."""
    _settle(decided, now)
    return Outcome(changed=[row.id for row, _reason in decided])


def _settle(decided: Collection[tuple[Notice, Reason]], now: datetime) -> None:
    """What is not true any more leaves the inbox; what the person wanted no mail about, or missed, stays there."""
    by_reason: dict[Reason, list[Notice]] = defaultdict(list)
    for row, reason in decided:
        by_reason[reason].append(row)
    for (state, why), rows in by_reason.items():
        hidden = {} if why in noticing.NO_MAIL or state == NoticeState.MISSED else {"shown_at": None}
        _held(rows).update(state=state, reason=why, next_at=None, claim=None, done_at=now, **hidden)


def _held(rows: Collection[Notice]) -> QuerySet[Notice]:
    """Those of the notices that the caller still has and has not begun to send."""
    ids, claims = [row.id for row in rows], {row.claim for row in rows}
    return Notice.objects.filter(id__in=ids, claim__in=claims, state=NoticeState.CLAIMED)


@dataclass(frozen=True, slots=True)
class Begun:
    """A mail that is being handed over: its id, its notices as they are now, the digest that it is, and what was not
    to be sent any more.
    """

    mail: uuid.UUID
    rows: Sequence[Notice]
    digest_id: int | None = None
    settled: Sequence[tuple[Notice, Reason]] = ()

    @property
    def ids(self) -> list[int]:
        """The notices, and the digest beside them."""
        return [row.id for row in self.rows] + ([self.digest_id] if self.digest_id else [])


@verb(atomic=False)
def begin_sending(
    rows: Sequence[Notice],
    around: Circumstances,
    *,
    changed: bool = True,
    digest_on: date | None = None,
    more: int = 0,
    now: datetime,
) -> Begun:
    """Checks these claimed notices of one person once more, and marks what is still to be sent as being handed over.

    They are read anew where something has `changed` (queries.noticing) since they were claimed. From here on nobody
    sends them again: should the worker die, they stay shown as unknown. The mails of one claim are begun one after the
    other: as the next one begins, this one was handed over (`give_up_unknown`). Of the answer `rows` are empty where
    nothing is left to send, the claim was lost, or the digest of that local day was begun already. `more` is the number
    of notices that the digest tells of without naming them.
    """
    fresh = noticing.claimed(rows, _claim(rows)) if changed else rows
    decided = [(row, why) for row in fresh if (why := noticing.why_not(row, around, now))]
    _settle(decided, now)
    refused = {row.id for row, _why in decided}
    still = [row for row in fresh if row.id not in refused]
    mail = uuid.uuid4()
    if not still:
        return Begun(mail, (), settled=decided)
    if not digest_on:
        return Begun(mail, _begun(still, mail, now), settled=decided)
    with transaction.atomic():
        digest = _digest(still[0], digest_on, mail, more, now)
        notices.add([digest])
        digest_id = Notice.objects.filter(uuid=digest.uuid).values_list("id", flat=True).first()
        begun = _begun(still, mail, now) if digest_id else ()
        if not begun:
            transaction.set_rollback(True)
    return Begun(mail, begun, digest_id if begun else None, decided)


def _begun(rows: Sequence[Notice], mail: uuid.UUID, now: datetime) -> Sequence[Notice]:
    """Marks as being handed over what the caller still has of these, which is mostly all or nothing."""
    if _held(rows).update(state=NoticeState.SENDING, mail=mail, next_at=now + LEASE) == len(rows):
        return rows
    mine = set(Notice.objects.filter(mail=mail, id__in=[row.id for row in rows]).values_list("id", flat=True))
    return [row for row in rows if row.id in mine]


def _claim(rows: Sequence[Notice]) -> uuid.UUID:
    claim = rows[0].claim
    assert claim
    return claim


def _digest(row: Notice, day: date, mail: uuid.UUID, more: int, now: datetime) -> Notice:
    """The one digest that a person gets from an organization on a local day; its key is unique."""
    return Notice(
        kind=NoticeKind.DIGEST,
        role=row.role,
        recipient_id=row.recipient_id,
        organization_id=row.organization_id,
        slot=day.isoformat(),
        slot_at=now,
        made_at=now,
        facts={"more": more},
        state=NoticeState.SENDING,
        claim=row.claim,
        mail=mail,
        next_at=now + LEASE,
        dedup_key=noticing.digest_key(row, day),
    )


@verb()
def note_sent(mails: Sequence[Begun], *, now: datetime) -> Outcome:
    """Notes that these mails were handed over, also where one was given up as unknown meanwhile."""
    ids = [id for begun in mails for id in begun.ids]
    Notice.objects.filter(id__in=ids, mail__in=[begun.mail for begun in mails]).update(
        state=NoticeState.SENT, reason="", next_at=None, claim=None, done_at=now
    )
    return Outcome(changed=ids)


@verb()
def note_failed(begun: Begun, reason: str, *, now: datetime) -> Outcome:
    """Notes that the mail was refused; it is tried again, later each time, until it is given up."""
    attempts = max(row.attempts for row in begun.rows) + 1
    again = now + FIRST_RETRY * 2 ** (attempts - 1) if attempts < MOST_ATTEMPTS else None
    ids = [row.id for row in begun.rows]
    Notice.objects.filter(id__in=ids, mail=begun.mail).update(
        state=NoticeState.FAILED,
        reason=reason[:30],
        attempts=attempts,
        next_at=again,
        claim=None,
        done_at=None if again else now,
    )
    _free_digest(begun)
    return Outcome(changed=ids)


def _free_digest(begun: Begun) -> None:
    """The day's digest may be begun once more."""
    if begun.digest_id:
        Notice.objects.filter(id=begun.digest_id, mail=begun.mail).delete()


@verb()
def note_unknown(begun: Begun, reason: str, *, now: datetime) -> Outcome:
    """Notes that nobody knows whether the mail went out."""
    Notice.objects.filter(id__in=begun.ids, mail=begun.mail).update(
        state=NoticeState.UNKNOWN, reason=reason[:30], next_at=None, claim=None, done_at=now
    )
    return Outcome(changed=[row.id for row in begun.rows])


@verb()
def put_back(rows: Sequence[Notice], pause: timedelta, *, now: datetime) -> Outcome:
    """Gives claimed notices back unsent; they are tried again after the pause."""
    _put_back(rows, now + pause)
    return Outcome(changed=[row.id for row in rows])


@verb()
def take_back(begun: Begun, pause: timedelta, *, now: datetime) -> Outcome:
    """Notes that a mail that was begun was not handed over after all; it is tried again after the pause."""
    ids = [row.id for row in begun.rows]
    mine = Notice.objects.filter(id__in=ids, mail=begun.mail, state=NoticeState.SENDING)
    mine.update(state=NoticeState.WAITING, claim=None, mail=None, next_at=now + pause)
    _free_digest(begun)
    return Outcome(changed=ids)


def _put_back(rows: Sequence[Notice], at: datetime) -> None:
    _held(rows).update(state=NoticeState.WAITING, claim=None, next_at=at)


@verb()
def reserve_mails(count: int, *, now: datetime) -> int:
    """How many of so many mails may be sent in the present minute, which all workers share; they count as sent."""
    most = setting("MAILS_PER_MINUTE")
    return count if most is None or not count else work.reserve("mails", count, most, PER_MINUTE, now=now)


@verb()
def give_up_unknown(*, now: datetime) -> Outcome:
    """Shows as unknown what a worker was handing over when it died; `changed` holds the ids.

    It handed over one mail after the other: of those that it had begun under its claim only the last one is in doubt,
    the others went out, although it did not come to note that.
    """
    sending = Notice.objects.filter(state=NoticeState.SENDING)
    given_up = sending.filter(next_at__lte=now)
    claims = set(given_up.values_list("claim", flat=True)[:5000])
    found = sending.filter(claim__in=claims, next_at__lte=now + LEASE)
    begun: list[tuple[int, Any, Any]] = list(found.values_list("id", "claim", "next_at"))
    last_at: dict[Any, Any] = {}
    for _id, claim, at in begun:
        last_at[claim] = max(at, last_at.get(claim, at))
    unknown = [id for id, claim, at in begun if at == last_at[claim] <= now]
    sent = [id for id, claim, at in begun if at < last_at[claim] and at <= now]
    over: dict[str, Any] = {"next_at": None, "claim": None, "done_at": now}
    given_up.filter(id__in=unknown).update(state=NoticeState.UNKNOWN, **over)
    given_up.filter(id__in=sent).update(state=NoticeState.SENT, reason="", **over)
    return Outcome(changed=unknown)


@verb()
def join_digest(rows: Sequence[Notice], day: date, tomorrow_at: datetime, *, now: datetime) -> Outcome:
    """Has claimed notices of a person to whom an organization sends a digest already on that day wait for the next.

    `changed` holds the ids of those that the digest told of by their number: they share its fate. While that is not
    known, all of them are put back.
    """
    digest = noticing.digest(noticing.digest_key(rows[0], day))
    if digest is None or digest.state == NoticeState.SENDING:
        _put_back(rows, now + FIRST_RETRY)
        return Outcome()
    inside = [row for row in rows if digest.facts["more"] and max(row.slot_at, row.made_at) <= digest.made_at]
    ids = [row.id for row in inside]
    _held(inside).update(
        state=digest.state, reason=digest.reason, mail=digest.mail, next_at=None, claim=None, done_at=digest.done_at
    )
    _held([row for row in rows if row.id not in ids]).update(
        state=NoticeState.WAITING, claim=None, next_at=tomorrow_at, slot_at=tomorrow_at
    )
    return Outcome(changed=ids)


# ----- what people do ------------------------------------------------------------------------------------------------


@verb("notify")
def remind_now(*, actor: Any, ids: Collection[uuid.UUID], now: datetime) -> Outcome:
    """Reminds the learners of these open assignments (uuids) at once; managers may do so for their team.

    `changed` holds uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`, `withdrawn`, `missed`,
    `exempt`, `paused`, `frozen`, `archived`, `cooling_down` while the last reminder by hand is too fresh. Raises
    Forbidden.
    """
    scope = access.scope(actor)
    if not scope.sees_staff_pages:
        raise Forbidden(Problem("forbidden", _("Your role does not let you remind anybody.")))
    visible = changing.visible_cycles(scope, ids)
    work.lock_learners({cycle.learner_id for cycle in visible.values()}, now=now)
    cooling = noticing.reminded_lately([cycle.id for cycle in visible.values()], now)
    refused = [(id, changing.not_found()) for id in dict.fromkeys(ids) if id not in visible]
    reminded = []
    for id, cycle in visible.items():
        archived = {cycle.training_id} if cycle.training.archived_at else ()
        problem = changing.closed(cycle) or forbidding.reminding(cycle, now, archived=archived, cooling=cooling)
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
    Cycle.objects.filter(id__in=[cycle.id for cycle in reminded]).update(last_reminder_at=now)
    audit.append(audit.entry("reminded", now=now, actor=actor, assignment=cycle.assignment) for cycle in reminded)
    return Outcome(changed=[cycle.assignment.uuid for cycle in reminded], refused=refused)


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
