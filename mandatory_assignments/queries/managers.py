"""Who looks after whom: a person's own managers, else those of the nearest department upwards that has any.

Nobody manages themselves, and neither does who is inactive, or who belongs to other organizations only.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from ..models import Membership, OrganizationMember, Supervision
from ..rules import directory

Pair = tuple[int, int]
"""A person and an organization, by their ids."""


def managers(learner_ids: Collection[int], organization_id: int) -> dict[int, list[int]]:
    """The ids of each learner's managers in the organization, in order of id; three queries for however many."""
    found = managers_in({(learner_id, organization_id) for learner_id in learner_ids})
    return {learner_id: found[learner_id, organization_id] for learner_id in learner_ids}


def managers_in(pairs: Collection[Pair]) -> dict[Pair, list[int]]:
    """The same for people each in an organization. Of several departments each gives its nearest managers."""
    if not pairs:
        return {}
    people, organizations = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    own: dict[Pair, set[int]] = {}
    rows = _fit(organizations).filter(person_id__in=people).exclude(manager_id=F("person_id"))
    for organization_id, person_id, manager_id in rows.values_list("organization_id", "person_id", "manager_id"):
        own.setdefault((person_id, organization_id), set()).add(manager_id)
    heads: dict[tuple[int, str], set[int]] = {}
    columns = ("organization_id", "department__path", "manager_id")
    for organization_id, path, manager_id in _fit(organizations).filter(person=None).values_list(*columns):
        heads.setdefault((organization_id, path), set()).add(manager_id)
    nearest: dict[Pair, set[int]] = {}
    memberships = Membership.objects.filter(user_id__in=people, department__organization_id__in=organizations)
    for person_id, organization_id, path in memberships.values_list(
        "user_id", "department__organization_id", "department__path"
    ):
        levels = (heads.get((organization_id, level), set()) - {person_id} for level in directory.upwards(path))
        nearest.setdefault((person_id, organization_id), set()).update(
            next((found for found in levels if found), set())
        )
    return {pair: sorted(own.get(pair) or nearest.get(pair) or set()) for pair in pairs}


def _fit(organization_ids: Collection[int]) -> QuerySet[Supervision]:
    """The supervisions that count: of an active manager who belongs to the organization, or to none at all."""
    memberships: QuerySet[Any] = OrganizationMember.objects.filter(user_id=OuterRef("manager_id"))
    belongs = Exists(memberships.filter(organization_id=OuterRef("organization_id")))
    return Supervision.objects.filter(
        belongs | ~Exists(memberships), organization_id__in=organization_ids, manager__is_active=True
    )
