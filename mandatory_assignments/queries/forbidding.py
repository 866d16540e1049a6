"""What forbids an act on an assignment: asked by the verb that does it, and by the plan that foresees what it will do.

A round that is over is `changing.closed`'s business; each act here is asked of one that is open, but for the last.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from ..data import Problem, Status
from ..models import Cycle
from ..rules import deadlines
from ..rules.standing import is_cut_off
from ..settings import setting
from . import changing, standing


def exempting(cycle: Cycle, until: date | None, now: datetime) -> Problem | None:
    """`until_too_early`, `until_too_late`, `already_exempt`."""
    if problem := _until(cycle, until, now):
        return problem
    if changing.is_exempt(cycle, now):
        return Problem("already_exempt", _("This assignment is exempt already."))
    return None


def _until(cycle: Cycle, until: date | None, now: datetime) -> Problem | None:
    today = deadlines.local_day(now, cycle.zone)
    if until is None or today <= until <= deadlines.LAST_HOLD_ON:
        return None
    if until < today:
        message = _("%(until)s has passed; the first date allowed is %(first)s.")
        return Problem("until_too_early", message % {"until": until.isoformat(), "first": today.isoformat()}, "until")
    message = _("%(until)s is too far ahead; the last date allowed is %(last)s.")
    facts = {"until": until.isoformat(), "last": deadlines.LAST_HOLD_ON.isoformat()}
    return Problem("until_too_late", message % facts, "until")


def lifting(cycle: Cycle, now: datetime) -> Problem | None:
    """`not_exempt`."""
    return None if changing.is_exempt(cycle, now) else Problem("not_exempt", _("This assignment is not exempt."))


def moving(cycle: Cycle, due_on: date | None, now: datetime) -> Problem | None:
    """`due_too_early`: a due date may go down to today, counted in the deadline's zone."""
    first = deadlines.first_due_on(now, cycle.zone, 0)
    if due_on is None or due_on == cycle.due_on or due_on >= first:
        return None
    message = _("%(due_on)s is too early; the first date allowed is %(first)s.")
    return Problem("due_too_early", message % {"due_on": due_on.isoformat(), "first": first.isoformat()}, "due_on")


def reminding(cycle: Cycle, now: datetime, *, archived: Collection[int], cooling: Collection[int]) -> Problem | None:
    """`exempt`, `paused`, `frozen`; `archived` and `cooling_down` for the trainings and the cycles with these ids."""
    status = standing.status_of(cycle, now)
    if status == Status.EXEMPT:
        return Problem("exempt", _("This assignment is exempt: nobody has to be reminded."))
    if status == Status.PAUSED:
        return Problem("paused", _("This person is away."))
    if is_cut_off(cycle.cut_off_at, now):
        return Problem("frozen", _("The deadline and its grace are over: nothing can be done any more."))
    if cycle.training_id in archived:
        return Problem("archived", _("This training is archived: nobody is reminded of it."))
    if cycle.id in cooling:
        message = _("This person was reminded less than %(hours)d hours ago.")
        return Problem("cooling_down", message % {"hours": setting("REMIND_AGAIN_HOURS")})
    return None


def ending(cycle: Cycle) -> Problem | None:
    """`not_repeating`, `repetition_ended`, and what forbids to change a series that is over."""
    made = cycle.assignment
    if not made.repeat_every:
        return Problem("not_repeating", _("This assignment does not come again."))
    if made.repetition_ended_at:
        return Problem("repetition_ended", _("This repetition has been ended already."))
    return None if made.open else changing.closed(cycle)
