"""Status as of an earlier day, from facts with validity alone: openings, closings, deadlines, holds, reopenings.

What holds now is not asked. How many units were done is no such fact: assigned and in progress are one, `open`.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from ..data import HoldKind, Scope, Status
from ..models import Cycle, Deadline, Hold, OrganizationPolicy, Reopening
from ..rules import deadlines
from ..settings import setting
from .access import visible_cycles
from .policies import policies
from .standing import OPEN


def ends_of(day: date, organization_ids: Collection[int]) -> dict[int, datetime]:
    """The day's last instant in the zone of each of these organizations, else the site's; one query."""
    zones = {
        organization_id: deadlines.first_zone(policy.zone, policy.site_zone)
        for organization_id, policy in policies(organization_ids).items()
    }
    return {organization_id: deadlines.end_of_day(day, zone) for organization_id, zone in zones.items()}


def end_of(day: date, organization_id: int) -> datetime:
    """The day's last instant in the zone of one organization."""
    return ends_of(day, [organization_id])[organization_id]


def cycles_on(scope: Scope, day: date, organization_id: int) -> QuerySet[Cycle]:
    """What this scope sees of one organization's assignments as it was recorded by the end of the day there.

    Of each assignment that existed the round that was its latest then, with what `as_of` tells and `recorded_later`:
    it was not completed by what was known then, yet it is now, by what had happened by that day. One query, and one
    for the zone.
    """
    at = end_of(day, organization_id)
    rows = Cycle.objects.filter(visible_cycles(scope), organization_id=organization_id)
    return _with_later(as_of(rows, at), at, day)


def rounds_on(rows: QuerySet[Cycle], day: date, now: datetime) -> QuerySet[Cycle]:
    """The same of cycles of any organizations, each at the end of the day in its own zone; of a day that is not over
    by now. One query, and one for the zones.
    """
    *others, (at, _rest) = instants(day, now)
    if not others:
        return _with_later(as_of(rows, at), at, day)
    own = Case(
        *[When(organizations, then=Value(end)) for end, organizations in others],
        default=Value(at),
        output_field=DateTimeField(),
    )
    return _with_later(as_of(rows.annotate(at_then=own), None), F("at_then"), day)


def instants(day: date, now: datetime) -> list[tuple[datetime, Q]]:
    """The ends of the day in the zones of the organizations, or now where it is not over, and whose cycles' they are.

    Those of the site's own zone are last. One query.
    """
    zones = OrganizationPolicy.objects.exclude(zone="").values_list("organization_id", "zone")
    ends: dict[datetime, list[int]] = {}
    for organization_id, zone in zones:
        end = min(deadlines.end_of_day(day, deadlines.first_zone(zone, setting("SITE_ZONE"))), now)
        ends.setdefault(end, []).append(organization_id)
    site = min(deadlines.end_of_day(day, deadlines.first_zone(setting("SITE_ZONE"))), now)
    ends.pop(site, None)
    others = [organization_id for ids in ends.values() for organization_id in ids]
    found = [(end, Q(organization_id__in=ids)) for end, ids in ends.items()]
    return [*found, (site, ~Q(organization_id__in=others) if others else Q())]


def _with_later(rows: QuerySet[Cycle], at: Any, day: date) -> QuerySet[Cycle]:
    happened = Q(completed_at__lte=at) | Q(fulfilled_by__happened_on__lte=day)
    known = Q(closed_as=Status.COMPLETED.value, closed_at__gt=at) & happened
    later = known & ~Q(status_then=Status.COMPLETED.value)
    return rows.annotate(recorded_later=Case(When(later, then=True), default=False))


def as_of(rows: QuerySet[Cycle], instant: datetime | None) -> QuerySet[Cycle]:
    """Of these cycles the latest round of each assignment that existed at the instant, as it stood then.

    `status_then` is the value of a Status or `open`; `due_on_then` and `due_at_then` tell the deadline that was in
    force. For what was completed then `completed_at_then` tells when that had happened, and `late_then` whether it was
    late; for everything else they are None and False. Without an instant each row's own is in `at_then`.
    """
    at: Any = F("at_then") if instant is None else instant
    within: Any = OuterRef("at_then") if instant is None else instant
    later_round = Cycle.objects.filter(
        assignment=OuterRef("assignment"), number__gt=OuterRef("number"), opens_at__lte=within
    )
    deadline = Deadline.objects.filter(cycle=OuterRef("pk"), recorded_at__lte=within).order_by("-version", "-revision")
    reopenings = Reopening.objects.filter(cycle=OuterRef("pk"))
    reopened_later = reopenings.filter(closed_at__lte=within, reopened_at__gt=within).order_by("id")
    undone_later = reopenings.filter(reopened_at__lte=within, ended_at__gt=within)
    closed, completed = Q(closed_at__lte=at), Q(closed_as=Status.COMPLETED.value)
    first_that_holds = {
        Status.COMPLETED.value: (closed & completed | Exists(reopened_later)) & ~Exists(undone_later),
        Status.WITHDRAWN.value: closed & Q(closed_as=Status.WITHDRAWN.value),
        Status.MISSED.value: closed & Q(closed_as=Status.MISSED.value),
        Status.EXEMPT.value: Exists(_held(HoldKind.EXEMPT, within)),
        Status.PAUSED.value: Exists(_held(HoldKind.PAUSE, within)),
        Status.OVERDUE.value: Q(due_at_then__lt=at),
    }
    whens = [When(condition, then=Value(status)) for status, condition in first_that_holds.items()]
    open_then = ~Q(status_then=Status.COMPLETED.value)

    def of_completion(column: str) -> Case:
        """What the completion says that fulfilled the cycle then: still the present one, or one revoked since."""
        revoked = Subquery(reopened_later.values(f"completion__{column}")[:1])
        return Case(When(open_then, then=None), When(closed, then=F(f"fulfilled_by__{column}")), default=revoked)

    by_day = Q(happened_on_then__isnull=False)
    late = by_day & Q(happened_on_then__gt=F("due_on_then")) | ~by_day & Q(completed_at_then__gt=F("due_at_then"))
    return (
        rows.filter(~Exists(later_round), opens_at__lte=at)
        .annotate(
            due_on_then=Subquery(deadline.values("due_on")[:1]), due_at_then=Subquery(deadline.values("due_at")[:1])
        )
        .annotate(status_then=Case(*whens, default=Value(OPEN), output_field=CharField()))
        .annotate(completed_at_then=of_completion("happened_at"), happened_on_then=of_completion("happened_on"))
        .annotate(late_then=Case(When(late, then=True), default=False))
    )


def _held(kind: HoldKind, at: Any) -> QuerySet[Hold]:
    """The holds of a kind that were known at the instant and covered it."""
    return holds(at).filter(cycle=OuterRef("pk"), kind=kind.value)


def holds(at: Any) -> QuerySet[Hold]:
    """The holds that were known at the instant and covered it."""
    without_end, not_ended = Q(until_at=None) | Q(until_at__gt=at), Q(ended_at=None) | Q(ended_at__gt=at)
    return Hold.objects.filter(without_end, not_ended, recorded_at__lte=at, from_at__lte=at)
