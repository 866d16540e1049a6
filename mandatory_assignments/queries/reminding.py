"""Whose reminders are to be worked out, by which rules, and to whom each of them goes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import OuterRef, Subquery

from ..data import Deadline, NoticeKind, NoticeState, Reminder, Role, Slot, Status
from ..host import lms
from ..models import Assignment, Cycle, Notice, ReminderRule, ReminderSet, Training
from ..rules import deadlines, reminders
from ..rules import standing as standing_rules
from ..settings import setting
from . import managers, policies, standing

MOST_SETS = 10_000
"""Sets of rules that are remembered: they never change once an assignment has them."""

_sets: dict[str, tuple[Reminder, ...]] = {}
"""By the set's key."""

_templates: dict[str, int] = {}
"""The ids of the templates that these rules name, by uuid."""


def due_ids(now: datetime, limit: int) -> list[int]:
    """The ids of cycles whose reminders are to be worked out, the longest waiting first."""
    rows = Cycle.objects.filter(next_reminder_at__lte=now).order_by("next_reminder_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


def due_cycles(now: datetime, limit: int, ids: Collection[int] | None = None) -> list[Cycle]:
    """These cycles, held until the transaction ends; what somebody else holds is left to them, so that nobody waits.

    One statement: what matters of the assignment and the training comes by subqueries, for rows that are joined would
    be held too.
    """
    skip = connection.features.has_select_for_update_skip_locked
    made = Assignment.objects.filter(id=OuterRef("assignment_id"))
    rows = Cycle.objects.select_for_update(skip_locked=skip).filter(next_reminder_at__lte=now)
    rows = rows if ids is None else rows.filter(id__in=ids)
    found = rows.order_by("next_reminder_at", "id").annotate(
        by=Subquery(made.values("assigned_by")[:1]),
        rules=Subquery(made.values("reminder_set")[:1]),
        rules_key=Subquery(made.values("reminder_set__key")[:1]),
        archived=Subquery(made.values("training__archived_at")[:1]),
    )
    sets: dict[int, ReminderSet] = {}
    trainings: dict[int, Training] = {}
    cycles: list[Cycle] = []
    for row in found[:limit]:
        cycles.append(row)
        if row.rules not in sets and row.rules:
            sets[row.rules] = ReminderSet(id=row.rules, key=row.rules_key)
        if row.training_id not in trainings:
            trainings[row.training_id] = Training(id=row.training_id, archived_at=row.archived)
        row.assignment = Assignment(
            id=row.assignment_id,
            assigned_by_id=row.by,
            reminder_set=sets.get(row.rules),
            training=trainings[row.training_id],
        )
    return cycles


def rules_of(set_ids: Iterable[int | None]) -> Mapping[int | None, tuple[Reminder, ...]]:
    """The rules of each set, as they are now: one query."""
    found: dict[int | None, list[Reminder]] = {id: [] for id in set_ids}
    rows = ReminderRule.objects.filter(reminder_set_id__in=[id for id in found if id]).select_related("template")
    for row in rows.order_by("position"):
        found[row.reminder_set_id].append(policies.reminder(row))
        if row.template:
            _templates[str(row.template.uuid)] = row.template.id
    return {id: tuple(rules) for id, rules in found.items()}


def rules_of_cycles(cycles: Iterable[Cycle]) -> Mapping[int | None, tuple[Reminder, ...]]:
    """The rules of each set that these cycles' assignments have: one query for those that this process has not seen.

    A set of an assignment never changes, and its key is a digest of its rules.
    """
    sets = {made.reminder_set_id: made.reminder_set for cycle in cycles if (made := cycle.assignment).reminder_set}
    if missing := {id: row.key for id, row in sets.items() if row.key not in _sets}:
        if len(_sets) > MOST_SETS:
            _sets.clear()
        _sets.update({missing[id]: rules for id, rules in rules_of(missing).items()})
    return {None: (), **{id: _sets[row.key] for id, row in sets.items()}}


def template_id(reference: str) -> int | None:
    """The id of a template that a rule names by its uuid."""
    return _templates.get(reference)


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom reminders of some cycles go, and in which zone each of these people lives."""

    zones: Mapping[int, str]
    managers: Mapping[managers.Pair, Collection[int]]

    def of(self, cycle: Cycle, role: Role) -> list[int]:
        """The ids of those who have the role; without a manager it is the assigning person. Nobody is their own."""
        by = cycle.assignment.assigned_by_id
        assigner = [by] if by and by != cycle.learner_id else []
        match role:
            case Role.STUDENT:
                return [cycle.learner_id]
            case Role.ASSIGNED_BY:
                return assigner
        return list(self.managers.get((cycle.learner_id, cycle.organization_id), ())) or assigner

    def zone(self, user_id: int) -> str:
        """The person's zone, else the site's."""
        return self.zones.get(user_id) or deadlines.first_zone(setting("SITE_ZONE"))


def recipients(cycles: Collection[Cycle], rules: Mapping[int | None, tuple[Reminder, ...]]) -> Recipients:
    """The people of these cycles whom the rules name: one query, and those for managers only where they are named."""
    found = managers.managers_in(
        {
            (cycle.learner_id, cycle.organization_id)
            for cycle in cycles
            if any(Role.MANAGERS in rule.recipients for rule in rules.get(cycle.assignment.reminder_set_id, ()))
        }
    )
    people = {cycle.learner_id for cycle in cycles} | {id for ids in found.values() for id in ids}
    people |= {by for cycle in cycles if (by := cycle.assignment.assigned_by_id)}
    site = setting("SITE_ZONE")
    zones = {id: deadlines.first_zone(zone, site) for id, zone in lms.time_zones(people).items()}
    return Recipients(zones, found)


def due(cycle: Cycle) -> Deadline:
    """The present deadline as plain data."""
    return Deadline(cycle.due_on, cycle.zone, cycle.due_at)


def slots(cycle: Cycle, rules: Collection[Reminder], role: Role, zone: str) -> list[Slot]:
    """The slots of a role in a zone, from the opening of the cycle on and up to its cut-off."""
    found = reminders.slots(rules, due(cycle), zone, setting("SEND_HOUR"), role)
    return [
        slot for slot in found if slot.at >= cycle.opens_at and not standing_rules.is_cut_off(cycle.cut_off_at, slot.at)
    ]


def are_sent(cycle: Cycle, now: datetime) -> bool:
    """Whether reminders of the cycle go out now: it is open and obliges, and its training is still there."""
    obliges = standing.status_of(cycle, now) not in (Status.EXEMPT, Status.PAUSED)
    return bool(cycle.open) and obliges and not cycle.assignment.training.archived_at


def wake_at(cycle: Cycle, now: datetime) -> datetime | None:
    """When reminders that are not sent now go on by themselves: as a hold ends; None where only a change wakes them."""
    if not cycle.open or cycle.assignment.training.archived_at:
        return None
    status = standing.status_of(cycle, now)
    return cycle.exempt_until_at if status == Status.EXEMPT else cycle.paused_until_at


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail that rules will send, or would: to whom, when in the recipient's zone, and why it will not be sent.

    `why_not` is empty or one of: before_assigned (the assignment did not exist then), passed (its time was over when
    the rules came), frozen (the late policy ends it before), archived (the training is), the status in which nobody is
    reminded then, or why the notice that there was did not go out.
    """

    slot: Slot
    day: date
    zone: str
    recipient_id: int
    why_not: str = ""
    sent_at: datetime | None = None


def plan_of_new(
    rules: Collection[Reminder],
    due: Deadline,
    *,
    learner_id: int,
    assigner_id: int,
    manager_ids: Collection[int],
    ceiling_at: datetime | None,
    now: datetime,
) -> list[Planned]:
    """The mails of an assignment that would be made now, in the order of time: what a form shows while it is filled in.

    Of rules that cannot be meant nothing is said here (rules.reminders.wrong).
    """
    people = {
        Role.STUDENT: [learner_id],
        Role.ASSIGNED_BY: [assigner_id] if assigner_id != learner_id else [],
        Role.MANAGERS: list(manager_ids) or ([assigner_id] if assigner_id != learner_id else []),
    }
    site = deadlines.first_zone(setting("SITE_ZONE"))
    stored = lms.time_zones({id for ids in people.values() for id in ids})
    found = []
    for role, ids in people.items():
        for id in ids:
            zone = deadlines.first_zone(stored.get(id), site)
            for slot in reminders.slots(rules, due, zone, setting("SEND_HOUR"), role):
                why = "before_assigned" if slot.at < now else ""
                why = "frozen" if standing_rules.is_cut_off(ceiling_at, slot.at) else why
                found.append(Planned(slot, deadlines.local_day(slot.at, zone), zone, id, why))
    return _once(found)


def plan_of(cycle: Cycle, now: datetime) -> list[Planned]:
    """The mails of a cycle, those that were sent and those to come, in the order of time."""
    rules = rules_of([cycle.assignment.reminder_set_id])
    own = rules.get(cycle.assignment.reminder_set_id, ())
    around = recipients([cycle], rules)
    told = {
        (row.slot, row.recipient_id): row
        for row in Notice.objects.filter(cycle=cycle, kind=NoticeKind.REMINDER, deadline_version=cycle.deadline_version)
    }
    found = []
    for role in Role:
        for id in around.of(cycle, role):
            zone = around.zone(id)
            for slot in reminders.slots(own, due(cycle), zone, setting("SEND_HOUR"), role):
                notice = told.get((slot.key, id))
                sent_at = notice.done_at if notice and notice.state == NoticeState.SENT else None
                why = "" if sent_at else _why_not(cycle, slot, notice, now)
                found.append(Planned(slot, deadlines.local_day(slot.at, zone), zone, id, why, sent_at))
    return _once(found)


def _why_not(cycle: Cycle, slot: Slot, notice: Notice | None, now: datetime) -> str:
    if notice is not None:
        ended = notice.next_at is None
        return (notice.reason or notice.state) if ended else ""
    if slot.at < cycle.opens_at:
        return "before_assigned"
    if standing_rules.is_cut_off(cycle.cut_off_at, slot.at):
        return "frozen"
    if not cycle.open and slot.at >= (cycle.closed_at or now):
        return standing.status_of(cycle, now).value
    status = standing.status_of(cycle, slot.at)
    if status in standing.HELD_STATUSES:
        return status.value
    if slot.at <= now and slot.at < (cycle.next_reminder_at or now):
        return "passed"
    return "archived" if cycle.assignment.training.archived_at else ""


def _once(found: Collection[Planned]) -> list[Planned]:
    """One mail for whoever has two roles, in the order of time."""
    by_person = {(each.slot.key, each.recipient_id): each for each in reversed(list(found))}
    return sorted(by_person.values(), key=lambda each: (each.slot.at, each.recipient_id))
