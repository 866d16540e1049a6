"""Notices: what is to be sent, whether it still should be, and what a person finds in their inbox."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..data import NoticeKind, NoticeState, Policy, Role
from ..host import lms
from ..models import Cycle, EmailTemplate, Notice, NoticePreference, OrganizationMember
from ..rules import deadlines, reminders
from ..rules import standing as standing_rules
from ..settings import setting
from . import access, managers, people, policies, standing

CLAIMABLE = (NoticeState.WAITING, NoticeState.CLAIMED, NoticeState.FAILED)

ABOUT_OPEN_CYCLES = (
    NoticeKind.ASSIGNED,
    NoticeKind.REMINDER,
    NoticeKind.DUE_CHANGED,
    NoticeKind.NEW_CYCLE,
    NoticeKind.LIFTED,
    NoticeKind.RESUMED,
    NoticeKind.REVOKED,
)
"""What is told only as long as there is something to do."""

NOT_WHILE_HELD = (NoticeKind.ASSIGNED, NoticeKind.REMINDER, NoticeKind.DUE_CHANGED, NoticeKind.NEW_CYCLE)
"""What is told only while somebody is obliged."""

NO_MAIL = frozenset({"inactive", "no_address", "opted_out", "no_mail_wanted"})
"""Reasons that keep a notice from being mailed although it is true."""

NEWER, TOO_OLD = "newer", "too_old"
"""Reasons of what gave way to a later reminder, and of what could not be sent in time."""

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
    """At least `limit` notices to be sent now if there are so many, and one more if there are more, by person.

    Somebody whose own reminders are still to be worked out waits, and so does everything for staff while anybody's
    are, so that all of them go out in one mail.
    """
    unfinished = Cycle.objects.filter(next_reminder_at__lte=now)
    rows = _sendable().filter(next_at__lte=now, state__in=CLAIMABLE)
    rows = rows.exclude(Exists(unfinished.filter(learner_id=OuterRef("recipient_id"))))
    rows = rows.exclude(~Q(role=Role.STUDENT) & Exists(unfinished))
    return list(rows.order_by("recipient_id", "id")[: limit + 1])


_REFUSALS = NoticePreference.objects.filter(user_id=OuterRef("recipient_id"), email=False)

_WATCHED = (
    "cycle__open",
    "cycle__deadline_version",
    "cycle__due_at",
    "cycle__cut_off_at",
    "cycle__exempt_from_at",
    "cycle__exempt_until_at",
    "cycle__paused_from_at",
    "cycle__paused_until_at",
    "cycle__training__archived_at",
    "cycle__learner__is_active",
    "recipient__is_active",
    "recipient__email",
)
"""What decides whether a notice is sent, beside whether its recipient wants mails and who manages whom."""

_NOW = (
    Notice.objects.filter(state=NoticeState.CLAIMED)
    .annotate(refused=Exists(_REFUSALS))
    .values_list("id", "refused", *_WATCHED)
)


def changed(rows: Collection[Notice]) -> set[int]:
    """The ids of the notices whose claim was lost, or about which something changed that decides: one query."""
    claims = {row.claim for row in rows}
    now = {id: values for id, *values in _NOW.filter(id__in=[row.id for row in rows], claim__in=claims)}
    return {row.id for row in rows if now.get(row.id) != _read(row)}


def _read(row: Notice) -> list[Any]:
    """The watched values as the notice was read."""
    found = [row.refused]  # type: ignore[attr-defined]  # annotated by _sendable
    for path in _WATCHED:
        value: Any = row
        for name in path.split("__"):
            value = getattr(value, name, None)
        found.append(value)
    return found


def claimed(rows: Collection[Notice], claim: uuid.UUID) -> list[Notice]:
    """Those of the notices that this claim holds and nobody begun to send, as they are now."""
    found = _sendable().filter(id__in=[row.id for row in rows], claim=claim, state=NoticeState.CLAIMED)
    return list(found.order_by("recipient_id", "id"))


def _sendable() -> QuerySet[Notice]:
    """Notices with all that decides whether they are mailed; `refused` tells that the recipient wants no mails."""
    return Notice.objects.select_related(*_NEEDED).annotate(refused=Exists(_REFUSALS))


def due_beside(rows: Collection[Notice], now: datetime) -> int:
    """How many more notices than these are due to the same member of staff from the same organization.

    Those that another worker has claimed are among them: of many it may have got a part.
    """
    row = next(iter(rows))
    others = Notice.objects.filter(recipient=row.recipient, organization=row.organization).exclude(role=Role.STUDENT)
    due = others.filter(next_at__isnull=False, state__in=CLAIMABLE, slot_at__lte=now, made_at__lte=now)
    return due.exclude(id__in=[each.id for each in rows]).count()


def digest_key(row: Notice, day: date) -> str:
    """What makes the digest that a person gets from an organization on a local day one of its kind."""
    return f"{NoticeKind.DIGEST}:{row.recipient_id}:{day.isoformat()}:{row.organization_id or 0}"


def digest(key: str) -> Notice | None:
    """The digest with this key, if it was begun."""
    return Notice.objects.filter(dedup_key=key).first()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether and how some people get mail: read once for many notices.

    `outside` holds a person and a cycle where who assigned it may not see it any more.
    """

    policies: Mapping[int, Policy]
    managers: Mapping[managers.Pair, Collection[int]]
    zones: Mapping[int, str]
    languages: Mapping[int, str]
    names: Mapping[int, str]
    outside: Collection[tuple[int, int]] = ()

    def policy(self, row: Notice) -> Policy | None:
        """The policy of the notice's organization."""
        return self.policies.get(row.organization_id) if row.organization_id else None

    def zone(self, user_id: int) -> str:
        """The zone in which the person reads."""
        return self.zones.get(user_id) or deadlines.first_zone(setting("SITE_ZONE"))


