"""What the filter of a staff list offers to choose from; nothing where there is too much to scroll through."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from organizations.models import Organization

from ..data import Scope
from ..models import Department, LearningGroup, Training
from . import access

MOST_OFFERED = 200

Choice = tuple[str, str]
"""A value and its text."""


@dataclass(frozen=True, slots=True)
class Choices:
    """By name what the scope may filter by: trainings, departments and groups by uuid, organizations by short name."""

    trainings: Sequence[Choice] = field(default=())
    departments: Sequence[Choice] = field(default=())
    groups: Sequence[Choice] = field(default=())
    organizations: Sequence[Choice] = field(default=())


def choices(scope: Scope) -> Choices:
    """Four queries at most. A single organization is no choice."""
    own = Q() if scope.everything else Q(organization_id__in=scope.organization_ids)
    headed = Q() if scope.everything else Q(id__in=[id for team in scope.teams for id in team.department_ids])
    organizations = Organization.objects.filter(
        Q()
        if scope.everything
        else Q(id__in={*scope.organization_ids, *(team.organization_id for team in scope.teams)})
    )
    named = _offered([(row.short_name, row.name) for row in organizations.order_by("name")[: MOST_OFFERED + 1]])
    several = len(named) > 1
    departments = Department.objects.filter(own | headed).select_related("organization")
    groups = LearningGroup.objects.filter(own).select_related("organization")
    return Choices(
        trainings=_trainings(scope),
        departments=_owned(departments.order_by("organization__name", "path"), "path", several),
        groups=_owned(groups.order_by("organization__name", "name"), "name", several),
        organizations=named if several else (),
    )


def _trainings(scope: Scope) -> Sequence[Choice]:
    if not scope.assigns:
        return ()
    rows = Training.objects.filter(access.visible_trainings(scope)).order_by("name", "id")
    return _offered([(str(id), name) for id, name in rows.values_list("uuid", "name")[: MOST_OFFERED + 1]])


def _owned(rows: QuerySet[Any], column: str, several: bool) -> Sequence[Choice]:
    """By uuid, with the organization's name before theirs where there are several."""
    return _offered(
        [
            (str(row.uuid), f"{row.organization.name}: {getattr(row, column)}" if several else getattr(row, column))
            for row in rows[: MOST_OFFERED + 1]
        ]
    )


def _offered(found: Sequence[Choice]) -> Sequence[Choice]:
    return found if len(found) <= MOST_OFFERED else ()
