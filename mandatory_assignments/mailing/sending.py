"""Sending what is waiting: claimed, checked, put together by person, checked once more, handed over, noted.

Each mail is noted as begun before it is handed over, and those that went out are noted a moment later, some at once: of
what a worker that was killed had begun only the last mail is in doubt, and stays shown as unknown.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import formataddr
from itertools import chain, groupby

from django.utils import translation

from ..data import Mail, MailServerAway, NoticeKind, NoticeState, Role
from ..host import lms, post
from ..models import Notice
from ..queries import noticing
from ..queries.noticing import Circumstances
from ..rules import deadlines, reminders
from ..services import notify
from ..services.notify import Claimed
from ..settings import setting
from . import letters

log = logging.getLogger(__name__)

MOST_CHUNKS = 1000
"""Chunks that one call works on before it gives others a turn."""

FRESH_SECONDS = 0.1
LOOKED_AHEAD = 100
"""Right before a mail is begun its notices are looked at once more: together with those of the next mails, which makes
it cheap, and for none of them longer ago than this. Where mails are slow, with those of fewer.
"""


def send_waiting(now: datetime | None = None) -> Counter[str]:
    """Sends every notice whose time has come; counts mails by what came of them, and notices that were settled.

    Without a mail server everything that was not begun stays as it is, and is tried again in a few minutes. `limited`
    counts the mails that wait because the minute's number is used up.
    """
    counts: Counter[str] = Counter()
    counts["unknown"] += len(notify.give_up_unknown(now=now).changed)
    for _ in range(MOST_CHUNKS):
        claimed = notify.claim_notices(now=now)
        if claimed.rows and not _work_off(claimed, now, counts):
            break
        if claimed.none_left:
            break
    return counts


def _work_off(claimed: Claimed, now: datetime | None, counts: Counter[str]) -> bool:
    """Settles and sends claimed notices; False where there is no more use in trying others."""
    rows = claimed.rows
    around = noticing.circumstances(rows)
    decided = [(row, why) for row in rows if (why := noticing.why_not(row, around, claimed.at))]
    refused = {row.id for row, _why in decided}
    decided += [(row, (NoticeState.SUPERSEDED, noticing.NEWER)) for row in _outdone(rows, refused)]
    if decided:
        notify.settle_notices(decided, now=now)
        counts.update(state.value for _row, (state, _reason) in decided)
    settled = {row.id for row, _why in decided}
    mails = list(_mails([row for row in rows if row.id not in settled]))
    granted = notify.reserve_mails(len(mails), now=now)
    if late := mails[granted:]:
        notify.put_back(list(chain(*late)), notify.PER_MINUTE, now=now)
        counts["limited"] += len(late)
    shift = _Shift(around, letters.surroundings(), claimed, now, counts, mails[:granted])
    try:
        if shift.mails:
            with post.office() as office:
                try:
                    while shift.mails:
                        shift.send_next(office)
                finally:
                    shift.note_sent()
    except MailServerAway as error:
        log.warning("mandatory_assignments: the mail server does not answer (%s)", error)
        if shift.mails:
            notify.put_back(list(chain(*shift.mails)), notify.FIRST_RETRY, now=now)
        counts["put_back"] += len(shift.mails)
        return False
    return not late


def _outdone(rows: Sequence[Notice], settled: set[int]) -> Iterator[Notice]:
    """Reminders of a cycle to one person that gave way to a newer one while they waited."""
    waiting = [row for row in rows if row.kind == NoticeKind.REMINDER and row.id not in settled]
    by_cycle = sorted(waiting, key=lambda row: (row.recipient_id, row.cycle_id or 0, row.slot_at))
    for _key, same in groupby(by_cycle, key=lambda row: (row.recipient_id, row.cycle_id)):
        *_, newest = own = list(same)
        latest = {row.template_id: row for row in own if row.slot_at == newest.slot_at}
        yield from (row for row in own if row is not latest.get(row.template_id))


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


@dataclass(slots=True)
class _Shift:
    """Handing over the mails of one claim; `mails` are those that are still to be begun."""

    around: Circumstances
    platform: letters.Surroundings
    claimed: Claimed
    now: datetime | None
    counts: Counter[str]
    mails: list[list[Notice]]
    _looked_at: float = 0.0
    _looked_ahead: int = 0
    _stride: int = LOOKED_AHEAD
    _changed: set[int] = field(default_factory=set)
    _sent: list[notify.Begun] = field(default_factory=list)

    def send_next(self, office: post.Office) -> None:
        """Hands the next mail over and notes what came of it. Raises MailServerAway where no other would go out."""
        self._look()
        rows = self.mails.pop(0)
        more, day = 0, None
        if rows[0].role != Role.STUDENT:
            day = deadlines.local_day(self.claimed.at, self.around.zone(rows[0].recipient_id))
            more = noticing.due_beside(rows, self.claimed.at)
        changed = not self._changed.isdisjoint(row.id for row in rows)
        begun = notify.begin_sending(rows, self.around, changed=changed, digest_on=day, more=more, now=self.now)
        self.counts.update(state.value for _row, (state, _reason) in begun.settled)
        if not begun.rows:
            if day and len(begun.settled) < len(rows):
                self._wait(rows, day)
            return
        try:
            mail = _mail(begun.rows, self.around, self.platform, more, self.claimed.at)
        except Exception:
            log.exception("mandatory_assignments: notice %s could not be put into words", rows[0].id)
            notify.note_failed(begun, "text", now=self.now)
            self.counts["failed"] += 1
            return
        try:
            reason = office.send(mail)
        except MailServerAway:
            notify.take_back(begun, notify.FIRST_RETRY, now=self.now)
            self.counts["put_back"] += 1
            raise
        self._note(begun, reason)
        if office.is_lost:
            raise MailServerAway("disconnected")

    def note_sent(self) -> None:
        """Notes what went out since this was noted last."""
        if self._sent:
            notify.note_sent(self._sent, now=self.now)
            self._sent = []

    def _look(self) -> None:
        """Sees which of the next mails' notices are not as they were claimed, unless that was seen a moment ago.

        That is also when what went out is noted.
        """
        fresh = time.monotonic() - self._looked_at <= FRESH_SECONDS
        if fresh and self._looked_ahead:
            self._looked_ahead -= 1
            return
        self.note_sent()
        self._stride = min(2 * self._stride, LOOKED_AHEAD) if fresh else max(self._stride - self._looked_ahead, 1)
        ahead = self.mails[: self._stride]
        self._changed = noticing.changed(list(chain(*ahead)))
        self._looked_at, self._looked_ahead = time.monotonic(), len(ahead) - 1

    def _wait(self, rows: list[Notice], day: date) -> None:
        """The digest of the day was begun already: it told of these too, or they wait for tomorrow's."""
        zone = self.around.zone(rows[0].recipient_id)
        tomorrow_at = reminders.at_hour(day + deadlines.ONE_DAY, zone, setting("SEND_HOUR"))
        notify.join_digest(rows, day, tomorrow_at, now=self.now)
        self.counts["postponed"] += 1

    def _note(self, begun: notify.Begun, reason: str) -> None:
        if not reason:
            self._sent.append(begun)
            self.counts["sent"] += 1
        elif reason == post.DISCONNECTED:
            notify.note_unknown(begun, reason, now=self.now)
            self.counts["unknown"] += 1
        else:
            notify.note_failed(begun, reason, now=self.now)
            self.counts["refused"] += 1


def _mail(
    rows: Sequence[Notice], around: Circumstances, platform: letters.Surroundings, more: int, at: datetime
) -> Mail:
    """The mail with these notices, in its reader's language."""
    row = rows[0]
    language = around.languages.get(row.recipient_id) or translation.get_language() or "en"
    with translation.override(language):
        context = letters.context(rows, around, platform, at, more=more)
    headers = {}
    if not context["forced"]:
        headers["List-Unsubscribe"] = f"<{context['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    named, address = letters.sender(rows, around)
    sender = formataddr((context["sender_name"], address or lms.mail_address())) if named or address else ""
    name = "notice" if row.role == Role.STUDENT else "digest"
    return Mail(name, row.recipient_id, row.recipient.email, language, context, sender, headers)
