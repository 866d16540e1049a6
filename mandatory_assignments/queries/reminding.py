"""Whose reminders are to be worked out, by which rules, and to whom each of them goes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..data import Deadline, Reminder, Role, Slot, Status
from ..host import lms
from ..models import Cycle, ReminderRule
from ..rules import deadlines, reminders
from ..rules import standing as standing_rules
from ..settings import setting
from . import managers, policies, standing

MOST_SETS = 10_000
"""Sets of rules that are remembered: they never change once an assignment has them."""

_sets: dict[int, tuple[Reminder, ...]] = {}
_templates: dict[str, int] = {}
"""The ids of the templates that these rules name, by uuid."""


def due_cycles(now: datetime, limit: int) -> list[Cycle]:
    """Cycles whose reminders are to be worked out, the longest waiting first."""
    rows = Cycle.objects.filter(next_reminder_at__lte=now).select_related("assignment__training")
    return list(rows.order_by("next_reminder_at", "id")[:limit])


def rules_of(set_ids: Iterable[int | None]) -> Mapping[int | None, tuple[Reminder, ...]]:
    """The rules of each set of an assignment: one query for those that this process has not seen yet."""
    wanted = {id for id in set_ids if id is not None}
    if missing := wanted - _sets.keys():
        if len(_sets) > MOST_SETS:
            _sets.clear()
        found: dict[int, list[Reminder]] = {id: [] for id in missing}
        rows = ReminderRule.objects.filter(reminder_set_id__in=missing).select_related("template").order_by("position")
        for row in rows:
            found[row.reminder_set_id].append(policies.reminder(row))
            if row.template:
                _templates[str(row.template.uuid)] = row.template.id
        _sets.update({id: tuple(rules) for id, rules in found.items()})
    return {None: (), **{id: _sets[id] for id in wanted if id in _sets}}


def template_id(reference: str) -> int | None:
    """The id of a template that a rule names by its uuid."""
    return _templates.get(reference)


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom reminders of some cycles go, and in which zone each of these people lives."""

    zones: Mapping[int, str]
    managers: Mapping[tuple[int, int], Collection[int]]

    def of(self, cycle: Cycle, role: Role) -> list[int]:
        """The ids of those who have the role; without a manager it is the assigning person. Nobody is their own."""
        by = cycle.assignment.assigned_by_id
        assigner = [by] if by and by != cycle.learner_id else []
        match role:
            case Role.STUDENT:
                return [cycle.learner_id]
            case Role.ASSIGNED_BY:
                return assigner
        return list(self.managers.get((cycle.organization_id, cycle.learner_id), ())) or assigner

    def zone(self, user_id: int) -> str:
        """The person's zone, else the site's."""
        return self.zones.get(user_id) or deadlines.first_zone(setting("SITE_ZONE"))


def recipients(cycles: Collection[Cycle], rules: Mapping[int | None, tuple[Reminder, ...]]) -> Recipients:
    """The people of these cycles whom the rules name: one query, and those for managers only where they are named."""
    supervised: dict[int, set[int]] = {}
    for cycle in cycles:
        if any(Role.MANAGERS in rule.recipients for rule in rules.get(cycle.assignment.reminder_set_id, ())):
            supervised.setdefault(cycle.organization_id, set()).add(cycle.learner_id)
    found = {
        (organization_id, learner_id): ids
        for organization_id, learner_ids in supervised.items()
        for learner_id, ids in managers.managers(learner_ids, organization_id).items()
    }
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
