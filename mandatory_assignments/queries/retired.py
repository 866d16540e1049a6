"""Accounts that the platform retired and of which something personal is still kept here, because forgetting failed."""

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from ..host import lms
from ..models import (
    Absence,
    AuditEntry,
    CalendarFeed,
    Completion,
    Coordinator,
    Cycle,
    EvidenceFloor,
    Membership,
    OrganizationMember,
    Supervision,
)

_ACCOUNT = OuterRef("pk")

_KEPT = (
    Cycle.objects.filter(Q(open=True) | ~Q(sort_name=""), learner=_ACCOUNT),
    Completion.objects.filter(~Q(reference=""), learner=_ACCOUNT),
    EvidenceFloor.objects.filter(~Q(why=""), learner=_ACCOUNT),
    Absence.objects.filter(~Q(reason=""), learner=_ACCOUNT),
    AuditEntry.objects.filter(~Q(actor_name=""), actor=_ACCOUNT),
    CalendarFeed.objects.filter(user=_ACCOUNT),
    OrganizationMember.objects.filter(user=_ACCOUNT),
    Membership.objects.filter(user=_ACCOUNT),
    Coordinator.objects.filter(user=_ACCOUNT),
    Supervision.objects.filter(manager=_ACCOUNT),
    Supervision.objects.filter(person=_ACCOUNT),
)
"""What retiring removes, all of it in one transaction: where anything is left, all may be."""


def not_forgotten(*, after_id: int = 0, limit: int = 100) -> list[int]:
    """The ids of up to `limit` such accounts after this one, in one query."""
    kept = Q()
    for rows in _KEPT:
        kept |= Q(Exists(rows))
    accounts = get_user_model().objects.filter(kept, id__in=lms.retired_accounts(), id__gt=after_id)
    return list(accounts.order_by("id").values_list("id", flat=True)[:limit])
