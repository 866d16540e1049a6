"""The directory as those see it who keep it, and managers their teams: organizations, departments, groups, people.

What is outside the scope is not found, and said to be unknown in the same words as what does not exist.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Forbidden, Invalid, Problem, Scope
from ..host import lms
from ..models import Absence, Department, LearningGroup, Membership, OrganizationMember, Supervision
from ..rules import deadlines
from ..rules import directory as rules
from . import access, policies
from .managers import managers_in

# ----- what may be kept -----------------------------------------------------------------------------------------------


def keeps(scope: Scope) -> bool:
    """Whether this scope keeps the directory of any organization."""
    return scope.everything or bool(scope.organization_ids)


def kept(scope: Scope) -> QuerySet[Organization]:
    """The active organizations whose directory this scope keeps: those it coordinates, for global staff all."""
    found: QuerySet[Organization] = Organization.objects.filter(active=True)
    return found if scope.everything else found.filter(id__in=scope.organization_ids)


def keeps_of(scope: Scope, department: Department) -> bool:
    """Whether this scope keeps the directory that the department is in, rather than looking after a team there."""
    return scope.everything or department.organization_id in scope.organization_ids


def organization(scope: Scope, short_name: str) -> Organization | None:
    """One of them by its short name."""
    return kept(scope).filter(short_name=short_name).first()


def keeper(actor: Any) -> Scope:
    """The actor's scope, of the system everything; raises Forbidden when it keeps nothing."""
    scope = Scope(actor_id=0, everything=True) if actor is None else access.scope(actor)
    if not keeps(scope):
        raise Forbidden(Problem("forbidden", _("Your role does not let you change the directory.")))
    return scope


def global_keeper(actor: Any) -> Scope:
    """The scope of the system or of global staff; raises Forbidden for everybody else.

    Who adds people of the whole platform learns who has an account: that is global staff's business alone.
    """
    scope = keeper(actor)
    if not scope.everything:
        raise Forbidden(Problem("forbidden", _("Only global staff may do this.")))
    return scope


def organization_to_keep(scope: Scope, short_name: str) -> Organization:
    """The organization; raises Invalid `unknown_organization`, also outside the scope."""
    found = organization(scope, short_name)
    if found is None:
        message = _('There is no organization with the short name "%(name)s".') % {"name": short_name}
        raise Invalid(Problem("unknown_organization", message, "organization"))
    return found


def department_to_keep(scope: Scope, department_uuid: uuid.UUID, field: str = "department") -> Department:
    """The department with its organization and parent; raises Invalid `unknown_department`, also outside the scope."""
    rows = Department.objects.filter(uuid=department_uuid, organization__in=kept(scope))
    row = rows.select_related("organization", "parent").first()
    if row is None:
        message = _('No department "%(entry)s" can be found.') % {"entry": department_uuid}
        raise Invalid(Problem("unknown_department", message, field))
    return row


def group_to_keep(scope: Scope, group_uuid: uuid.UUID) -> LearningGroup:
    """The learning group with its organization; raises Invalid `unknown_group`, also outside the scope."""
    rows = LearningGroup.objects.filter(uuid=group_uuid, organization__in=kept(scope))
    row = rows.select_related("organization").first()
    if row is None:
        message = _('No learning group "%(entry)s" can be found.') % {"entry": group_uuid}
        raise Invalid(Problem("unknown_group", message, "group"))
    return row


def managing(organization_id: int, *, department: Department | None = None, person_id: int | None = None) -> Q:
    """The accounts that are managers of the department, or of the person, whatever became of them."""
    rows = Supervision.objects.filter(organization_id=organization_id, department=department, person_id=person_id)
    return Q(id__in=rows.values("manager_id"))


def same_path(organization_id: int, path: str) -> Department | None:
    """The department at this path, however its letters are cased."""
    rows = Department.objects.filter(Q(path=path) | Q(path__iexact=path), organization_id=organization_id)
    return rows.select_related("organization").first()


def same_group(organization_id: int, name: str) -> LearningGroup | None:
    """The learning group of this name, however its letters are cased."""
    rows = LearningGroup.objects.filter(Q(name=name) | Q(name__iexact=name), organization_id=organization_id)
    return rows.select_related("organization").first()


# ----- what may be seen -----------------------------------------------------------------------------------------------


