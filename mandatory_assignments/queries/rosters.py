"""An organization's directory as its pages show it: the tree of departments with numbers, and who is on which list.

Whoever asks has the organization, department or group from `directory`, which knows what the scope keeps.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, QuerySet
from organizations.models import Organization

from ..data import Scope
from ..models import Coordinator, Cycle, Department, LearningGroup, Membership, OrganizationMember, Supervision
from ..rules import directory as rules
from ..rules import roster
from . import directory, people


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in an organization."""

    members: int = 0
    departments: int = 0
    groups: int = 0


def sizes(organizations: Collection[Organization]) -> dict[int, Size]:
    """The size of each organization by its id: three queries for however many."""
    counted: list[dict[int, int]] = []
    for model in (OrganizationMember, Department, LearningGroup):
        rows: QuerySet[Any] = model.objects.filter(organization__in=organizations)
        numbers = rows.values("organization_id").annotate(number=Count("id")).order_by()
        counted.append(dict(numbers.values_list("organization_id", "number")))
    return {row.id: Size(*(numbers.get(row.id, 0) for numbers in counted)) for row in organizations}


@dataclass(frozen=True, slots=True)
class Node:
    """A department in its tree: the level counts from 0, `members` are those of the department itself.

    `everybody` counts them together with all below it, each person once; None where there is nothing below.
    """

    department: Department
    level: int
    members: int
    everybody: int | None
    managers: list[str]
    above: str


def tree(owner: Organization) -> list[Node]:
    """The organization's departments, each followed by those below it: four queries for however many."""
    rows = sorted(Department.objects.filter(organization=owner), key=lambda row: row.path.casefold().split("/"))
    members, everybody = directory.member_counts(rows), _with_all_below(owner, rows)
    heads = list(Supervision.objects.filter(department__in=rows).values_list("department_id", "manager_id"))
    names = people.names_of({manager_id for _, manager_id in heads})
    by_department: dict[int, list[str]] = {row.id: [] for row in rows}
    for department_id, manager_id in heads:
        by_department[department_id].append(names.get(manager_id, ""))
    return [
        Node(
            row,
            row.path.count("/"),
            members[row.id],
            everybody.get(row.id),
            sorted(by_department[row.id]),
            row.path.rpartition("/")[0],
        )
        for row in rows
    ]


def _with_all_below(owner: Organization, rows: Collection[Department]) -> dict[int, int]:
    """By department that has others below it how many people are in all of them."""
    ids = {row.path: row.id for row in rows}
    upwards = {row.id: [ids[path] for path in rules.upwards(row.path) if path in ids] for row in rows}
    above = {id for row in rows for id in upwards[row.id] if id != row.id}
    if not above:
        return {}
    found: dict[int, set[int]] = {id: set() for id in above}
    inside = Membership.objects.filter(department__organization=owner).values_list("department_id", "user_id")
    for department_id, user_id in inside.iterator(chunk_size=5000):
        for id in upwards.get(department_id, ()):
            if id in found:
                found[id].add(user_id)
    return {id: len(people) for id, people in found.items()}


def groups(owner: Organization) -> list[tuple[LearningGroup, int]]:
    """The organization's learning groups by name, each with the number of people in it."""
    rows = list(LearningGroup.objects.filter(organization=owner).order_by("name"))
    members = directory.member_counts(rows)
    return [(row, members[row.id]) for row in rows]


def following(owner: Organization) -> frozenset[str]:
    """The names of the organization's learning groups that follow cohorts: who is in them is not decided here."""
    rows = LearningGroup.objects.filter(organization=owner).exclude(cohort_course_key="")
    return frozenset(rows.values_list("name", flat=True))


def members(place: Organization | Department | LearningGroup) -> QuerySet[Any]:
    """The accounts in the organization, or in the department or group itself."""
    if isinstance(place, Organization):
        return _accounts(OrganizationMember.objects.filter(organization=place), "user_id")
    column = "department" if isinstance(place, Department) else "group"
    return _accounts(Membership.objects.filter(**{column: place}), "user_id")


def managers(department: Department) -> QuerySet[Any]:
    """The accounts that are appointed managers of the department itself."""
    return _accounts(Supervision.objects.filter(department=department), "manager_id")


def managers_of(owner: Organization, person: Any) -> QuerySet[Any]:
    """The accounts that are appointed managers of this person alone, for the organization."""
    return _accounts(Supervision.objects.filter(organization=owner, person=person), "manager_id")


def coordinators(owner: Organization) -> QuerySet[Any]:
    """The accounts that assign for the organization."""
    return _accounts(Coordinator.objects.filter(organization=owner), "user_id")


def open_assignments(owner: Organization, user_ids: Collection[int]) -> int:
    """How many assignments of the organization are open for these people."""
    return Cycle.objects.filter(organization=owner, learner_id__in=user_ids, open=True).count()


def places_to_move(scope: Scope, department: Department) -> list[Department]:
    """The departments below which this one may be put: all of its organization but itself and what is below it."""
    rows = directory.departments(scope, organization=department.organization.short_name)
    inside = f"{department.path}/"
    return [row for row in rows.order_by("path") if row != department and not row.path.startswith(inside)]


def present(owner: Organization) -> roster.Present:
    """Who is where in the organization now, in six queries for however many."""
    members = OrganizationMember.objects.filter(organization=owner).values_list("user_id", flat=True)
    departments = Membership.objects.filter(department__organization=owner).values_list("user_id", "department__path")
    groups = Membership.objects.filter(group__organization=owner).values_list("user_id", "group__name")
    managers = Supervision.objects.filter(organization=owner, person__isnull=False)
    return roster.Present(
        frozenset(members),
        _by_person(departments),
        _by_person(groups),
        _by_person(managers.values_list("person_id", "manager_id")),
        tuple(Department.objects.filter(organization=owner).order_by("path").values_list("path", flat=True)),
        tuple(LearningGroup.objects.filter(organization=owner).order_by("name").values_list("name", flat=True)),
    )


def _by_person(pairs: Iterable[tuple[int, Any]]) -> dict[int, set[Any]]:
    found: dict[int, set[Any]] = {}
    for user_id, value in pairs:
        found.setdefault(user_id, set()).add(value)
    return found


def _accounts(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    return get_user_model().objects.filter(Exists(rows.filter(**{column: OuterRef("pk")})))
