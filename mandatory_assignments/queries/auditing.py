"""The audit trail as a list: who sees what of it, and narrowed by whom, what and when it is about.

Coordinators see what was done in their organizations; of their members also what names no organization.
"""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from ..data import Scope
from ..models import Assignment, AuditEntry, OrganizationMember, Training
from ..rules import deadlines
from ..settings import setting
from .access import visible_trainings
from .assignments import trainings_meant

CHUNK = 1000


def sees(scope: Scope) -> bool:
    """Whether the trail is open to this scope."""
    return scope.everything or bool(scope.organization_ids)


def zone() -> str:
    """The zone in which the days of the trail are told: the site's."""
    return deadlines.first_zone(setting("SITE_ZONE"))


def entries(
    scope: Scope,
    *,
    learner: str = "",
    training: str = "",
    assignment: str = "",
    organization: str = "",
    act: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[AuditEntry]:
    """What this scope sees of the trail. `learner` is a username or an e-mail, `training` a uuid or a key.

    `first` and `last` are days in the site's zone, both inclusive.
    """
    rows = AuditEntry.objects.filter(_visible(scope))
    if learner:
        meant = Q(email__iexact=learner) if "@" in learner else Q(username=learner)
        rows = rows.filter(learner__in=list(get_user_model().objects.filter(meant).values_list("id", flat=True)))
    if training:
        rows = rows.filter(training__in=trainings_meant(training))
    if assignment:
        rows = rows.filter(assignment__in=_assignments(assignment))
    if organization:
        rows = rows.filter(organization__short_name=organization)
    if act:
        rows = rows.filter(act=act)
    if first:
        rows = rows.filter(at__gte=deadlines.start_of_day(first, zone()))
    if last and last < date.max - timedelta(days=2):
        rows = rows.filter(at__lte=deadlines.end_of_day(last, zone()))
    return rows.select_related("actor", "learner", "training", "organization", "assignment")


def in_chunks(rows: QuerySet[AuditEntry]) -> Iterator[list[AuditEntry]]:
    """All of these, the latest first, some at a time: not all of them are in memory at once."""
    found = list(rows.order_by("-id")[:CHUNK])
    while found:
        yield found
        found = list(rows.order_by("-id").filter(id__lt=found[-1].id)[:CHUNK])


def _visible(scope: Scope) -> Q:
    if scope.everything:
        return Q()
    members = OrganizationMember.objects.filter(organization_id__in=scope.organization_ids)
    trainings = Training.objects.filter(visible_trainings(scope))
    about_members = Q(organization=None, learner__in=members.values("user_id"), training__in=trainings.values("id"))
    return Q(organization_id__in=scope.organization_ids) | about_members


def _assignments(reference: str) -> list[int]:
    try:
        found = uuid.UUID(reference)
    except ValueError:
        return []
    return list(Assignment.objects.filter(uuid=found).values_list("id", flat=True))
