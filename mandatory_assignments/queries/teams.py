"""Whom a filter by department or group means. Where the scope has no say there is nobody."""

import uuid
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from ..data import Scope
from ..models import Department, LearningGroup, Membership

M = TypeVar("M", bound=Model)


def members_of_department(scope: Scope, department: str) -> QuerySet[Membership, int]:
    """The ids of the people in the department with this uuid, or in one below it."""
    top = _one(Department.objects.filter(_seen_departments(scope)), department)
    if top is None:
        return _ids(Membership.objects.none())
    below = Department.objects.filter(organization_id=top.organization_id, path__startswith=f"{top.path}/")
    departments = [top.id, *below.values_list("id", flat=True)]
    return _ids(Membership.objects.filter(department_id__in=departments))


def members_of_group(scope: Scope, group: str) -> QuerySet[Membership, int]:
    """The ids of the people in the learning group with this uuid."""
    seen = Q() if scope.everything else Q(organization_id__in=scope.organization_ids)
    found = _one(LearningGroup.objects.filter(seen), group)
    return _ids(Membership.objects.filter(group=found) if found else Membership.objects.none())


def _seen_departments(scope: Scope) -> Q:
    if scope.everything:
        return Q()
    headed = [department_id for team in scope.teams for department_id in team.department_ids]
    return Q(organization_id__in=scope.organization_ids) | Q(id__in=headed)


def _one(rows: QuerySet[M], reference: str) -> M | None:
    try:
        return rows.filter(uuid=uuid.UUID(reference)).first()
    except ValueError:
        return None


def _ids(rows: QuerySet[Membership]) -> QuerySet[Membership, int]:
    return rows.values_list("user_id", flat=True)
