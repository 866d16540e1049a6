"""Status: a function of stored facts and `now`. queries.standing says the same in SQL."""

from datetime import datetime

from ..data import Status


def status(*, completed: bool, due_at: datetime, units_done: int, now: datetime) -> Status:
    """The first that holds of completed, overdue, in_progress, assigned."""
    if completed:
        return Status.COMPLETED
    if now > due_at:
        return Status.OVERDUE
    return Status.IN_PROGRESS if units_done else Status.ASSIGNED
