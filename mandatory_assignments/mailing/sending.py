"""Sending what is waiting: claimed, checked once more, put together by person, handed over, noted.

Every step is a transaction of its own. Killed between handing over and noting, a mail stays shown as unknown.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import formataddr
from itertools import groupby
from typing import Any

from django.utils import translation

from ..data import Mail, MailServerAway, NoticeKind, NoticeState, Role
from ..host import lms, post
from ..models import Notice
from ..queries import noticing
from ..queries.noticing import Circumstances
from ..rules import deadlines, reminders
from ..services import notify
from ..settings import setting
from . import letters

log = logging.getLogger(__name__)

MOST_CHUNKS = 1000
"""Chunks that one call works on before it gives others a turn."""

UNDELIVERABLE = {"disconnected": NoticeState.UNKNOWN}
"""Reasons after which nobody knows whether a mail went out."""


def send_waiting(now: datetime | None = None) -> Counter[str]:
    """Sends every notice whose time has come; counts by state, and `failed`.

    Without a mail server everything that was not begun stays as it is, and is tried again in a few minutes.
    """
    counts: Counter[str] = Counter()
    counts["unknown"] += len(notify.give_up_unknown(now=now).changed)
    for _ in range(MOST_CHUNKS):
        claimed = notify.claim_notices(now=now)
        if not claimed.rows:
            break
        if not _work_off(claimed.rows, claimed.at, now, counts):
            break
    return counts


def _work_off(rows: Sequence[Notice], at: datetime, now: datetime | None, counts: Counter[str]) -> bool:
    """Settles and sends claimed notices; False where the mail server is away, so that nothing else need be tried."""
    around = noticing.circumstances(rows)
    decided = [(row, why) for row in rows if (why := noticing.why_not(row, around, at))]
    refused = {row.id for row, _why in decided}
    decided += [(row, (NoticeState.SUPERSEDED, "newer")) for row in _outdone(rows, refused)]
    if decided:
        notify.settle_notices(notify.group_by_reason(decided), now=now)
        counts.update(state.value for _row, (state, _reason) in decided)
    settled = {row.id for row, _why in decided}
    mails = list(_mails([row for row in rows if row.id not in settled]))
    granted = notify.reserve_mails(len(mails), now=now)
    for late in mails[granted:]:
        notify.put_back(late, notify.PER_MINUTE, now=now)
    if not mails[:granted]:
        return granted > 0 or not mails
    platform, open_mails = lms.mail_context(), mails[:granted]
    try:
        with post.office() as office:
            while open_mails:
                _send(office, open_mails.pop(0), around, platform, at, now, counts)
    except MailServerAway as error:
        log.warning("mandatory_assignments: the mail server does not answer (%s)", error)
        for mail in open_mails:
            notify.put_back(mail, notify.FIRST_RETRY, now=now)
        counts["put_back"] += len(open_mails)
        return False
    return True


def _outdone(rows: Sequence[Notice], settled: set[int]) -> Iterator[Notice]:
    """Reminders of a cycle to one person that gave way to a newer one while they waited."""
    waiting = [row for row in rows if row.kind == NoticeKind.REMINDER and row.id not in settled]
    by_cycle = sorted(waiting, key=lambda row: (row.recipient_id, row.cycle_id or 0, row.template_id or 0, row.slot_at))
    for _key, same in groupby(by_cycle, key=lambda row: (row.recipient_id, row.cycle_id, row.template_id)):
        *older, _newest = same
        yield from older


def _mails(rows: Sequence[Notice]) -> Iterator[list[Notice]]:
    """The mails that these notices make: one a person for what is told plainly, one for each that has its own text."""
    for _recipient, mine in groupby(rows, key=lambda row: row.recipient_id):
        own = list(mine)
        as_learner = [row for row in own if row.role == Role.STUDENT and row.template_id is None]
        if as_learner:
            yield as_learner
        yield from ([row] for row in own if row.role == Role.STUDENT and row.template_id is not None)
        as_staff = sorted((row for row in own if row.role != Role.STUDENT), key=lambda row: row.organization_id or 0)
        for _organization, same in groupby(as_staff, key=lambda row: row.organization_id):
            yield list(same)


def _send(
    office: post.Office,
    rows: list[Notice],
    around: Circumstances,
    platform: dict[str, Any],
    at: datetime,
    now: datetime | None,
    counts: Counter[str],
) -> None:
    """Hands one mail over and notes what came of it. A mail that cannot be made holds up no other."""
    try:
        mail = _mail(rows, around, platform, at)
    except Exception:
        log.exception("mandatory_assignments: notice %s could not be put into words", rows[0].id)
        notify.note_failed(rows, "text", now=now)
        counts["failed"] += 1
        return
    if rows[0].role != Role.STUDENT and not _may_digest(rows, around, at, now):
        counts["postponed"] += 1
        return
    if notify.begin_sending(rows, now=now) is None:
        counts["lost"] += 1
        return
    reason = office.send(mail)
    if not reason:
        notify.note_sent(rows, now=now)
        counts["sent"] += 1
    elif reason in UNDELIVERABLE:
        notify.settle_notices({(UNDELIVERABLE[reason], reason): rows}, now=now)
        counts["unknown"] += 1
        raise MailServerAway(reason)
    else:
        notify.note_failed(rows, reason, now=now)
        counts["failed"] += 1


def _may_digest(rows: list[Notice], around: Circumstances, at: datetime, now: datetime | None) -> bool:
    """Whether this person gets their digest of the day now; else what would be in it waits for tomorrow's."""
    zone = around.zone(rows[0].recipient_id)
    if notify.begin_digest(rows[0], zone, now=now):
        return True
    tomorrow = deadlines.local_day(at, zone) + deadlines.ONE_DAY
    notify.wait_until(rows, reminders.at_hour(tomorrow, zone, setting("SEND_HOUR")), now=now)
    return False


def _mail(rows: list[Notice], around: Circumstances, platform: dict[str, Any], at: datetime) -> Mail:
    """The mail with these notices, in its reader's language."""
    row = rows[0]
    language = around.languages.get(row.recipient_id) or translation.get_language() or "en"
    policy = around.policy(row)
    with translation.override(language):
        context = letters.context(rows, around, platform, at)
    headers = (
        {}
        if context["forced"]
        else {
            "List-Unsubscribe": f"<{context['unsubscribe_url']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    )
    address = policy.sender_address if policy else ""
    sender = formataddr((context["sender_name"], address)) if address else ""
    name = "notice" if row.role == Role.STUDENT else "digest"
    return Mail(name, row.recipient_id, row.recipient.email, language, context, sender, headers)
