"""Status: a function of stored facts and `now`. queries.standing says the same in SQL."""

from datetime import datetime

from ..data import Standing, Status


def status(facts: Standing, now: datetime) -> Status:
    """The first that holds of: how it was closed, exempt, paused, overdue, in_progress, assigned."""
    if facts.closed_as:
        return Status(facts.closed_as)
    if holds(facts.exempt_from_at, facts.exempt_until_at, now):
        return Status.EXEMPT
    if holds(facts.paused_from_at, facts.paused_until_at, now):
        return Status.PAUSED
    if now > facts.due_at:
        return Status.OVERDUE
    return Status.IN_PROGRESS if facts.units_done else Status.ASSIGNED


def holds(from_at: datetime | None, until_at: datetime | None, now: datetime) -> bool:
    """Whether a hold from its first instant on and before its last covers this one; None as last is without end."""
    return from_at is not None and from_at <= now and (until_at is None or now < until_at)


def is_cut_off(cut_off_at: datetime | None, now: datetime) -> bool:
    """Whether the late policy has frozen what counts: what happens now would not."""
    return cut_off_at is not None and now > cut_off_at
