"""The secret address under which a person's calendar program finds their due dates."""

import secrets
from datetime import datetime

from ..data import Outcome
from ..models import CalendarFeed
from ..records import audit
from ..verb import verb

BYTES = 32


@verb()
def make_calendar(user_id: int, *, now: datetime) -> Outcome:
    """Gives the person's calendar a new secret address; one that there was leads nowhere from now on.

    The person's id is in `created`, or in `changed` where there was one.
    """
    fresh = {"secret": secrets.token_hex(BYTES), "made_at": now}
    _feed, created = CalendarFeed.objects.update_or_create(user_id=user_id, defaults=fresh)
    audit.append([audit.entry("calendar_made", now=now, learner_id=user_id)])
    return Outcome(created=[user_id]) if created else Outcome(changed=[user_id])


@verb()
def revoke_calendar(user_id: int, *, now: datetime) -> Outcome:
    """Takes the address back. The person's id is in `changed`, or in `unchanged` where there was none."""
    deleted, _ = CalendarFeed.objects.filter(user_id=user_id).delete()
    if not deleted:
        return Outcome(unchanged=[user_id])
    audit.append([audit.entry("calendar_revoked", now=now, learner_id=user_id)])
    return Outcome(changed=[user_id])
