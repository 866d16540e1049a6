"""Assignments as lines of a file for spreadsheets: days as YYYY-MM-DD where each is due, numbers as numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from ..data import Modifier, TrainingKind
from ..models import Cycle
from ..queries import assignments, standing
from ..rules import deadlines
from .obligations import KIND_NAMES, STATUS_NAMES, trouble


def heading() -> Sequence[str]:
    """The columns of `line`."""
    return [
        _("Learner"),
        _("Username"),
        _("Training"),
        _("Kind"),
        _("Key"),
        _("Organization"),
        _("Status"),
        _("Percent"),
        _("Units done"),
        _("Units"),
        _("Due date"),
        _("Time zone"),
        _("Days late"),
        _("Completed"),
        _("Round"),
        _("Assigned"),
        _("Assigned by"),
        _("Last reminder"),
        _("Needs attention"),
        _("Cause"),
        _("Next step"),
        _("Assignment"),
    ]


def line(cycle: Cycle, now: datetime, names: Mapping[int, str]) -> Sequence[object]:
    """One round of an assignment; `names` maps the ids of assigning people to theirs."""
    status, by = standing.status_of(cycle, now), cycle.assignment.assigned_by
    marks = standing.modifiers_of(cycle, now)
    cause, next_step = trouble(cycle, status, Modifier.FROZEN in marks)
    completed_on = cycle.completed_on or (_day(cycle.completed_at, cycle.zone) if cycle.completed_at else "")
    return [
        cycle.sort_name or cycle.learner.username,
        cycle.learner.username,
        cycle.training.name,
        str(KIND_NAMES[TrainingKind(cycle.training.kind)]),
        cycle.training.key,
        cycle.organization.short_name,
        str(STATUS_NAMES[status]),
        cycle.percent,
        cycle.units_done,
        cycle.units_total,
        cycle.due_on.isoformat(),
        cycle.zone,
        assignments.days_late(cycle, now),
        str(completed_on),
        cycle.number,
        _day(cycle.assigned_at, cycle.zone),
        names.get(by.id, by.username) if by else "",
        _day(cycle.last_reminder_at, cycle.zone) if cycle.last_reminder_at else "",
        _("yes") if Modifier.NEEDS_ATTENTION in marks else "",
        cause,
        next_step,
        str(cycle.assignment.uuid),
    ]


def _day(at: datetime, zone: str) -> str:
    return deadlines.local_day(at, zone).isoformat()
