"""Series of an assignment that comes again: whether it lives, and when its next cycle opens."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ..data import Criterion, Policy, Problem, Repeat, RepeatAnchor, RepeatEvidence
from ..models import Assignment, Cycle, Training
from ..queries import changing, policies, recurring
from ..rules import deadlines, recurrence
from ..rules.recurrence import Round

COLUMNS = [
    "repeat_every",
    "repeat_unit",
    "repeat_anchor",
    "repeat_unfinished",
    "repeat_evidence",
    "anchor_on",
    "grid_on",
    "repetition_ended_at",
    "next_opens_at",
]


def lives(assignment: Assignment) -> bool:
    """Whether another cycle is still to come some day."""
    return bool(assignment.repeat_every) and assignment.repetition_ended_at is None and bool(assignment.open)


def closed(cycle: Cycle, fields: Mapping[str, Any]) -> Problem | None:
    """What forbids to change a round that is over; between two rounds of a series only its due date is."""
    if lives(cycle.assignment) and fields.get("due_on", cycle.due_on) == cycle.due_on:
        return None
    return changing.closed(cycle)


def set_repeat(made: Assignment, repeat: Repeat | None, due_on: date) -> None:
    """Lets the assignment come again so from its next cycle on; the caller saves and plans.

    On the calendar it is counted from the present cycle's due day on the grid, whatever extensions that had; `due_on`
    is the due day of a cycle that had no grid. An interval that stays the same is counted from the same day as before,
    so that the last of a month stays the last. A series that nothing follows any more is over with its closed cycle.
    """
    before = recurring.repeat_of(made)
    on = made.grid_on or due_on
    made.repeat_every = repeat.every if repeat else None
    if repeat:
        made.repeat_unit, made.repeat_anchor = repeat.unit, repeat.anchor
        made.repeat_unfinished, made.repeat_evidence = repeat.unfinished, repeat.evidence
        made.repetition_ended_at = None
    if repeat and not (before and _pace(before) == _pace(repeat)):
        made.anchor_on = on
    made.grid_on = on if repeat else None
    made.anchor_on = made.anchor_on if repeat else None
    made.next_opens_at = None


def _pace(repeat: Repeat) -> tuple[object, ...]:
    return repeat.every, repeat.unit, repeat.anchor


def problems(repeat: Repeat | None, lead_days: int, training: Training) -> list[Problem]:
    """Everything that forbids this repetition of the training, about the field `repeat`."""
    if repeat is None:
        return []
    shortest = recurrence.shortest_days(repeat)
    messages = {
        "bad_every": _("The interval is %(every)d; it must be from 1 to %(most)d.")
        % {"every": repeat.every, "most": recurrence.MOST_EVERY},
        "interval_too_short": _("The interval of %(days)d days must be longer than the %(lead)d days to the due date.")
        % {"days": shortest, "lead": lead_days},
        "keep_not_possible": _(
            "Finished work can be kept only where staff, an import or a new certificate completes the training;"
            " the content of this one has to be cleared so that it can be done again."
        ),
    }
    codes = recurrence.wrong(
        repeat, lead_days=lead_days, criterion=Criterion(training.criterion), offline=training.offline
    )
    return [Problem(code, messages[code], "repeat") for code in codes]


def plan(cycles: Collection[Cycle]) -> None:
    """Sets when the next cycle opens after these, the present ones of their assignments; the caller saves."""
    repeating = [cycle for cycle in cycles if cycle.assignment.repeat_every]
    found = policies.policies({cycle.organization_id for cycle in repeating}) if repeating else {}
    for cycle in repeating:
        cycle.assignment.next_opens_at = next_opens_at(cycle, found[cycle.organization_id])


def save(cycles: Collection[Cycle], *, all_of_them: bool = False) -> None:
    """Plans the series of these present cycles and writes it; nothing is asked where none comes again.

    With `all_of_them` also of those that do not come again any more.
    """
    repeating = [cycle for cycle in cycles if all_of_them or cycle.assignment.repeat_every]
    if repeating:
        plan(repeating)
        Assignment.objects.bulk_update([cycle.assignment for cycle in repeating], COLUMNS, batch_size=100)


def next_opens_at(cycle: Cycle, policy: Policy, zone: str | None = None) -> datetime | None:
    """The instant at which the cycle after this present one opens; None while that is not known, or when there is none.

    It is the beginning of a day in `zone`, or else in the cycle's. One that is not done is never replaced before its
    deadline has passed, with the days of grace, however far that was put off.
    """
    if not lives(cycle.assignment):
        return None
    over_at = cycle.closed_at or (cycle.cut_off_at or cycle.due_at) + timedelta(microseconds=1)
    found = next_round(cycle, policy, deadlines.local_day(over_at, cycle.zone))
    return max(deadlines.start_of_day(found.opens_on, zone or cycle.zone), over_at) if found else None


def next_round(cycle: Cycle, policy: Policy, today: date) -> Round | None:
    """The round after this present cycle; None while an open one has to be finished first.

    `today` is the day from which a round on the calendar needs the minimum lead.
    """
    made, repeat = cycle.assignment, recurring.repeat_of(cycle.assignment)
    if repeat is None or (cycle.open and not recurrence.opens_while_unfinished(repeat, frozen=bool(cycle.cut_off_at))):
        return None
    if repeat.anchor == RepeatAnchor.COMPLETION:
        return recurrence.after_completion(repeat, cycle.completed_on or cycle.due_on, made.lead_days)
    assert made.anchor_on
    assert made.grid_on
    return recurrence.on_grid(repeat, made.anchor_on, made.grid_on, made.lead_days, policy.min_lead_days, today)


def clears(assignment: Assignment) -> bool:
    """Whether a new cycle clears the finished blocks: also where they were kept once, and content completes it now."""
    training = assignment.training
    kept = assignment.repeat_evidence == RepeatEvidence.KEEP
    return not (kept and recurrence.can_keep(Criterion(training.criterion), offline=training.offline))
