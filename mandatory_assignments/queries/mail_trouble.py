"""Why mails to learners may not arrive: for staff beside a person, in a constant number of queries for many.

Whether one mail is sent is decided when it is sent (queries.noticing); this only foresees it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from ..data import NoticeState
from ..models import Cycle, Notice, NoticePreference
from . import policies

_FAILED = (NoticeState.FAILED, NoticeState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class MailTrouble:
    """A reason code; and when a mail last failed, None where none is sent at all."""

    reason: str
    failed_at: datetime | None = None


def mail_troubles(cycles: Collection[Cycle]) -> dict[int, MailTrouble]:
    """By cycle id why mails about it may not reach its learner; those whom they reach are left out.

    A failure is that of the organization's own mails, and counts until a later one went out.
    """
    if not cycles:
        return {}
    learner_ids = {cycle.learner_id for cycle in cycles}
    organization_ids = {cycle.organization_id for cycle in cycles}
    accounts = get_user_model().objects.filter(Q(is_active=False) | Q(email=""), id__in=learner_ids)
    unusable = {id: "no_address" if active else "inactive" for id, active in accounts.values_list("id", "is_active")}
    refusing = NoticePreference.objects.filter(user_id__in=learner_ids, email=False).values_list("user_id", flat=True)
    opted_out, rules = set(refusing), policies.policies(organization_ids)
    failed = _failures(learner_ids, organization_ids)
    found: dict[int, MailTrouble] = {}
    for cycle in cycles:
        person, organization = cycle.learner_id, cycle.organization_id
        if person in unusable:
            found[cycle.id] = MailTrouble(unusable[person])
        elif person in opted_out and not rules[organization].force_email:
            found[cycle.id] = MailTrouble("opted_out")
        elif (person, organization) in failed:
            found[cycle.id] = failed[person, organization]
    return found


def _failures(learner_ids: Collection[int], organization_ids: Collection[int]) -> dict[tuple[int, int], MailTrouble]:
    """By learner and organization the last mail that failed, where none went out since."""
    told = Notice.objects.annotate(ended_at=Coalesce("done_at", "slot_at"))
    same = {"recipient_id": OuterRef("recipient_id"), "organization_id": OuterRef("organization_id")}
    since = Notice.objects.filter(state=NoticeState.SENT, done_at__gte=OuterRef("ended_at"), **same)
    rows = told.filter(recipient_id__in=learner_ids, organization_id__in=organization_ids, state__in=_FAILED)
    columns = rows.exclude(Exists(since)).order_by("ended_at", "id")
    return {
        (person, organization): MailTrouble(NoticeState.UNKNOWN if state == NoticeState.UNKNOWN else reason, ended_at)
        for person, organization, state, reason, ended_at in columns.values_list(
            "recipient_id", "organization_id", "state", "reason", "ended_at"
        )
    }
