"""Giving a cycle another deadline: its own columns, and the row that keeps every deadline there ever was."""

from datetime import datetime, timedelta
from typing import Any

from .. import data
from ..models import Cycle, Deadline
from ..rules import deadlines as rules

COLUMNS = [
    "due_on",
    "zone",
    "due_at",
    "deadline_version",
    "deadline_revision",
    "cut_off_at",
    "frozen_at",
    "next_reminder_at",
]


ACROSS_THE_WORLD = timedelta(hours=26)
"""By so much an instant moves with its zone at most: what fell due meanwhile is worked out again, never sent twice."""


def present(cycle: Cycle) -> data.Deadline:
    """The deadline that the cycle has now."""
    return data.Deadline(cycle.due_on, cycle.zone, cycle.due_at)


def cut_off(cycle: Cycle) -> None:
    """Sets up to when things count, by the assignment's late policy; what was frozen counts again until it is stored.

    Nothing is cut off while the cycle is exempt without end.
    """
    ceiling = None if sleeps(cycle) else _ceiling(cycle)
    cycle.cut_off_at, cycle.frozen_at = (ceiling.at if ceiling else None), None


def sleeps(cycle: Cycle) -> bool:
    """Whether the cycle is exempt without end, so that its deadline is set when that is lifted."""
    return cycle.exempt_from_at is not None and cycle.exempt_until_at is None


def ceiling(cycle: Cycle) -> data.Ceiling | None:
    """Up to when things count for the cycle; None where all do, and while it has no cut-off because it is exempt."""
    return None if cycle.cut_off_at is None else _ceiling(cycle)


def _ceiling(cycle: Cycle) -> data.Ceiling | None:
    return rules.ceiling(present(cycle), cycle.assignment.late_policy, cycle.assignment.grace_days)


def move(cycle: Cycle, deadline: data.Deadline, *, actor: Any, now: datetime) -> Deadline:
    """Gives the cycle this deadline as its next version; the caller stores both."""
    cycle.deadline_version += 1
    cycle.deadline_revision = 0
    return _set(cycle, deadline, actor, now)


def revise(cycle: Cycle, deadline: data.Deadline, *, actor: Any = None, now: datetime) -> Deadline:
    """Gives the present version's due day another zone, or after it was frozen another cut-off; the caller stores both.

    What was frozen stays known with the revision before.
    """
    cycle.deadline_revision += 1
    found = _set(cycle, deadline, actor, now)
    cycle.next_reminder_at = now - ACROSS_THE_WORLD
    return found


def _set(cycle: Cycle, deadline: data.Deadline, actor: Any, now: datetime) -> Deadline:
    cycle.due_on, cycle.zone, cycle.due_at = deadline.due_on, deadline.zone, deadline.due_at
    cut_off(cycle)
    cycle.next_reminder_at = now
    return row(cycle, actor=actor, now=now)


def row(cycle: Cycle, *, actor: Any, now: datetime) -> Deadline:
    """The cycle's present deadline as a row of its own, not stored yet."""
    return Deadline(
        cycle=cycle,
        version=cycle.deadline_version,
        revision=cycle.deadline_revision,
        due_on=cycle.due_on,
        zone=cycle.zone,
        due_at=cycle.due_at,
        recorded_at=now,
        recorded_by=actor,
    )
