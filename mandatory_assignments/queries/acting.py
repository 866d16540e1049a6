"""What staff are about to act on: the assignments that were chosen, and a person who is going to be away."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import HoldKind, Problem, Scope
from ..models import Cycle, JobRow, OrganizationMember
from ..rules import deadlines
from . import access, assignments, changing, people, policies, recurring, reminding


def chosen(scope: Scope, ids: Collection[uuid.UUID], *, seen: bool = False) -> dict[uuid.UUID, Cycle]:
    """The present round of each of these assignments that the scope may change, with names, in the order of the ids.

    With `seen` of all that it sees: for what managers may do, too.
    """
    reach = access.visible_cycles(scope) if seen else access.changeable_cycles(scope)
    rows = Cycle.objects.filter(reach, assignment__uuid__in=ids)
    named = rows.select_related("training", "organization", "learner", "assignment__assigned_by")
    found = {row.assignment.uuid: row for row in assignments.with_enrollments(named).order_by("number")}
    return {id: found[id] for id in dict.fromkeys(ids) if id in found}


def named_rows(rows: Collection[JobRow]) -> list[Cycle]:
    """The present round of each assignment in these rows of a job, in their order, with names."""
    ids = [row.assignment_id for row in rows]
    named = Cycle.objects.filter(assignment__in=ids).select_related(
        "training", "organization", "learner", "assignment__assigned_by"
    )
    found = {cycle.assignment_id: cycle for cycle in named.order_by("number")}
    return [found[id] for id in ids if id in found]


def may_change(scope: Scope, assignment_id: uuid.UUID) -> bool:
    """Whether the scope may change this assignment."""
    if not scope.assigns:
        return False
    return Cycle.objects.filter(access.changeable_cycles(scope), assignment__uuid=assignment_id).exists()


def to_choose(scope: Scope, cycles: Collection[Cycle]) -> tuple[set[int], set[int]]:
    """The ids of those of the rounds that can be acted on, and of those among them that the scope may change.

    An earlier round is none of them: whatever is done is done to the present one.
    """
    latest = Cycle.objects.filter(assignment__in={row.assignment_id for row in cycles}).values("assignment_id")
    numbers = dict(latest.annotate(last=Max("number")).values_list("assignment_id", "last"))
    present = {row.id for row in cycles if row.number == numbers[row.assignment_id]}
    if not scope.assigns:
        return present, set()
    changeable = Cycle.objects.filter(access.changeable_cycles(scope), id__in=present)
    mine = set(changeable.values_list("id", flat=True))
    return mine, mine


def exemptions(cycles: Collection[Cycle]) -> dict[uuid.UUID, tuple[str, date | None]]:
    """Of those of the cycles that are exempt by assignment the reason, and the last day where there is one."""
    holds = changing.live_holds(cycles, HoldKind.EXEMPT)
    return {
        cycle.assignment.uuid: (
            hold.reason,
            deadlines.local_day(hold.until_at - timedelta(microseconds=1), cycle.zone) if hold.until_at else None,
        )
        for cycle in cycles
        if (hold := holds.get(cycle.id))
    }


def fields_of(cycle: Cycle, names: Collection[str]) -> dict[str, Any]:
    """What stands in these fields of an assignment now, as `change_assignments` takes it."""
    made, found = cycle.assignment, dict[str, Any]()
    for name in names:
        match name:
            case "due_on":
                found[name] = cycle.due_on
            case "repeat":
                found[name] = recurring.coming(made)
            case "reminders":
                found[name] = reminding.rules_of([made.reminder_set_id])[made.reminder_set_id]
            case _:
                found[name] = getattr(made, name)
    return found


def can_be_restored(cycle: Cycle, names: Collection[str], now: datetime) -> bool:
    """Whether what stands in these fields now could be set again: no day that has passed, no other count."""
    if "due_on" in names and cycle.due_on < first_day(cycle, now):
        return False
    return "repeat" not in names or {cycle.assignment.anchor_on, cycle.assignment.grid_on} <= {None, cycle.due_on}


def changed_meanwhile() -> Problem:
    """Why something is not taken back."""
    return Problem("changed_meanwhile", _("Somebody has changed it since."))


def waiting(scope: Scope, learner_id: int, organization_id: int) -> list[Cycle]:
    """What a person's absence concerns: the organization's open assignments that the scope may change, by due day."""
    rows = Cycle.objects.filter(
        access.changeable_cycles(scope), learner_id=learner_id, organization_id=organization_id, open=True
    )
    named = rows.select_related("training", "organization", "learner", "assignment__assigned_by")
    return list(assignments.with_enrollments(named).order_by("due_at", "id"))


def first_day(cycle: Cycle, now: datetime) -> date:
    """Today, where the assignment is due."""
    return deadlines.local_day(now, cycle.zone)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of organizations that the scope coordinates; never without one."""

    user: Any
    name: str
    organizations: Sequence[Organization]


def person(scope: Scope, username: str) -> Person | None:
    """The active person of this username, if they belong to an organization for which the scope assigns."""
    own = people.organizations_to_assign_for(scope)
    user = people.learners([username], within=people.members_of(*(row.id for row in own))).get(username)
    if user is None or user.username != username:
        return None
    joined = set(OrganizationMember.objects.filter(user=user).values_list("organization_id", flat=True))
    return Person(user, people.names([user])[user.id], [row for row in own if row.id in joined])


def today_of(person: Person, organization: Organization, now: datetime) -> date:
    """Today, where the person's due days are counted."""
    zones = policies.deadline_zones([person.user.id], policies.policy(organization.id))
    return deadlines.local_day(now, zones[person.user.id])
