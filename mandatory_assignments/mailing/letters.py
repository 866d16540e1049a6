"""What notices say, in the language that is active: sentences, subjects, and the context of the mail templates.

The text is made when it is sent, never from the slot: "due tomorrow" is true on the day on which it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.template.loader import TemplateDoesNotExist, get_template
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import wording
from ..data import NoticeKind, Role, Status
from ..host import lms
from ..models import Cycle, Notice
from ..queries import standing
from ..queries.noticing import Circumstances
from ..rules import filling
from ..settings import setting

MOST_ITEMS = 50
"""Items that a digest shows; the others are a link away."""

TOLD_BY_STATUS = frozenset({Status.WITHDRAWN, Status.MISSED, Status.EXEMPT, Status.PAUSED})
"""Beside these a number of days would not say what it is about."""

UNSUBSCRIBE = "mandatory_assignments.unsubscribe"

LMS_BASES = {
    "base_body": "ace_common/edx_ace/common/base_body.html",
    "base_head": "ace_common/edx_ace/common/base_head.html",
}
OUR_BASES = {
    "base_body": "mandatory_assignments/edx_ace/base_body.html",
    "base_head": "mandatory_assignments/edx_ace/base_head.html",
}
BODIES = {"page": "mandatory_assignments/edx_ace/page.html", "text": "mandatory_assignments/edx_ace/text.txt"}


@dataclass(frozen=True, slots=True)
class Item:
    """One notice as it is read: what it is about, what is told, and where to look."""

    title: str
    lines: tuple[str, ...]
    url: str


def item(row: Notice, around: Circumstances, now: datetime) -> Item:
    """The notice in words."""
    cycle, url = row.cycle, _url(row)
    assert cycle
    if row.role == Role.STUDENT:
        return Item(cycle.training.name, _told(row, cycle, around, now), url)
    learner = around.names.get(cycle.learner_id) or cycle.learner.username
    title = _("%(learner)s: %(training)s") % {"learner": learner, "training": cycle.training.name}
    if row.kind == NoticeKind.COMPLETED:
        told = wording.due_in_words(cycle, now)
        return Item(title, (_("Completed: %(told)s.") % {"told": told},), url)
    return Item(title, (_due(cycle, now),), url)


def _url(row: Notice) -> str:
    """Where the recipient looks at what the notice is about."""
    assert row.cycle
    page = "my-assignment" if row.role == Role.STUDENT else "staff-assignment"
    return lms.absolute(reverse(f"mandatory_assignments:{page}", args=[row.cycle.assignment.uuid]))


def _told(row: Notice, cycle: Cycle, around: Circumstances, now: datetime) -> tuple[str, ...]:
    """What a learner is told, in sentences."""
    by = cycle.assignment.assigned_by
    due, facts = _due(cycle, now), row.facts
    match row.kind:
        case NoticeKind.ASSIGNED:
            name = around.names.get(by.id, by.username) if by else ""
            first = _("%(name)s assigned this to you.") % {"name": name} if name else _("This was assigned to you.")
            return (first, due, *_note(cycle))
        case NoticeKind.DUE_CHANGED:
            before = {"before": _written(facts.get("before"))}
            return (_("The due date has changed; it was %(before)s.") % before, due)
        case NoticeKind.NEW_CYCLE:
            return (_("It is time to do this again; what you did last time stays on record."), due)
        case NoticeKind.WITHDRAWN:
            return (_("This assignment was withdrawn: you do not have to do it any more."),)
        case NoticeKind.EXEMPTED if facts.get("until"):
            told = _("You are exempt up to and including %(day)s.") % {"day": _written(facts["until"])}
            return (told, _deadline(cycle))
        case NoticeKind.EXEMPTED:
            return (_("You are exempt from this until further notice."),)
        case NoticeKind.LIFTED:
            return (_("You are no longer exempt from this."), due)
        case NoticeKind.PAUSED:
            days = {"first": _written(facts.get("from_on")), "last": _written(facts.get("until_on"))}
            return (_("This waits while you are away, from %(first)s to %(last)s.") % days, _deadline(cycle))
        case NoticeKind.RESUMED:
            return (_("Welcome back: this goes on."), due)
        case NoticeKind.REVOKED:
            return (_("Your completion was revoked: this has to be done again."), due)
    return (due,)


def _due(cycle: Cycle, now: datetime) -> str:
    """How much time is left, and by when; of what is over or obliges nobody now, how that is."""
    words, status = wording.due_in_words(cycle, now), standing.status_of(cycle, now)
    if status in TOLD_BY_STATUS:
        return _("%(status)s: %(words)s.") % {"status": wording.STATUS_NAMES[status], "words": words}
    return _("%(words)s. %(deadline)s") % {"words": capfirst(words), "deadline": _deadline(cycle)}


def _deadline(cycle: Cycle) -> str:
    """By when, with weekday and zone."""
    return _("Deadline: end of %(day)s (%(zone)s).") % {"day": wording.day(cycle.due_on), "zone": cycle.zone}


def _note(cycle: Cycle) -> tuple[str, ...]:
    return (_("Note: %(note)s") % {"note": cycle.assignment.note},) if cycle.assignment.note else ()


def _written(iso: Any) -> str:
    return wording.day(date.fromisoformat(str(iso))) if iso else ""


def values(row: Notice, around: Circumstances, now: datetime) -> dict[str, str]:
    """What the placeholders of a template stand for."""
    cycle = row.cycle
    assert cycle
    by = cycle.assignment.assigned_by
    return {
        "learner": around.names.get(cycle.learner_id) or cycle.learner.username,
        "training": cycle.training.name,
        "due_date": wording.day(cycle.due_on),
        "due_in_words": wording.due_in_words(cycle, now),
        "zone": cycle.zone,
        "percent": "–" if cycle.percent is None else f"{cycle.percent} %",
        "units": f"{cycle.units_done}/{cycle.units_total}",
        "note": cycle.assignment.note,
        "assigned_by": (around.names.get(by.id) or by.username) if by else "",
        "organization": row.organization.name if row.organization else "",
        "platform": lms.platform_name(),
        "link": _url(row),
    }


def own_text(row: Notice, around: Circumstances, now: datetime) -> tuple[str, str] | None:
    """Subject and body by the notice's template in the active language; None where it has none or it is broken."""
    if row.template is None:
        return None
    language = get_language() or ""
    texts = {text.language: text for text in row.template.texts.all()}
    text = texts.get(language) or texts.get(language.split("-")[0]) or texts.get("") or next(iter(texts.values()), None)
    if text is None:
        return None
    try:
        return filled(text.subject, text.body, values(row, around, now))
    except KeyError:
        return None


