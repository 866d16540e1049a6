"""The strokes on the directory: who comes and goes, who looks after whom. Each notes what it changed in the trail.

Whoever changes an organization's directory takes its lock first, so that of two at once the second sees what is there.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from organizations.models import Organization

from ..models import Coordinator, Department, LearningGroup, Membership, OrganizationMember, Supervision
from ..queries import directory
from ..rules import directory as rules
from . import audit, work

BATCH = 1000


def lock(owner: Organization, *, now: datetime) -> None:
    """Waits until nobody else changes this organization's directory, and keeps others from it until the end."""
    work.lock_name(f"directory {owner.id}", now=now)


def add_members(owner: Organization, user_ids: Collection[int], *, actor: Any, now: datetime) -> list[int]:
    """Makes these people members of the organization; the ids of the new ones."""
    joining = _missing(OrganizationMember.objects.filter(organization=owner), "user_id", user_ids)
    OrganizationMember.objects.bulk_create(
        [OrganizationMember(organization=owner, user_id=user_id, joined_at=now) for user_id in joining],
        batch_size=BATCH,
    )
    note("joined_organization", joining, owner, actor=actor, now=now)
    return joining


def remove_members(owner: Organization, user_ids: Collection[int], *, actor: Any, now: datetime) -> list[int]:
    """Takes these people out of the organization, its departments and groups; nobody there manages them, nor they.

    The ids of those who were members.
    """
    rows = OrganizationMember.objects.filter(organization=owner, user_id__in=user_ids)
    leaving = sorted(rows.values_list("user_id", flat=True))
    inside = Membership.objects.filter(Q(department__organization=owner) | Q(group__organization=owner))
    inside = inside.filter(user_id__in=leaving).select_related("department", "group")
    places: dict[int, dict[str, list[str]]] = {user_id: {"departments": [], "groups": []} for user_id in leaving}
    for row in inside.order_by("department__path", "group__name"):
        if row.department:
            places[row.user_id]["departments"].append(row.department.path)
        elif row.group:
            places[row.user_id]["groups"].append(row.group.name)
    supervisions = Supervision.objects.filter(organization=owner)
    _dismiss(supervisions.filter(Q(manager_id__in=leaving) | Q(person_id__in=leaving)), owner, actor, now)
    _delete(Membership, inside.values_list("id", flat=True))
    rows.filter(user_id__in=leaving).delete()
    audit.append(
        audit.entry(
            "left_organization",
            now=now,
            actor=actor,
            learner_id=user_id,
            organization_id=owner.id,
            before=places[user_id],
        )
        for user_id in leaving
    )
    return leaving


def join(place: Department | LearningGroup, user_ids: Collection[int], *, actor: Any, now: datetime) -> list[int]:
    """Puts these people into the department or group, and so into its organization; the ids of the new ones."""
    add_members(place.organization, user_ids, actor=actor, now=now)
    column = _column(place)
    joining = _missing(Membership.objects.filter(**{column: place}), "user_id", user_ids)
    Membership.objects.bulk_create(
        [Membership(user_id=user_id, joined_at=now, **{column: place}) for user_id in joining], batch_size=BATCH
    )
    note(f"joined_{column}", joining, place.organization, actor=actor, now=now, after=_named(place))
    return joining


def leave(
    place: Department | LearningGroup, user_ids: Collection[int] | None = None, *, actor: Any, now: datetime
) -> list[int]:
    """Takes these people, or everybody, out of the department or group; the ids of those who were in it."""
    column = _column(place)
    rows = Membership.objects.filter(**{column: place})
    if user_ids is not None:
        rows = rows.filter(user_id__in=user_ids)
    leaving = sorted(rows.values_list("user_id", flat=True))
    rows.delete()
    note(f"left_{column}", leaving, place.organization, actor=actor, now=now, before=_named(place))
    return leaving


def new_level(owner: Organization, above: Department | None, path: str, actor: Any, now: datetime) -> Department:
    """A department at this path, right below the one above."""
    name = path.rpartition(rules.SEPARATOR)[2]
    path = rules.inside(above.path if above else "", name)
    row = Department.objects.create(uuid=uuid.uuid4(), organization=owner, path=path, name=name, parent=above)
    note("department_added", [None], owner, actor=actor, now=now, after={"department": path})
    return row


