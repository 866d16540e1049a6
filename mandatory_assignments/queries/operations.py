"""What operators ask: whether the platform is as expected, and how much work is due."""

from collections import Counter
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError

from ..data import Criterion, LatePolicy, SignatureDifference, Unenrollment
from ..host import signatures
from ..models import Assignment, Bookmark, Cycle, LookAgain, RequiredEnrollment
from ..rules import deadlines, reminders
from . import noticing


def platform_differences() -> list[SignatureDifference]:
    """Every way in which the platform is not as the host port expects."""
    return signatures.differences()


def is_zone(name: object) -> bool:
    """Whether this may be used as a time zone: an IANA name such as Europe/Berlin, or UTC."""
    return isinstance(name, str) and deadlines.is_zone(name)


def is_criterion(value: object) -> bool:
    """Whether this names what may complete a training."""
    return value in list(Criterion)


def is_deadline_zone(value: object) -> bool:
    """Whether this says in which zone due days end."""
    return value in deadlines.OWN_ZONES or is_zone(value)


def is_late_policy(value: object) -> bool:
    """Whether this names a late policy."""
    return value in list(LatePolicy)


def is_unenrollment(value: object) -> bool:
    """Whether this says what becomes of the wish to leave a mandatory course."""
    return value in list(Unenrollment)


def work_due(now: datetime) -> Counter[str]:
    """How much of each kind a tick would work on now. Reads only."""
    return Counter(
        enrollments=RequiredEnrollment.objects.filter(next_at__lte=now).count(),
        looks=LookAgain.objects.filter(next_at__lte=now).count(),
        cycles=Assignment.objects.filter(next_opens_at__lte=now).count(),
        reminders=Cycle.objects.filter(next_reminder_at__lte=now).count(),
        notices=noticing.due_count(now),
    )


SEEN_LATELY = timedelta(hours=1)
"""A scheduler that did not come for so long does not come every five minutes."""


def overdue_work(now: datetime) -> int:
    """How many rows wait for a tick although none has run lately; 0 where one has, and before the tables are made."""
    try:
        ran_at = Bookmark.objects.filter(name="tick").values_list("ran_at", flat=True).first()
        if ran_at and now - ran_at <= SEEN_LATELY:
            return 0
        return sum(work_due(now - SEEN_LATELY).values())
    except DatabaseError:
        return 0


def is_reminder_set(value: object) -> bool:
    """Whether this names a set of reminders that every site has."""
    return value in reminders.SETS


def is_address_or_empty(value: object) -> bool:
    """Whether mails may come from there; empty leaves that to the platform."""
    if not isinstance(value, str):
        return False
    try:
        validate_email(value or "somebody@example.com")
    except ValidationError:
        return False
    return True