def filled(subject: str, body: str, values: Mapping[str, str]) -> tuple[str, str]:
    """A subject and a body with their placeholders filled in. Raises KeyError for one that is unknown."""
    return filling.as_header(filling.filled(subject, values)), filling.filled(body, values)


def paragraphs(body: str) -> list[str]:
    """A text as it was typed, whatever ends its lines, in the parts that empty lines make."""
    return body.replace("\r\n", "\n").split("\n\n")


def subject(rows: Sequence[Notice]) -> str:
    """The subject of a mail in plain words."""
    if all(row.role == Role.STUDENT for row in rows):
        return _("Your learning assignment – %(platform)s") % {"platform": lms.platform_name()}
    return _("Mandatory assignments of your people – %(platform)s") % {"platform": lms.platform_name()}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all mails have alike: names and addresses of the platform, which base templates there are, our lists."""

    shown: Mapping[str, Any]
    learners_list: str
    staff_list: str


def surroundings() -> Surroundings:
    """Those of the mails that are sent now; worked out once for many."""
    pages = {
        name: lms.absolute(reverse(f"mandatory_assignments:{name}"))
        for name in ("my-assignments", "staff-list", "preferences")
    }
    shown = {
        **lms.mail_context(),
        **_bases(),
        **BODIES,
        "sign_in": lms.absolute("/"),
        "help_url": setting("HELP_URL"),
        "preferences_url": pages["preferences"],
    }
    return Surroundings(shown, pages["my-assignments"], pages["staff-list"])


def context(
    rows: Sequence[Notice], around: Circumstances, platform: Surroundings, now: datetime, more: int = 0
) -> dict[str, Any]:
    """What the mail's templates show: plain JSON values. `more` counts what there is beside these notices."""
    row = rows[0]
    own = own_text(row, around, now) if len(rows) == 1 else None
    items = [] if own else [item(each, around, now) for each in rows[:MOST_ITEMS]]
    return {
        **platform.shown,
        "subject": (own[0] if own else "") or filling.as_header(subject(rows)),
        "greeting": _("Hello %(name)s,") % {"name": around.names.get(row.recipient_id) or row.recipient.username},
        "paragraphs": paragraphs(own[1]) if own else [],
        "items": [{"title": each.title, "lines": list(each.lines), "url": each.url} for each in items],
        "left_out": 0 if own else len(rows) - len(items) + more,
        "all_url": platform.learners_list if row.role == Role.STUDENT else platform.staff_list,
        "link": items[0].url if items else _url(row),
        "forced": all(_is_forced(each, around) for each in rows),
        "unsubscribe_url": unsubscribe_url(row.recipient_id),
        "sender_name": filling.as_header(sender(rows, around)[0] or lms.platform_name()),
    }


def sender(rows: Sequence[Notice], around: Circumstances) -> tuple[str, str]:
    """The name and the address that a mail comes from, empty for the platform's.

    They are the organization's; of a mail that organizations with different ones share, the site's.
    """
    found = {(policy.sender_name, policy.sender_address) for row in rows if (policy := around.policy(row))}
    return found.pop() if len(found) == 1 else (setting("SENDER_NAME"), setting("SENDER_ADDRESS"))


def _is_forced(row: Notice, around: Circumstances) -> bool:
    policy = around.policy(row)
    return bool(policy and policy.force_email)


def unsubscribe_url(user_id: int) -> str:
    """The link that switches mails off with one click, for that person alone."""
    token = signing.dumps(user_id, salt=UNSUBSCRIBE)
    return lms.absolute(reverse("mandatory_assignments:unsubscribe", args=[token]))


def _bases() -> dict[str, str]:
    """The base templates of the LMS where they are, else ours."""
    found = {}
    for name, theirs in LMS_BASES.items():
        try:
            get_template(theirs)
            found[name] = theirs
        except TemplateDoesNotExist:
            found[name] = OUR_BASES[name]
    return found