def group_at(owner: Organization, name: str, *, actor: Any, now: datetime) -> LearningGroup:
    """The learning group of this name, made where it is missing."""
    row = directory.same_group(owner.id, name)
    if row is None:
        row = LearningGroup.objects.create(uuid=uuid.uuid4(), organization=owner, name=name)
        note("group_added", [None], owner, actor=actor, now=now, after={"group": name})
    return row


def appoint_managers(
    owner: Organization,
    manager_ids: Collection[int],
    *,
    department: Department | None = None,
    person_id: int | None = None,
    actor: Any,
    now: datetime,
) -> list[int]:
    """Makes these people managers of the department or of the person; the ids of the new ones."""
    looked_after = {"department": department, "person_id": person_id}
    rows = Supervision.objects.filter(organization=owner, **looked_after)
    appointed = _missing(rows, "manager_id", manager_ids)
    Supervision.objects.bulk_create(
        [Supervision(organization=owner, manager_id=user_id, **looked_after) for user_id in appointed],
        batch_size=BATCH,
    )
    after = _named(department) if department else {"person": person_id}
    note("appointed_manager", appointed, owner, actor=actor, now=now, after=after)
    return appointed


def dismiss_managers(
    owner: Organization,
    manager_ids: Collection[int] | None = None,
    *,
    department: Department | None = None,
    person_id: int | None = None,
    actor: Any,
    now: datetime,
) -> list[int]:
    """Takes the department or the person from these managers, or from all; the ids of those who had them."""
    rows = Supervision.objects.filter(organization=owner, department=department, person_id=person_id)
    if manager_ids is not None:
        rows = rows.filter(manager_id__in=manager_ids)
    return _dismiss(rows, owner, actor, now)


def appoint_coordinators(owner: Organization, user_ids: Collection[int], *, actor: Any, now: datetime) -> list[int]:
    """Lets these people assign for the organization; the ids of the new ones."""
    appointed = _missing(Coordinator.objects.filter(organization=owner), "user_id", user_ids)
    Coordinator.objects.bulk_create([Coordinator(organization=owner, user_id=user_id) for user_id in appointed])
    note("appointed_coordinator", appointed, owner, actor=actor, now=now)
    return appointed


def dismiss_coordinators(owner: Organization, user_ids: Collection[int], *, actor: Any, now: datetime) -> list[int]:
    """Takes the organization from these people; the ids of those who had it."""
    rows = Coordinator.objects.filter(organization=owner, user_id__in=user_ids)
    dismissed = sorted(rows.values_list("user_id", flat=True))
    rows.delete()
    note("dismissed_coordinator", dismissed, owner, actor=actor, now=now)
    return dismissed


def note(
    act: str,
    user_ids: Iterable[int | None],
    owner: Organization,
    *,
    actor: Any,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Writes into the trail what was done to each of these people, or with [None] to the organization itself."""
    audit.append(
        audit.entry(act, now=now, actor=actor, learner_id=user_id, organization_id=owner.id, before=before, after=after)
        for user_id in user_ids
    )


def _column(place: Department | LearningGroup) -> str:
    """What a membership calls it."""
    return "department" if isinstance(place, Department) else "group"


def _named(place: Department | LearningGroup) -> dict[str, Any]:
    return {"department": place.path} if isinstance(place, Department) else {"group": place.name}


def _missing(rows: QuerySet[Any], column: str, user_ids: Collection[int]) -> list[int]:
    """Those of the ids that no row names yet."""
    wanted = set(user_ids)
    return sorted(wanted - set(rows.filter(**{f"{column}__in": wanted}).values_list(column, flat=True)))


def _dismiss(rows: QuerySet[Supervision], owner: Organization, actor: Any, now: datetime) -> list[int]:
    found = list(rows.select_related("department").order_by("manager_id", "id"))
    audit.append(
        audit.entry(
            "dismissed_manager",
            now=now,
            actor=actor,
            learner_id=row.manager_id,
            organization_id=owner.id,
            before=_named(row.department) if row.department else {"person": row.person_id},
        )
        for row in found
    )
    _delete(Supervision, [row.id for row in found])
    return [row.manager_id for row in found]


def _delete(model: Any, ids: Iterable[int]) -> None:
    """By primary key: MySQL deletes from no table that the same statement reads."""
    model.objects.filter(id__in=list(ids)).delete()
