"""Who may see and do what. Every staff query takes the scope from here; what is outside is simply not found."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ..data import Scope, Sharing, Team, TrainingKind
from ..host import lms
from ..models import (
    Coordinator,
    Department,
    Membership,
    ModuleBlock,
    OrganizationMember,
    Supervision,
    Training,
    TrainingPart,
    TrainingShare,
)
from .parts import Part, apart, of_learners, of_organizations, of_people, of_trainings


def scope(actor: Any) -> Scope:
    """What this user may see and assign. Ask once per request and hand it on."""
    if not getattr(actor, "is_active", False):
        return Scope(actor_id=0)
    if lms.is_global_staff(actor):
        return Scope(actor_id=actor.id, everything=True)
    course_keys, course_orgs = lms.staff_courses(actor)
    return Scope(
        actor_id=actor.id,
        organization_ids=frozenset(Coordinator.objects.filter(user=actor).values_list("organization_id", flat=True)),
        course_keys=course_keys,
        course_orgs=course_orgs,
        teams=_teams(actor.id),
    )


def _teams(manager_id: int) -> tuple[Team, ...]:
    """The manager's people: departments with everything below them, and single persons, by organization."""
    supervisions = list(Supervision.objects.filter(manager_id=manager_id).select_related("department"))
    headed = [row.department for row in supervisions if row.department]
    below = Q()
    for department in headed:
        below |= Q(organization_id=department.organization_id) & (
            Q(id=department.id) | Q(path__startswith=f"{department.path}/")
        )
    departments = Department.objects.filter(below).values_list("organization_id", "id") if headed else ()
    teams: dict[int, tuple[set[int], set[int]]] = {}
    for organization_id, department_id in departments:
        teams.setdefault(organization_id, (set(), set()))[0].add(department_id)
    for row in supervisions:
        if row.person_id:
            teams.setdefault(row.organization_id, (set(), set()))[1].add(row.person_id)
    return tuple(
        Team(organization_id, frozenset(departments), frozenset(persons))
        for organization_id, (departments, persons) in sorted(teams.items())
    )


def visible_cycles(scope: Scope) -> Q:
    """The cycles this scope sees: of its organizations, of trainings inside its courses, of its teams."""
    if scope.everything:
        return Q()
    found = Q(pk__in=())
    if scope.organization_ids:
        found |= Q(organization_id__in=scope.organization_ids)
    if scope.course_keys or scope.course_orgs:
        found |= staffed(scope, "training__key") | Q(training_id__in=bundles_inside(scope))
    for team in scope.teams:
        found |= Q(organization_id=team.organization_id) & (
            Q(learner_id__in=team.person_ids)
            | Q(learner_id__in=Membership.objects.filter(department_id__in=team.department_ids).values("user_id"))
        )
    return found


def visible_parts(scope: Scope) -> list[Part]:
    """The cycles that `visible_cycles` names, as parts of a list."""
    if scope.everything:
        return [Part(Q())]
    found = of_organizations(scope.organization_ids) if scope.organization_ids else []
    if scope.course_keys or scope.course_orgs:
        trainings = Training.objects.filter(staffed(scope, "key") | Q(id__in=bundles_inside(scope)))
        found += of_trainings(list(trainings.values_list("id", flat=True)))
    for team in scope.teams:
        inside = Part(Q(organization_id=team.organization_id))
        if team.person_ids:
            found.append(inside & of_learners(team.person_ids))
        if team.department_ids:
            members = Membership.objects.filter(department_id__in=team.department_ids)
            found.append(inside & of_people(members.values_list("user_id", flat=True)))
    return apart(found)


def only_people(scope: Scope) -> Collection[int] | QuerySet[Any, int] | None:
    """The ids of all of whom this scope sees anything, where one index finds them: a manager's; None elsewhere."""
    if scope.assigns:
        return None
    department_ids = [department_id for team in scope.teams for department_id in team.department_ids]
    person_ids = [person_id for team in scope.teams for person_id in team.person_ids]
    if department_ids and person_ids:
        return None
    members = Membership.objects.filter(department_id__in=department_ids).values_list("user_id", flat=True)
    return members if department_ids else person_ids


def changeable_cycles(scope: Scope) -> Q:
    """The cycles this scope may change: of its organizations, and what the owners of its courses assigned there."""
    if scope.everything:
        return Q()
    found = Q(organization_id__in=scope.organization_ids)
    if scope.course_keys or scope.course_orgs:
        inside = staffed(scope, "training__key") | Q(training_id__in=bundles_inside(scope))
        found |= Q(organization_id=F("training__organization_id")) & inside
    return found


def visible_trainings(scope: Scope) -> Q:
    """The trainings this scope may assign: of its organizations, shared with them, inside its courses."""
    if scope.everything:
        return Q()
    found = Q(organization_id__in=scope.organization_ids) | shared_trainings(scope)
    if scope.course_keys or scope.course_orgs:
        found |= Q(kind=TrainingKind.COURSE) & staffed(scope, "key") | Q(id__in=bundles_inside(scope))
    return found


def shared_trainings(scope: Scope) -> Q:
    """The trainings of others that are shared with the scope's organizations."""
    if not scope.organization_ids:
        return Q(pk__in=())
    shares = TrainingShare.objects.filter(organization_id__in=scope.organization_ids)
    return Q(sharing=Sharing.ALL) | Q(sharing=Sharing.LISTED, id__in=shares.values("training_id"))


def staffed(scope: Scope, key: str) -> Q:
    """The rows whose column `key` names a course that the scope has itself."""
    found = Q(**{f"{key}__in": scope.course_keys})
    for org in scope.course_orgs:
        found |= Q(**{f"{key}__startswith": f"course-v1:{org}+"}) | Q(**{f"{key}__startswith": f"ccx-v1:{org}+"})
    return found


def bundles_inside(scope: Scope) -> QuerySet[Any]:
    """The ids of the modules and paths that lie wholly inside courses which the scope has itself."""
    blocks, parts = ModuleBlock.objects.filter(module=OuterRef("pk")), TrainingPart.objects.filter(path=OuterRef("pk"))
    modules = Exists(blocks) & ~Exists(blocks.exclude(staffed(scope, "course_key")))
    paths = Exists(parts) & ~Exists(parts.exclude(staffed(scope, "course__key")))
    return Training.objects.filter(modules | paths).values("id")


def is_course_staff(user: Any, course_key: str) -> bool:
    """Whether the platform gives this user staff rights in the course."""
    return bool(getattr(user, "is_active", False)) and lms.is_course_staff(user, course_key)


def staffs_course(scope: Scope, course_key: str, org: str) -> bool:
    """Whether the scope has the course itself, by course or organization-wide course role."""
    return scope.everything or course_key in scope.course_keys or org in scope.course_orgs


def is_member(organization_id: int, user_id: int) -> bool:
    """Whether the person belongs to the organization."""
    return OrganizationMember.objects.filter(organization_id=organization_id, user_id=user_id).exists()
