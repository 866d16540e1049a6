"""Keeping the directory: members, departments, learning groups, managers, coordinators. All verbs only ever add."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Forbidden, Invalid, Outcome, Problem
from ..models import Coordinator, Department, LearningGroup, Membership, OrganizationMember, Supervision
from ..queries import access, people
from ..records import audit
from ..verb import verb


@verb()
def add_organization_members(
    organization: str, user_ids: Collection[int], *, actor: Any = None, now: datetime
) -> Outcome:
    """Makes these people members of the organization (short name); `created` holds the ids of the new ones.

    Raises Invalid `unknown_organization`; Forbidden when the actor neither is global staff nor coordinates it. Without
    actor the system acts.
    """
    owner = _organization(organization, actor)
    return _add_members(owner, user_ids, actor, now)


@verb()
def save_department(
    path: str,
    *,
    member_ids: Collection[int] = (),
    manager_ids: Collection[int] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes the department "Organization/Level/Level" with every level above it, and adds members and managers.

    Members become members of the organization too. `created` holds the ids of the departments that are new.
    """
    short_name, *names = [name.strip() for name in path.split("/")]
    owner = _organization(short_name, actor)
    if not names or not all(names):
        raise Invalid(
            Problem("bad_path", _('"%(path)s" is no path: write Organization/Department/…') % {"path": path}, "path")
        )
    parent, created = None, []
    for level in range(len(names)):
        parent, new = Department.objects.get_or_create(
            organization=owner,
            path="/".join(names[: level + 1]),
            defaults={"name": names[level], "parent": parent},
        )
        created += [parent.id] if new else []
    assert parent is not None
    _add_members(owner, member_ids, actor, now)
    joining = _missing(Membership.objects.filter(department=parent), "user_id", member_ids)
    Membership.objects.bulk_create(
        [Membership(user_id=user_id, department=parent, joined_at=now) for user_id in joining],
        ignore_conflicts=True,
    )
    appointed = _missing(Supervision.objects.filter(department=parent), "manager_id", manager_ids)
    Supervision.objects.bulk_create(
        [Supervision(organization=owner, manager_id=user_id, department=parent) for user_id in appointed],
        ignore_conflicts=True,
    )
    after = {"department": parent.path}
    _note("joined_department", joining, owner, actor, now, after)
    _note("appointed_manager", appointed, owner, actor, now, after)
    return Outcome(created=created)


@verb()
def save_learning_group(
    name: str,
    *,
    organization: str,
    member_ids: Collection[int] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes the learning group and adds members, who become members of the organization too."""
    owner = _organization(organization, actor)
    group, new = LearningGroup.objects.get_or_create(organization=owner, name=name)
    _add_members(owner, member_ids, actor, now)
    joining = _missing(Membership.objects.filter(group=group), "user_id", member_ids)
    Membership.objects.bulk_create(
        [Membership(user_id=user_id, group=group, joined_at=now) for user_id in joining], ignore_conflicts=True
    )
    _note("joined_group", joining, owner, actor, now, {"group": name})
    return Outcome(created=[group.id] if new else [])


@verb()
def appoint_coordinators(organization: str, user_ids: Collection[int], *, actor: Any = None, now: datetime) -> Outcome:
    """Lets these people assign for the organization; `created` holds the ids of the new ones."""
    owner = _organization(organization, actor)
    appointed = _missing(Coordinator.objects.filter(organization=owner), "user_id", user_ids)
    Coordinator.objects.bulk_create(
        [Coordinator(organization=owner, user_id=user_id) for user_id in appointed], ignore_conflicts=True
    )
    _note("appointed_coordinator", appointed, owner, actor, now)
    return Outcome(created=appointed)


@verb()
def appoint_managers(
    manager_ids: Collection[int],
    *,
    organization: str,
    person_id: int,
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes these people managers of one person in the organization; of a department: `save_department`."""
    owner = _organization(organization, actor)
    appointed = _missing(Supervision.objects.filter(organization=owner, person_id=person_id), "manager_id", manager_ids)
    Supervision.objects.bulk_create(
        [Supervision(organization=owner, manager_id=user_id, person_id=person_id) for user_id in appointed],
        ignore_conflicts=True,
    )
    _note("appointed_manager", appointed, owner, actor, now, {"person": person_id})
    return Outcome(created=appointed)


def _organization(short_name: str, actor: Any) -> Organization:
    found = people.organization(short_name)
    if found is None:
        raise Invalid(
            Problem(
                "unknown_organization",
                _('There is no organization with the short name "%(name)s".') % {"name": short_name},
                "organization",
            )
        )
    if actor is not None:
        scope = access.scope(actor)
        if not scope.everything and found.id not in scope.organization_ids:
            raise Forbidden(Problem("forbidden", _("You do not coordinate this organization."), "organization"))
    return found


def _missing(rows: Any, column: str, user_ids: Iterable[int]) -> list[int]:
    """Those of the ids that no row names yet."""
    wanted = set(user_ids)
    return sorted(wanted - set(rows.filter(**{f"{column}__in": wanted}).values_list(column, flat=True)))


def _add_members(owner: Organization, user_ids: Collection[int], actor: Any, now: datetime) -> Outcome:
    joining = _missing(OrganizationMember.objects.filter(organization=owner), "user_id", user_ids)
    OrganizationMember.objects.bulk_create(
        [OrganizationMember(organization=owner, user_id=user_id, joined_at=now) for user_id in joining],
        ignore_conflicts=True,
        batch_size=1000,
    )
    _note("joined_organization", joining, owner, actor, now)
    return Outcome(created=joining)


def _note(
    act: str,
    user_ids: Iterable[int],
    owner: Organization,
    actor: Any,
    now: datetime,
    after: dict[str, Any] | None = None,
) -> None:
    entries = [
        audit.entry(act, now=now, actor=actor, learner_id=user_id, organization_id=owner.id, after=after)
        for user_id in user_ids
    ]
    if entries:
        audit.append(entries)