def departments(scope: Scope, *, organization: str = "", search: str = "") -> QuerySet[Department]:
    """The departments of the scope's organizations and teams, narrowed by short name and by a part of the full path."""
    rows = Department.objects.filter(_visible_departments(scope)).select_related("organization", "parent")
    if organization:
        rows = rows.filter(organization__short_name=organization)
    if search := rules.tidy(search):
        full_path = Concat("organization__short_name", Value(rules.SEPARATOR), "path")
        rows = rows.annotate(full_path=full_path).filter(full_path__icontains=search)
    return rows


def department(scope: Scope, department_uuid: uuid.UUID) -> Department | None:
    """One of them."""
    return departments(scope).filter(uuid=department_uuid).first()


def groups(scope: Scope, *, organization: str = "", search: str = "") -> QuerySet[LearningGroup]:
    """The learning groups of the scope's organizations, narrowed by short name and by a part of the name."""
    rows = LearningGroup.objects.filter(organization__in=kept(scope)).select_related("organization")
    if organization:
        rows = rows.filter(organization__short_name=organization)
    if search := rules.tidy(search):
        rows = rows.filter(name__icontains=search)
    return rows


def group(scope: Scope, group_uuid: uuid.UUID) -> LearningGroup | None:
    """One of them."""
    return groups(scope).filter(uuid=group_uuid).first()


def people(
    scope: Scope, *, search: str = "", organization: str = "", department: str = "", group: str = ""
) -> QuerySet[Any]:
    """The accounts of the scope's organizations and teams.

    Narrowed by a part of the name, username or e-mail, by an organization's short name, by the uuids of a department
    (with everything below) and of a learning group. What the scope does not see holds nobody.
    """
    members = OrganizationMember.objects.filter(_visible_members(scope), user_id=OuterRef("pk"))
    if organization:
        members = members.filter(organization__short_name=organization)
    rows = get_user_model().objects.filter(Exists(members))
    if department:
        inside = Membership.objects.filter(department_id__in=with_all_below(scope, department))
        rows = rows.filter(Exists(inside.filter(user_id=OuterRef("pk"))))
    if group:
        visible = groups(scope).filter(uuid=_uuid(group)).values("id")
        rows = rows.filter(Exists(Membership.objects.filter(group_id__in=visible, user_id=OuterRef("pk"))))
    if search := " ".join(search.split()):
        named = Q(username__icontains=search) | Q(email__icontains=search) | Q(id__in=lms.named(search))
        rows = rows.filter(named)
    return rows


def kept_person(scope: Scope, username: str) -> Any | None:
    """The account of this name, as far as it belongs to an organization whose directory the scope keeps."""
    return people(replace(scope, teams=())).filter(username=username).first()


def with_all_below(scope: Scope, department_uuid: str) -> list[int]:
    """The ids of a department and of all below it, as far as the scope sees it; none where it does not."""
    row = departments(scope).filter(uuid=_uuid(department_uuid)).first()
    if row is None:
        return []
    below = Q(path__startswith=rules.below(row.path))
    rows = Department.objects.filter(Q(id=row.id) | below, organization_id=row.organization_id)
    return list(rows.values_list("id", flat=True))


def alone(scope: Scope, department_uuid: str) -> list[int]:
    """The id of the department without those below it, as far as the scope sees it; none where it does not."""
    return list(departments(scope).filter(uuid=_uuid(department_uuid)).values_list("id", flat=True))


def group_named(scope: Scope, group_uuid: str) -> LearningGroup | None:
    """A learning group by the text of its uuid."""
    return group(scope, _uuid(group_uuid))


NOTHING = uuid.UUID(int=0)


def _uuid(text: str) -> uuid.UUID:
    """What is no uuid is that of nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return NOTHING


def _visible_departments(scope: Scope) -> Q:
    found = Q(organization__in=kept(scope))
    for team in scope.teams:
        found |= Q(id__in=team.department_ids)
    return found


def _visible_members(scope: Scope) -> Q:
    """Of the rows that tie people to organizations those that the scope sees."""
    found = Q(organization__in=kept(scope))
    for team in scope.teams:
        inside = Membership.objects.filter(department_id__in=team.department_ids)
        one_of_them = Q(user_id__in=team.person_ids) | Q(user_id__in=inside.values("user_id"))
        found |= Q(organization_id=team.organization_id) & one_of_them
    return found


# ----- what is said of each -------------------------------------------------------------------------------------------


def full_path(department: Department) -> str:
    """The department's path as the outside writes it, which begins with the organization."""
    return rules.inside(department.organization.short_name, department.path)


