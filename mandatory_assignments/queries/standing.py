"""Status in SQL: the same judgement as rules.standing.status, over the cycle's columns and `now`."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ..data import Invalid, Modifier, Problem, Status
from ..models import Cycle
from ..rules import standing

OPEN = "open"
"""The filter value that stands for what can still be done in time: assigned and in progress."""


def named_statuses(names: str) -> frozenset[Status]:
    """The statuses in a comma list of names, `open` among them; empty means all. Raises Invalid `unknown_status`."""
    known = {status.value: {status} for status in Status} | {OPEN: {Status.ASSIGNED, Status.IN_PROGRESS}}
    found: set[Status] = set()
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name not in known:
            message = _('There is no status "%(name)s".') % {"name": name}
            raise Invalid(Problem("unknown_status", message, "status"))
        found |= known[name]
    return frozenset(found)


def status_of(cycle: Cycle, now: datetime) -> Status:
    """The status of one cycle."""
    return standing.status(
        completed=cycle.closed_as == Status.COMPLETED, due_at=cycle.due_at, units_done=cycle.units_done, now=now
    )


def has_status(statuses: Collection[Status], now: datetime) -> Q:
    """The cycles whose status is one of these now."""
    completed = Q(closed_as=Status.COMPLETED.value)
    overdue = Q(due_at__lt=now)
    conditions = {
        Status.COMPLETED: completed,
        Status.OVERDUE: ~completed & overdue,
        Status.IN_PROGRESS: ~completed & ~overdue & Q(units_done__gt=0),
        Status.ASSIGNED: ~completed & ~overdue & Q(units_done=0),
    }
    found = Q(pk__in=())
    for status in statuses:
        found |= conditions[status]
    return found


def modifiers_of(cycle: Cycle) -> list[Modifier]:
    """The marks beside the status."""
    troubled = bool(cycle.attention and cycle.open)
    marks = {
        Modifier.NEEDS_ATTENTION: troubled,
        Modifier.NOT_ENROLLED: troubled and cycle.attention == NOT_ENROLLED,
        Modifier.REOPENED: cycle.reopened,
        Modifier.REGRADED: cycle.regraded,
    }
    return [mark for mark, holds in marks.items() if holds]


NOT_ENROLLED = "left"
"""The `attention` of a cycle whose learner left a course that it needs."""