def circumstances(rows: Collection[Notice]) -> Circumstances:
    """What matters for these notices, in a constant number of queries, and some for each assigning person."""
    ids = {row.recipient_id for row in rows}
    supervised = {
        (row.cycle.learner_id, row.cycle.organization_id) for row in rows if row.role == Role.MANAGERS and row.cycle
    }
    everybody = {row.recipient_id: row.recipient for row in rows}
    everybody |= {row.cycle.learner_id: row.cycle.learner for row in rows if row.cycle}
    everybody |= {by.id: by for row in rows if row.cycle and (by := row.cycle.assignment.assigned_by)}
    site = setting("SITE_ZONE")
    return Circumstances(
        policies.policies({row.organization_id for row in rows if row.organization_id}),
        managers.managers_in(supervised),
        {id: deadlines.first_zone(zone, site) for id, zone in lms.time_zones(ids).items()},
        lms.languages(ids),
        people.names(everybody.values()),
        _outside(rows),
    )


def _outside(rows: Collection[Notice]) -> set[tuple[int, int]]:
    """The assigning person and the cycle of what is out of that person's reach by now."""
    assigned: dict[int, tuple[Any, set[int]]] = {}
    for row in rows:
        if row.cycle and row.role != Role.STUDENT and row.recipient_id == row.cycle.assignment.assigned_by_id:
            assigned.setdefault(row.recipient_id, (row.recipient, set()))[1].add(row.cycle.id)
    found = set()
    for person, ids in assigned.values():
        visible = Cycle.objects.filter(access.visible_cycles(access.scope(person)), id__in=ids)
        found |= {(person.id, id) for id in ids.difference(visible.values_list("id", flat=True))}
    return found


def why_not(row: Notice, around: Circumstances, now: datetime) -> tuple[NoticeState, str] | None:
    """Why a notice is not mailed, as its state and a reason code; None where it is."""
    if problem := _outdated(row, around, now):
        return problem
    user, policy = row.recipient, around.policy(row)
    if not user.is_active or (row.cycle and not row.cycle.learner.is_active):
        return NoticeState.SKIPPED, "inactive"
    if (row.recipient_id, row.cycle_id) in around.outside:
        return NoticeState.SKIPPED, "no_recipient"
    if not user.email:
        return NoticeState.SKIPPED, "no_address"
    refused = row.refused  # type: ignore[attr-defined]  # annotated by _sendable
    if refused and not (policy and policy.force_email):
        return NoticeState.SKIPPED, "opted_out"
    return None


def _outdated(row: Notice, around: Circumstances, now: datetime) -> tuple[NoticeState, str] | None:
    """Why the notice is not true any more, or comes too late."""
    cycle = row.cycle
    if cycle is None:
        return None
    if row.kind in ABOUT_OPEN_CYCLES:
        status = standing.status_of(cycle, now)
        if not cycle.open or (row.kind in NOT_WHILE_HELD and status in standing.HELD_STATUSES):
            return NoticeState.SKIPPED, status.value
        if cycle.training.archived_at:
            return NoticeState.SKIPPED, "archived"
        if standing_rules.is_cut_off(cycle.cut_off_at, now):
            return NoticeState.SKIPPED, "frozen"
    if row.kind in (NoticeKind.REMINDER, NoticeKind.DUE_CHANGED) and row.deadline_version != cycle.deadline_version:
        return NoticeState.SUPERSEDED, "due_changed"
    if row.kind == NoticeKind.PAUSED and not cycle.paused_from_at:
        return NoticeState.SUPERSEDED, "resumed"
    if row.kind == NoticeKind.EXEMPTED and not cycle.exempt_from_at:
        return NoticeState.SUPERSEDED, "lifted"
    if row.kind == NoticeKind.COMPLETED and cycle.open:
        return NoticeState.SUPERSEDED, "reopened"
    if row.kind == NoticeKind.REMINDER and not _is_recipient(row, cycle, around):
        return NoticeState.SKIPPED, "no_recipient"
    if reminders.is_too_old(row.slot_at, now, setting("CATCH_UP_DAYS")):
        return NoticeState.MISSED, TOO_OLD
    return None


def _is_recipient(row: Notice, cycle: Cycle, around: Circumstances) -> bool:
    by = cycle.assignment.assigned_by_id
    match row.role:
        case Role.STUDENT:
            return row.recipient_id == cycle.learner_id
        case Role.ASSIGNED_BY:
            return row.recipient_id == by
    found = around.managers.get((cycle.learner_id, cycle.organization_id), ())
    return row.recipient_id in found if found else row.recipient_id == by


def inbox(user_id: int) -> QuerySet[Notice]:
    """What the person was told about their own assignments, the newest first."""
    rows = Notice.objects.filter(recipient_id=user_id, role=Role.STUDENT, shown_at__isnull=False)
    return rows.select_related(*_NEEDED).order_by("-shown_at", "-id")


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


def is_forced_to_get_email(user_id: int) -> bool:
    """Whether mails are sent to this person whatever they chose: by the site, or by an organization of theirs."""
    own = OrganizationMember.objects.filter(user_id=user_id).values_list("organization_id", flat=True)
    found = policies.policies(list(own))
    return any(policy.force_email for policy in found.values()) if found else bool(setting("FORCE_EMAIL"))


def failed_of(assignment_id: int) -> list[uuid.UUID]:
    """The uuids of an assignment's notices whose mail failed, or of which nobody knows."""
    rows = Notice.objects.filter(cycle__assignment_id=assignment_id)
    rows = rows.filter(state__in=(NoticeState.FAILED, NoticeState.UNKNOWN))
    return list(rows.values_list("uuid", flat=True))
