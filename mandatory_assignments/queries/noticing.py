"""Notices: what is to be sent, whether it still should be, and what a person finds in their inbox."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..data import NoticeKind, NoticeState, Policy, Role, Status
from ..host import lms
from ..models import Cycle, EmailTemplate, Notice, NoticePreference
from ..rules import deadlines, reminders
from ..rules import standing as standing_rules
from ..settings import setting
from . import managers, people, policies, standing

CLAIMABLE = (NoticeState.WAITING, NoticeState.CLAIMED, NoticeState.FAILED)
ABOUT_OPEN_CYCLES = (NoticeKind.ASSIGNED, NoticeKind.REMINDER, NoticeKind.DUE_CHANGED, NoticeKind.NEW_CYCLE)
"""What is told only as long as there is something to do."""

BY_HAND = "now:"
"""How the slot of a reminder begins that staff sent at once."""

_NEEDED = (
    "recipient",
    "organization",
    "template",
    "cycle__training",
    "cycle__learner",
    "cycle__assignment__assigned_by",
)


def claimable(now: datetime, limit: int) -> list[Notice]:
    """Notices to be sent now, all of one person's together, at most `limit`; a person who does not fit in waits.

    Somebody whose reminders are still to be worked out waits too, so that all of them go out in one mail.
    """
    unfinished = Cycle.objects.filter(learner_id=OuterRef("recipient_id"), next_reminder_at__lte=now)
    rows = Notice.objects.filter(~Exists(unfinished), next_at__lte=now, state__in=CLAIMABLE)
    found = list(rows.order_by("recipient_id", "id").select_related(*_NEEDED)[: limit + 1])
    if len(found) > limit:
        last = found[-1].recipient_id
        return [row for row in found if row.recipient_id != last] or found[:limit]
    return found


def of_claim(claim: uuid.UUID) -> list[Notice]:
    """The notices that this claim got."""
    return list(Notice.objects.filter(claim=claim).order_by("recipient_id", "id").select_related(*_NEEDED))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether and how some people get mail: read once for many notices."""

    refusing: frozenset[int]
    policies: Mapping[int, Policy]
    managers: Mapping[tuple[int, int], Collection[int]]
    zones: Mapping[int, str]
    languages: Mapping[int, str]
    names: Mapping[int, str]

    def policy(self, row: Notice) -> Policy | None:
        """The policy of the notice's organization."""
        return self.policies.get(row.organization_id) if row.organization_id else None

    def zone(self, user_id: int) -> str:
        """The zone in which the person reads."""
        return self.zones.get(user_id) or deadlines.first_zone(setting("SITE_ZONE"))


def circumstances(rows: Collection[Notice]) -> Circumstances:
    """What matters for these notices, in a constant number of queries."""
    ids = {row.recipient_id for row in rows}
    supervised: dict[int, set[int]] = {}
    for row in rows:
        if row.role == Role.MANAGERS and row.cycle:
            supervised.setdefault(row.cycle.organization_id, set()).add(row.cycle.learner_id)
    looking_after = {
        (organization_id, learner_id): found
        for organization_id, learner_ids in supervised.items()
        for learner_id, found in managers.managers(learner_ids, organization_id).items()
    }
    everybody = {row.recipient_id: row.recipient for row in rows}
    everybody |= {row.cycle.learner_id: row.cycle.learner for row in rows if row.cycle}
    everybody |= {by.id: by for row in rows if row.cycle and (by := row.cycle.assignment.assigned_by)}
    site = setting("SITE_ZONE")
    refusing = NoticePreference.objects.filter(user_id__in=ids, email=False)
    return Circumstances(
        frozenset(refusing.values_list("user_id", flat=True)),
        policies.policies({row.organization_id for row in rows if row.organization_id}),
        looking_after,
        {id: deadlines.first_zone(zone, site) for id, zone in lms.time_zones(ids).items()},
        lms.languages(ids),
        people.names(everybody.values()),
    )


