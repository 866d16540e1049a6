"""The departments and learning groups that a bulk assignment can be for, with how many people are in each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from ..data import Scope
from ..models import Department, LearningGroup
from . import directory

MOST_OFFERED = 300
"""Departments, and groups, that are offered at once; what is chosen already comes in any case."""


@dataclass(frozen=True, slots=True)
class Place:
    """A department or group: its uuid, how deep it lies, and how many people are in it itself."""

    id: str
    name: str
    path: str
    depth: int
    organization: str
    count: int


@dataclass(frozen=True, slots=True)
class Places:
    """Those that are offered, in order; `more` tells that there are others."""

    rows: Sequence[Place] = ()
    more: bool = False


def departments(scope: Scope, organization_id: int | None, *, search: str, chosen: Collection[str]) -> Places:
    """Of the organization the actor assigns for, for global staff of all: those found, and those chosen."""
    found = directory.departments(scope, search=search).filter(_own(scope, organization_id))
    every = Department.objects.filter(_own(scope, organization_id), uuid__in=chosen).select_related("organization")
    return _places(found, every, "path")


def groups(scope: Scope, organization_id: int | None, *, search: str, chosen: Collection[str]) -> Places:
    """The same of learning groups."""
    found = directory.groups(scope, search=search).filter(_own(scope, organization_id))
    every = LearningGroup.objects.filter(_own(scope, organization_id), uuid__in=chosen).select_related("organization")
    return _places(found, every, "name")


def _own(scope: Scope, organization_id: int | None) -> Q:
    own = Q(organization__in=directory.kept(scope))
    return own if scope.everything else own & Q(organization_id=organization_id)


def _places(found: QuerySet[Any], chosen: QuerySet[Any], column: str) -> Places:
    offered = list(found.order_by("organization__name", column)[: MOST_OFFERED + 1])
    by_id = {row.id: row for row in [*offered[:MOST_OFFERED], *chosen]}
    rows = sorted(by_id.values(), key=lambda row: (row.organization.name, getattr(row, column)))
    counts = directory.member_counts(rows)
    places = []
    for row in rows:
        path = getattr(row, column)
        parts = path.split("/") if column == "path" else [path]
        places.append(Place(str(row.uuid), parts[-1], path, len(parts) - 1, row.organization.name, counts[row.id]))
    return Places(places, len(offered) > MOST_OFFERED)
