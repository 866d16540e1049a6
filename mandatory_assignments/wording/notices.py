"""What people were told and will be, in words: for staff, beside an assignment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import NoticeKind, NoticeState, Role
from ..models import Notice
from ..queries.mail_trouble import MailTrouble
from ..queries.reminding import Planned
from .dates import day, day_of, moment

KIND_NAMES = {
    NoticeKind.ASSIGNED: gettext_lazy("Assigned"),
    NoticeKind.REMINDER: gettext_lazy("Reminder"),
    NoticeKind.DIGEST: gettext_lazy("Summary of the day"),
    NoticeKind.DUE_CHANGED: gettext_lazy("Due date changed"),
    NoticeKind.NEW_CYCLE: gettext_lazy("To be done again"),
    NoticeKind.WITHDRAWN: gettext_lazy("Withdrawn"),
    NoticeKind.EXEMPTED: gettext_lazy("Exempt"),
    NoticeKind.LIFTED: gettext_lazy("Exemption lifted"),
    NoticeKind.PAUSED: gettext_lazy("Paused"),
    NoticeKind.RESUMED: gettext_lazy("Goes on"),
    NoticeKind.REVOKED: gettext_lazy("Completion revoked"),
    NoticeKind.COMPLETED: gettext_lazy("Completed"),
}

STATE_NAMES = {
    NoticeState.WAITING: gettext_lazy("waiting"),
    NoticeState.CLAIMED: gettext_lazy("waiting"),
    NoticeState.SENDING: gettext_lazy("being sent"),
    NoticeState.SENT: gettext_lazy("sent"),
    NoticeState.FAILED: gettext_lazy("failed"),
    NoticeState.UNKNOWN: gettext_lazy("nobody knows whether it went out"),
    NoticeState.SKIPPED: gettext_lazy("not sent"),
    NoticeState.SUPERSEDED: gettext_lazy("gave way to a newer one"),
    NoticeState.MISSED: gettext_lazy("too old when it could be sent"),
}

REASONS = {
    "opted_out": gettext_lazy("the person switched mails off"),
    "no_address": gettext_lazy("the account has no address"),
    "no_mail_wanted": gettext_lazy("assigned without a mail"),
    "inactive": gettext_lazy("the account is not active"),
    "archived": gettext_lazy("the training is archived"),
    "completed": gettext_lazy("completed by then"),
    "withdrawn": gettext_lazy("withdrawn by then"),
    "missed": gettext_lazy("missed by then"),
    "exempt": gettext_lazy("exempt at that time"),
    "paused": gettext_lazy("away at that time"),
    "frozen": gettext_lazy("nothing counts any more by then"),
    "no_recipient": gettext_lazy("the person has nothing to do with it any more"),
    "due_changed": gettext_lazy("the due date was changed"),
    "newer": STATE_NAMES[NoticeState.SUPERSEDED],
    "too_old": STATE_NAMES[NoticeState.MISSED],
    "resumed": gettext_lazy("the person is back"),
    "lifted": gettext_lazy("the exemption was lifted"),
    "reopened": gettext_lazy("it is open again"),
    "before_assigned": gettext_lazy("before it was assigned"),
    "passed": gettext_lazy("that time was over when the reminder was added"),
    "refused": gettext_lazy("the mail server refused it"),
    "disconnected": gettext_lazy("the mail server hung up"),
    "text": gettext_lazy("its text could not be made"),
    "template": gettext_lazy("its text could not be made"),
    "policy": gettext_lazy("the platform's rules for mails keep it back"),
    "not_sent": gettext_lazy("the platform did not send it"),
}

ROLE_NAMES = {
    Role.STUDENT: gettext_lazy("learner"),
    Role.ASSIGNED_BY: gettext_lazy("assigning person"),
    Role.MANAGERS: gettext_lazy("manager"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line about a notice or a reminder to come: when, what, to whom, and how its mail stands."""

    at: str
    what: str
    to: str
    state: str
    never: bool = False


def log(rows: Collection[Notice], names: Mapping[int, str], zone: str) -> list[Told]:
    """Everything that was told about an assignment, with the state of its mail and the reason."""
    return [
        Told(
            at=moment(row.done_at or row.slot_at, zone),
            what=str(KIND_NAMES[NoticeKind(row.kind)]),
            to=names.get(row.recipient_id) or row.recipient.username,
            state=_state(row),
        )
        for row in rows
    ]


def reminders(planned: Collection[Planned], names: Mapping[int, str]) -> list[Told]:
    """The reminders that were sent and those to come, each on its day in its reader's zone."""
    return [
        Told(
            at=_("%(day)s (%(zone)s)") % {"day": day(each.day), "zone": each.zone},
            what=str(ROLE_NAMES[each.slot.role]),
            to=names.get(each.recipient_id, ""),
            state=_plan_state(each),
            never=bool(each.why_not),
        )
        for each in planned
    ]


def mail_trouble(found: MailTrouble | None, zone: str) -> str:
    """Why mails may not reach somebody, as a sentence; empty where nothing speaks against it."""
    if found is None:
        return ""
    if found.failed_at is None:
        return _("Mails do not arrive: %(reason)s.") % {"reason": _reason(found.reason)}
    facts = {"day": day_of(found.failed_at, zone), "reason": _reason(found.reason)}
    return _("The last mail may not have arrived (%(day)s): %(reason)s.") % facts


def _plan_state(each: Planned) -> str:
    if each.sent_at:
        return str(STATE_NAMES[NoticeState.SENT])
    return _reason(each.why_not) if each.why_not else _("to come")


def _state(row: Notice) -> str:
    told, reason = str(STATE_NAMES[NoticeState(row.state)]), _reason(row.reason)
    if row.state == NoticeState.SENT or reason in ("", told):
        return told
    return _("%(state)s: %(reason)s") % {"state": told, "reason": reason}


def _reason(code: str) -> str:
    return str(REASONS.get(code) or STATE_NAMES.get(code) or code)  # type: ignore[call-overload]