def why_not(row: Notice, around: Circumstances, now: datetime) -> tuple[NoticeState, str] | None:
    """Why a notice is not mailed, as its state and a reason code; None where it is."""
    if problem := _outdated(row, around, now):
        return problem
    user, policy = row.recipient, around.policy(row)
    if not user.is_active:
        return NoticeState.SKIPPED, "inactive"
    if not user.email:
        return NoticeState.SKIPPED, "no_address"
    if row.recipient_id in around.refusing and not (policy and policy.force_email):
        return NoticeState.SKIPPED, "opted_out"
    return None


def _outdated(row: Notice, around: Circumstances, now: datetime) -> tuple[NoticeState, str] | None:
    """Why the notice is not true any more, or comes too late."""
    cycle = row.cycle
    if reminders.is_too_old(row.slot_at, now, setting("CATCH_UP_DAYS")):
        return NoticeState.MISSED, "too_old"
    if cycle is None or row.kind not in ABOUT_OPEN_CYCLES:
        return None
    status = standing.status_of(cycle, now)
    if not cycle.open or status in (Status.EXEMPT, Status.PAUSED):
        return NoticeState.SKIPPED, status.value
    if cycle.training.archived_at:
        return NoticeState.SKIPPED, "archived"
    if standing_rules.is_cut_off(cycle.cut_off_at, now):
        return NoticeState.SKIPPED, "frozen"
    if row.kind in (NoticeKind.REMINDER, NoticeKind.DUE_CHANGED) and row.deadline_version != cycle.deadline_version:
        return NoticeState.SUPERSEDED, "due_changed"
    if row.kind == NoticeKind.REMINDER and not _is_recipient(row, cycle, around):
        return NoticeState.SKIPPED, "no_recipient"
    return None


def _is_recipient(row: Notice, cycle: Cycle, around: Circumstances) -> bool:
    by = cycle.assignment.assigned_by_id
    match row.role:
        case Role.STUDENT:
            return row.recipient_id == cycle.learner_id
        case Role.ASSIGNED_BY:
            return row.recipient_id == by
    found = around.managers.get((cycle.organization_id, cycle.learner_id), ())
    return row.recipient_id in found if found else row.recipient_id == by


def inbox(user_id: int) -> QuerySet[Notice]:
    """What the person was told about their own assignments, the newest first."""
    rows = Notice.objects.filter(recipient_id=user_id, role=Role.STUDENT, shown_at__isnull=False)
    return rows.select_related("cycle__training", "cycle__assignment").order_by("-shown_at", "-id")


def unread(user_id: int) -> int:
    """How many of them were not read yet."""
    rows = Notice.objects.filter(recipient_id=user_id, role=Role.STUDENT, shown_at__isnull=False, read_at=None)
    return rows.count()


def log_of(assignment_id: int) -> list[Notice]:
    """Everything that was told, or was not, about an assignment: the newest first."""
    rows = Notice.objects.filter(cycle__assignment_id=assignment_id).select_related("recipient", "cycle")
    return list(rows.order_by("-made_at", "-id"))


def due_count(now: datetime) -> int:
    """How many notices are to be sent now."""
    return Notice.objects.filter(next_at__lte=now, state__in=CLAIMABLE).count()


def wants_email(user_id: int) -> bool:
    """Whether the person has not switched mails off."""
    return not NoticePreference.objects.filter(user_id=user_id, email=False).exists()


def reminded_lately(cycle_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the cycles of which the learner was reminded by hand within the cool-down."""
    since = now - timedelta(hours=setting("REMIND_AGAIN_HOURS"))
    rows = Notice.objects.filter(
        cycle_id__in=cycle_ids, kind=NoticeKind.REMINDER, slot__startswith=BY_HAND, made_at__gt=since
    )
    return set(rows.values_list("cycle_id", flat=True))


def usable_templates(organization_id: int) -> set[str]:
    """The uuids of the templates that an organization may use: its own, and the site's."""
    rows = EmailTemplate.objects.filter(Q(organization_id=organization_id) | Q(organization=None))
    return {str(found) for found in rows.values_list("uuid", flat=True)}
