"""When reminders fall due, and which of several is still worth sending (product 5). Knows neither people nor mails."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from ..data import Deadline, Reminder, Role, Slot
from . import deadlines

LONGEST_DAYS = 3650
MOST_REPEATS = 100
MOST_RULES = 20

SETS: dict[str, tuple[Reminder, ...]] = {
    "none": (),
    "relaxed": (Reminder(3),),
    "compliance": (
        Reminder(14),
        Reminder(7),
        Reminder(3),
        Reminder(1),
        Reminder(-1, (Role.STUDENT, Role.ASSIGNED_BY)),
    ),
    "onboarding": (Reminder(-7),),
}
"""The sets that everybody may choose with one click."""

EARLIEST_ZONE = "Pacific/Kiritimati"
"""Where each day begins first: what several people in different zones shall get is worked out by then."""


def wrong(rule: Reminder) -> Iterator[tuple[str, str]]:
    """(code, field) of everything that makes a rule one that cannot be meant."""
    if abs(rule.days) > LONGEST_DAYS:
        yield "bad_days", "days"
    if not rule.recipients:
        yield "recipients_required", "recipients"
    if rule.repeat_every is not None:
        if rule.days >= 0:
            yield "repeats_before_due", "repeat_every"
        if not 1 <= rule.repeat_every <= LONGEST_DAYS:
            yield "bad_repeat_every", "repeat_every"
        if rule.cap is None:
            yield "cap_required", "cap"
    if rule.cap is not None and not 1 <= rule.cap <= MOST_REPEATS:
        yield "bad_cap", "cap"


def offsets(rule: Reminder) -> list[int]:
    """The days of its mails relative to the due date, negative before it; the cap counts the first one too."""
    times = (rule.cap or 1) if rule.repeat_every else 1
    return [-rule.days + (rule.repeat_every or 0) * time for time in range(times)]


def slots(rules: Collection[Reminder], due: Deadline, zone: str, send_hour: int, role: Role) -> list[Slot]:
    """Every slot of a role once, whichever rules name it, in the order of time; `zone` is the recipient's."""
    found = [
        Slot(key, offset, role, template, instant(due, offset, zone, send_hour))
        for key, (offset, template) in named(rules, role).items()
    ]
    return sorted(found, key=lambda slot: (slot.at, slot.key))


def named(rules: Collection[Reminder], role: Role) -> dict[str, tuple[int, str]]:
    """By its key the days and the template of each slot that the rules name for a role.

    A rule's template speaks to the learner; others read of it in their digest, in plain words.
    """
    found: dict[str, tuple[int, str]] = {}
    for rule in rules:
        template = rule.template if role == Role.STUDENT else ""
        if role in rule.recipients:
            for offset in offsets(rule):
                found[f"{offset:+d}{':' if template else ''}{template}"] = (offset, template)
    return found


def instant(due: Deadline, offset_days: int, zone: str, send_hour: int) -> datetime:
    """The hour of the slot's day in the recipient's zone; after the due date never before the deadline."""
    at = at_hour(due.due_on + timedelta(days=offset_days), zone, send_hour)
    return max(at, due.due_at + timedelta(microseconds=1)) if offset_days > 0 else at


def at_hour(day: date, zone: str, hour: int) -> datetime:
    """The hour of a local day: of two the first; one that the clocks skip is the first instant after the gap.

    Where that is another day already, it is the last instant of this one.
    """
    return min(deadlines.start_of_hour(day, hour, zone), deadlines.end_of_day(day, zone))


def next_at(found: Collection[Slot], after: datetime) -> datetime | None:
    """The instant of the first slot later than `after`."""
    return min((slot.at for slot in found if slot.at > after), default=None)


def superseded(found: Sequence[Slot]) -> list[Slot]:
    """Of slots that were found due at once, in the order of time, those that give way to the newest.

    Of several at the newest instant each with a template of its own stays, being a mail of its own.
    """
    latest = {slot.template: slot for slot in found if slot.at == found[-1].at}
    return [slot for slot in found if slot is not latest.get(slot.template)]


def is_too_old(at: datetime, now: datetime, catch_up_days: int) -> bool:
    """Whether something that fell due then is not worth sending any more."""
    return now - at > timedelta(days=catch_up_days)
