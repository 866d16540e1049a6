"""What staff are about to act on: the assignments that were chosen, and a person who is going to be away."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from organizations.models import Organization

from ..data import Scope
from ..models import Cycle, OrganizationMember
from ..rules import deadlines
from . import access, assignments, people, policies


def chosen(scope: Scope, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Cycle]:
    """The present round of each of these assignments that the scope may change, with names, in the order of the ids."""
    rows = Cycle.objects.filter(access.changeable_cycles(scope), assignment__uuid__in=ids)
    named = rows.select_related("training", "organization", "learner", "assignment__assigned_by")
    found = {row.assignment.uuid: row for row in assignments.with_enrollments(named).order_by("number")}
    return {id: found[id] for id in dict.fromkeys(ids) if id in found}


def changeable(scope: Scope, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the assignments that the scope may change."""
    if not scope.assigns:
        return set()
    rows = Cycle.objects.filter(access.changeable_cycles(scope), assignment__uuid__in=ids)
    return set(rows.values_list("assignment__uuid", flat=True))


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
