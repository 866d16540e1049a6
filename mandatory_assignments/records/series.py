"""Series of an assignment that comes again: whether it lives, and when its next cycle opens."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from ..data import Criterion, Policy, Problem, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Status, Unfinished
from ..models import Assignment, Cycle, Training
from ..queries import policies
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
    "open",
]


def repeat_of(assignment: Assignment) -> Repeat | None:
    """How the assignment comes again, whether or not the series has ended."""
    if not assignment.repeat_every:
        return None
    return Repeat(
        assignment.repeat_every,
        RepeatUnit(assignment.repeat_unit),
        RepeatAnchor(assignment.repeat_anchor),
        Unfinished(assignment.repeat_unfinished),
        RepeatEvidence(assignment.repeat_evidence),
    )


def lives(assignment: Assignment) -> bool:
    """Whether another cycle is still to come some day."""
    return bool(assignment.repeat_every) and assignment.repetition_ended_at is None and bool(assignment.open)


def set_repeat(made: Assignment, repeat: Repeat | None, due_on: date) -> None:
    """Lets the assignment come again so, counted from its present cycle's due day; the caller saves and plans."""
    made.repeat_every = repeat.every if repeat else None
    if repeat:
        made.repeat_unit, made.repeat_anchor = repeat.unit, repeat.anchor
        made.repeat_unfinished, made.repeat_evidence = repeat.unfinished, repeat.evidence
        made.repetition_ended_at = None
    made.anchor_on = made.grid_on = due_on if repeat else None
    made.next_opens_at = None


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


def next_opens_at(cycle: Cycle, policy: Policy) -> datetime | None:
    """The instant at which the next cycle opens; None while that is not known, or when the series has ended."""
    if not lives(cycle.assignment):
        return None
    closed_on = deadlines.local_day(cycle.closed_at, cycle.zone) if cycle.closed_at else cycle.due_on
    found = next_round(cycle, policy, closed_on)
    if found is None:
        return None
    instant = deadlines.start_of_day(found.opens_on, cycle.zone)
    if cycle.open and cycle.cut_off_at:
        return max(instant, cycle.cut_off_at + timedelta(microseconds=1))
    return max(instant, cycle.closed_at) if cycle.closed_at else instant


def next_round(cycle: Cycle, policy: Policy, today: date) -> Round | None:
    """The round after this cycle; None while an open cycle has to be finished first.

    `today` is the day from which a round on the calendar needs the minimum lead.
    """
    made, repeat = cycle.assignment, repeat_of(cycle.assignment)
    if repeat is None or (cycle.open and not recurrence.opens_while_unfinished(repeat, frozen=bool(cycle.cut_off_at))):
        return None
    if repeat.anchor == RepeatAnchor.COMPLETION:
        return recurrence.after_completion(repeat, _done_on(cycle), made.lead_days)
    assert made.anchor_on
    assert made.grid_on
    if cycle.open and today <= cycle.due_on:
        return recurrence.on_grid(repeat, made.anchor_on, made.grid_on, made.lead_days)
    return recurrence.on_grid_late(repeat, made.anchor_on, made.grid_on, made.lead_days, policy.min_lead_days, today)


def _done_on(cycle: Cycle) -> date:
    """The day from which the interval is counted: that of the completion, or of what was missed the due day."""
    if cycle.closed_as != Status.COMPLETED or cycle.completed_at is None:
        return cycle.due_on
    completion = cycle.fulfilled_by
    if completion is not None and completion.happened_on:
        return completion.happened_on
    return deadlines.local_day(cycle.completed_at, cycle.zone)
