"""Reminder rules in words: when, to whom, and how often. Decides nothing."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..data import Reminder, Role

SET_NAMES = {
    "none": gettext_lazy("No reminders"),
    "relaxed": gettext_lazy("Relaxed"),
    "compliance": gettext_lazy("Compliance"),
    "onboarding": gettext_lazy("Onboarding"),
}
"""What the sets that everybody knows are called."""

RECIPIENTS = {
    Role.STUDENT: gettext_lazy("learner"),
    Role.ASSIGNED_BY: gettext_lazy("assigning person"),
    Role.MANAGERS: gettext_lazy("managers"),
}


def rule(reminder: Reminder) -> str:
    """A rule: "3 days before the due date, to: learner"."""
    if reminder.days == 0:
        when = _("on the due date")
    elif reminder.days > 0:
        when = ngettext("%(days)d day before the due date", "%(days)d days before the due date", reminder.days)
    else:
        when = ngettext("%(days)d day after the due date", "%(days)d days after the due date", -reminder.days)
    facts = {"when": when % {"days": abs(reminder.days)}, "who": ", ".join(recipients(reminder))}
    if not reminder.repeat_every:
        return _("%(when)s, to: %(who)s") % facts
    again = ngettext("again every day", "again every %(days)d days", reminder.repeat_every)
    times = ngettext("at most %(count)d time in all", "at most %(count)d times in all", reminder.cap or 1)
    facts |= {"again": again % {"days": reminder.repeat_every}, "times": times % {"count": reminder.cap or 1}}
    return _("%(when)s, %(again)s, %(times)s, to: %(who)s") % facts


def recipients(reminder: Reminder) -> list[str]:
    """To whom the rule goes, in words."""
    return [str(RECIPIENTS[role]) for role in reminder.recipients]


def summary(rules: Collection[Reminder]) -> str:
    """A set in a few words, where it is chosen: "3 days before; 1 day after (learner, assigning person)"."""
    return "; ".join(_briefly(each) for each in rules)


def _briefly(reminder: Reminder) -> str:
    if reminder.days == 0:
        when = _("on the day")
    elif reminder.days > 0:
        when = ngettext("%(days)d day before", "%(days)d days before", reminder.days)
    else:
        when = ngettext("%(days)d day after", "%(days)d days after", -reminder.days)
    when %= {"days": abs(reminder.days)}
    if reminder.recipients == (Role.STUDENT,):
        return when
    return _("%(when)s (%(who)s)") % {"when": when, "who": ", ".join(recipients(reminder))}
