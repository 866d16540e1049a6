"""Repetition in words: how often, and what that means on the calendar, before anything is saved and afterwards.

Decides nothing: days come from rules.recurrence.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..data import Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Unfinished
from ..models import Cycle
from ..queries import recurring
from ..rules import deadlines, recurrence
from .dates import day as day_in_words
from .dates import day_of, full_day


def interval(repeat: Repeat) -> str:
    """How often: "every 52 weeks"."""
    told: dict[RepeatUnit, Callable[[int], str]] = {
        RepeatUnit.DAYS: lambda every: ngettext("every day", "every %(every)d days", every),
        RepeatUnit.WEEKS: lambda every: ngettext("every week", "every %(every)d weeks", every),
        RepeatUnit.MONTHS: lambda every: ngettext("every month", "every %(every)d months", every),
        RepeatUnit.YEARS: lambda every: ngettext("every year", "every %(every)d years", every),
    }
    return told[repeat.unit](repeat.every) % {"every": repeat.every}


def consequence(
    repeat: Repeat, *, due_on: date, lead_days: int, min_lead_days: int, done_on: date | None = None
) -> str:
    """What follows when it is done on that day, or else on the due day, as one line.

    "done on 1 March 2027: opens again 28 February 2028, due 29 March 2028". The repetition is one that may be saved.
    """
    done_on = done_on or due_on
    found = recurrence.example(repeat, due_on=due_on, done_on=done_on, lead_days=lead_days, min_lead_days=min_lead_days)
    facts = {"done": full_day(done_on), "opens": full_day(found.opens_on), "due": full_day(found.due_on)}
    if not found.skipped:
        return _("done on %(done)s: opens again %(opens)s, due %(due)s") % facts
    told = ngettext(
        "done on %(done)s: %(missed)d due date is missed, opens again %(opens)s, due %(due)s",
        "done on %(done)s: %(missed)d due dates are missed, opens again %(opens)s, due %(due)s",
        len(found.skipped),
    )
    return told % {**facts, "missed": len(found.skipped)}


def meaning(repeat: Repeat) -> list[str]:
    """What the repetition's other choices mean, a sentence each."""
    if repeat.anchor == RepeatAnchor.COMPLETION:
        told = [_("The interval is counted from the day of completion.")]
    elif repeat.unfinished == Unfinished.ROLL:
        told = [
            _("The interval is counted from the due date."),
            _("What is not done when the next one opens is closed as missed."),
        ]
    else:
        told = [
            _("The interval is counted from the due date."),
            _("What is not done stays open and overdue until it is done; due dates that pass meanwhile are missed."),
        ]
    if repeat.evidence == RepeatEvidence.KEEP:
        return [*told, _("Finished work stays as it is; a new record or a new certificate completes it again.")]
    return [*told, _("Finished work is archived and cleared, so that it can be done again.")]


def comes_back(cycle: Cycle, now: datetime) -> str:
    """When the learner has to do it again, as a sentence about the present round; empty where that is never."""
    made, repeat = cycle.assignment, recurring.coming(cycle.assignment)
    if repeat is None or not made.open:
        return ""
    if repeat.anchor == RepeatAnchor.COMPLETION and cycle.open:
        return _after(repeat)
    if made.next_opens_at:
        opens = {"day": day_of(made.next_opens_at, cycle.zone)}
        if cycle.open:
            return _("It comes back on %(day)s, whether or not you have completed it by then.") % opens
        return _("It comes back on %(day)s.") % opens
    today = deadlines.local_day(now, cycle.zone)
    if made.anchor_on and made.grid_on and today <= cycle.due_on:
        lead = made.lead_days
        opens_on = recurrence.on_grid(repeat, made.anchor_on, made.grid_on, lead, lead, today).opens_on
        return _("If you complete it in time, it comes back on %(day)s.") % {"day": day_in_words(opens_on)}
    return _("It comes back %(interval)s; the next round opens once you have completed this one.") % {
        "interval": interval(repeat)
    }


def _after(repeat: Repeat) -> str:
    told: dict[RepeatUnit, Callable[[int], str]] = {
        RepeatUnit.DAYS: lambda every: ngettext(
            "It comes back a day after you complete it.", "It comes back %(every)d days after you complete it.", every
        ),
        RepeatUnit.WEEKS: lambda every: ngettext(
            "It comes back a week after you complete it.", "It comes back %(every)d weeks after you complete it.", every
        ),
        RepeatUnit.MONTHS: lambda every: ngettext(
            "It comes back a month after you complete it.",
            "It comes back %(every)d months after you complete it.",
            every,
        ),
        RepeatUnit.YEARS: lambda every: ngettext(
            "It comes back a year after you complete it.", "It comes back %(every)d years after you complete it.", every
        ),
    }
    return told[repeat.unit](repeat.every) % {"every": repeat.every}