def member_counts(rows: Collection[Department] | Collection[LearningGroup]) -> dict[int, int]:
    """How many people are in each department or group itself, by its id, in one query."""
    column = "department" if any(isinstance(row, Department) for row in rows) else "group"
    memberships = Membership.objects.filter(**{f"{column}__in": rows}).values(f"{column}_id")
    counted = dict(memberships.annotate(number=Count("id")).order_by().values_list(f"{column}_id", "number"))
    return {row.id: counted.get(row.id, 0) for row in rows}


def heads(departments: Collection[Department]) -> dict[int, list[str]]:
    """The usernames of the managers appointed to each department itself, by its id, in one query."""
    rows = Supervision.objects.filter(department__in=departments).order_by("manager__username")
    found: dict[int, list[str]] = {row.id: [] for row in departments}
    for department_id, username in rows.values_list("department_id", "manager__username"):
        found[department_id].append(username)
    return found


def organizations_of(scope: Scope, user_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the organizations to which each of these people belongs, as far as the scope sees it: one query."""
    members = OrganizationMember.objects.filter(_visible_members(scope), user_id__in=user_ids)
    found: dict[int, list[str]] = {}
    for user_id, name in members.order_by("organization__name").values_list("user_id", "organization__name"):
        found.setdefault(user_id, []).append(name)
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """What the directory says of somebody: short names, full paths, names of groups, managers; all in order.

    `managers` are usernames, `manager_names` what people call them.

    `absence` is the one that is running or lies ahead; of several organizations' the one that lasts longest.
    """

    username: str
    name: str
    organizations: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    manager_names: tuple[str, ...] = ()
    absence: Absence | None = None


def persons(scope: Scope, users: Collection[Any], now: datetime) -> list[Person]:
    """What the scope sees of each of these people, in the same order; the queries are as many for one as for all."""
    by_id = {user.id: user for user in users}
    members = OrganizationMember.objects.filter(_visible_members(scope), user_id__in=by_id)
    organizations = members.order_by("organization__short_name").values_list(
        "user_id", "organization_id", "organization__short_name"
    )
    seen = {(user_id, organization_id): short_name for user_id, organization_id, short_name in organizations}
    inside: dict[int, tuple[list[str], list[str]]] = {id: ([], []) for id in by_id}
    rows = Membership.objects.filter(user_id__in=by_id).select_related("department__organization", "group")
    for row in rows.order_by("department__path", "group__name", "id"):
        place = row.department or row.group
        if place and (row.user_id, place.organization_id) in seen:
            which = 0 if row.department else 1
            inside[row.user_id][which].append(full_path(row.department) if row.department else place.name)
    managers = managers_in(seen.keys())
    manager_ids = {id for ids in managers.values() for id in ids}
    usernames = dict(get_user_model().objects.filter(id__in=manager_ids).values_list("id", "username"))
    absences = _absences(seen, now)
    names = lms.names({*by_id, *manager_ids})

    def person(user: Any) -> Person:
        own = [pair for pair in seen if pair[0] == user.id]
        away = [absences[pair] for pair in own if pair in absences]
        heads = {id: usernames[id] for pair in own for id in managers[pair]}
        return Person(
            user.username,
            names.get(user.id, "").strip() or user.username,
            tuple(seen[pair] for pair in own),
            tuple(sorted(inside[user.id][0])),
            tuple(inside[user.id][1]),
            tuple(sorted(heads.values())),
            tuple(sorted(names.get(id, "").strip() or username for id, username in heads.items())),
            max(away, key=lambda absence: absence.until_on, default=None),
        )

    return [person(user) for user in users]


def _absences(pairs: Collection[tuple[int, int]], now: datetime) -> dict[tuple[int, int], Absence]:
    """The absences that are not over where their person's due days end, by person and organization."""
    people, organization_ids = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    rows = Absence.objects.filter(learner_id__in=people, organization_id__in=organization_ids, live=True)
    found = {pair: row for row in rows.select_related("organization") if (pair := _pair(row)) in pairs}
    preferred, own = lms.time_zones(people), policies.policies(organization_ids)
    zones = {pair: deadlines.zone_of(own[pair[1]], preferred.get(pair[0])) for pair in found}
    return {pair: row for pair, row in found.items() if deadlines.local_day(now, zones[pair]) <= row.until_on}


def _pair(absence: Absence) -> tuple[int, int]:
    return absence.learner_id, absence.organization_id
