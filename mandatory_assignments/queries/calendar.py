"""What a person's calendar program is told, and whose calendar a secret address is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db.models import OuterRef, Q, Subquery

from ..data import Status
from ..models import CalendarFeed, Cycle, Deadline
from .standing import status_of

WITHDRAWN_DAYS = timedelta(days=30)
"""So long a calendar is told that something was withdrawn; a program that looks less often keeps it."""

LONGEST = 64


def secret_of(user_id: int) -> str:
    """The secret in the address of the person's calendar; empty where they have none."""
    return CalendarFeed.objects.filter(user_id=user_id).values_list("secret", flat=True).first() or ""


def person_of(secret: str) -> int | None:
    """The id of the person whose calendar has this secret, None for nobody's and for an account that is closed."""
    if not 0 < len(secret) <= LONGEST or not secret.isalnum() or not secret.isascii():
        return None
    found = CalendarFeed.objects.filter(secret=secret, user__is_active=True).values_list("user_id", "secret").first()
    # A database may take small letters for capital ones.
    return found[0] if found and compare_digest(found[1], secret) else None


def entries(user_id: int, now: datetime) -> Sequence[Cycle]:
    """What stands in the person's calendar: what is open and due on a day, and what was withdrawn lately. One query.

    `told_at` is when the deadline was recorded that each of them has. What nobody has to do until further notice is
    not among them.
    """
    withdrawn = Q(closed_as=Status.WITHDRAWN, closed_at__gt=now - WITHDRAWN_DAYS)
    deadline = Deadline.objects.filter(cycle=OuterRef("pk")).order_by("-version", "-revision")
    rows = Cycle.objects.filter(Q(open=True) | withdrawn, learner_id=user_id).select_related("training", "assignment")
    rows = rows.annotate(told_at=Subquery(deadline.values("recorded_at")[:1])).order_by("due_at", "id")
    return [row for row in rows if status_of(row, now) != Status.EXEMPT or row.exempt_until_at]
