"""Status in SQL: the same judgement as rules.standing.status, over the cycle's columns and `now`."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ..data import Invalid, Modifier, Problem, Standing, Status
from ..models import Cycle
from ..rules import standing
from .parts import Part, any_of

OPEN = "open"
"""The filter value that stands for what can still be done in time: assigned and in progress."""

OPEN_STATUSES = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})
CLOSED_STATUSES = frozenset({Status.COMPLETED, Status.WITHDRAWN, Status.MISSED})
HELD_STATUSES = frozenset({Status.EXEMPT, Status.PAUSED})
EVERY_OPEN = frozenset(Status) - CLOSED_STATUSES

_OPEN_NOW = Q(closed_as="")


def named_statuses(names: str) -> frozenset[Status]:
    """The statuses in a comma list of names, `open` among them; empty means all. Raises Invalid `unknown_status`."""
    known = {status.value: frozenset({status}) for status in Status} | {OPEN: OPEN_STATUSES}
    found: set[Status] = set()
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name not in known:
            message = _('There is no status "%(name)s"; allowed are %(allowed)s.')
            message %= {"name": name, "allowed": ", ".join(known)}
            raise Invalid(Problem("unknown_status", message, "status"))
        found |= known[name]
    return frozenset(found)


def facts(cycle: Cycle) -> Standing:
    """What the status of one cycle is a function of."""
    return Standing(
        due_at=cycle.due_at,
        units_done=cycle.units_done,
        closed_as=cycle.closed_as,
        exempt_from_at=cycle.exempt_from_at,
        exempt_until_at=cycle.exempt_until_at,
        paused_from_at=cycle.paused_from_at,
        paused_until_at=cycle.paused_until_at,
    )


def status_of(cycle: Cycle, now: datetime) -> Status:
    """The status of one cycle."""
    return standing.status(facts(cycle), now)


def has_status(statuses: Collection[Status], now: datetime) -> Q:
    """The cycles whose status is one of these now."""
    return any_of(status_parts(statuses, now))


def status_parts(statuses: Collection[Status], now: datetime) -> list[Part]:
    """The same cycles by how they were closed, for the indexes of a list begin with that."""
    wanted = frozenset(statuses)
    parts = [Part(Q(closed_as=status.value)) for status in sorted(CLOSED_STATUSES & wanted)]
    if wanted >= EVERY_OPEN:
        parts.append(Part(_OPEN_NOW))
    elif still_open := EVERY_OPEN & wanted:
        parts.append(Part(_OPEN_NOW & _is_one_of(still_open, now), scattered=still_open <= HELD_STATUSES))
    return parts


def _is_one_of(statuses: frozenset[Status], now: datetime) -> Q:
    """The open cycles whose status is one of these now. Each condition begins with what an index can find."""
    exempt, paused = _held("exempt", now), _held("paused", now)
    free = ~exempt & ~paused
    overdue, in_time = Q(due_at__lt=now), Q(due_at__gte=now)
    conditions = {
        Status.EXEMPT: exempt,
        Status.PAUSED: paused & ~exempt,
        Status.OVERDUE: free & overdue,
        Status.IN_PROGRESS: free & in_time & Q(units_done__gt=0),
        Status.ASSIGNED: free & in_time & Q(units_done=0),
    }
    if statuses >= OPEN_STATUSES:
        # What is open in time needs no look at units, and together with what is overdue none at the deadline.
        conditions |= {Status.IN_PROGRESS: Q(pk__in=()), Status.ASSIGNED: free & in_time}
        if Status.OVERDUE in statuses:
            conditions |= {Status.OVERDUE: Q(pk__in=()), Status.ASSIGNED: free}
    found = Q(pk__in=())
    for status in sorted(statuses):
        found |= conditions[status]
    return found


def _held(kind: str, now: datetime) -> Q:
    """The cycles that a hold of the kind covers now."""
    without_end = Q(**{f"{kind}_until_at__isnull": True})
    return Q(**{f"{kind}_from_at__lte": now}) & (without_end | Q(**{f"{kind}_until_at__gt": now}))


def modifiers_of(cycle: Cycle, now: datetime) -> list[Modifier]:
    """The marks beside the status."""
    troubled = bool(cycle.attention and cycle.open)
    marks = {
        Modifier.NEEDS_ATTENTION: troubled,
        Modifier.NOT_ENROLLED: troubled and cycle.attention == NOT_ENROLLED,
        Modifier.FROZEN: bool(cycle.open) and standing.is_cut_off(cycle.cut_off_at, now),
        Modifier.REOPENED: cycle.reopened,
        Modifier.REGRADED: cycle.regraded,
    }
    return [mark for mark, holds in marks.items() if holds]


NOT_ENROLLED = "left"
"""The `attention` of a cycle whose learner left a course that it needs."""
