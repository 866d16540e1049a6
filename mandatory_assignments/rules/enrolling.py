"""When a refused enrolment is tried again."""

from datetime import timedelta

FIRST_RETRY = timedelta(hours=1)
LAST_RETRY = timedelta(hours=24)


def retry_after(attempts: int) -> timedelta:
    """The pause after that many attempts: doubling from an hour, never more than a day."""
    pause: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 10)
    return min(pause, LAST_RETRY)
