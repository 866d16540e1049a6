"""For whom, in which trainings, an actor may record and revoke: their members, and the people of their courses."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Q
from organizations.models import Organization

from ..data import Course, Scope
from ..host import lms
from ..models import Cycle, OrganizationMember, Training
from . import access, people, trainings
from .evidence import Key


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose completions of one training are the actor's business.

    `members` are those of the actor's organizations; `course_keys` name courses whose people count, because the actor
    is on the staff of all that the training holds.
    """

    everybody: bool = False
    members: bool = False
    course_keys: tuple[str, ...] = ()


def reaches(scope: Scope, training_ids: Collection[int]) -> dict[int, Reach]:
    """The reach in each of these trainings; those that this scope may not use are absent."""
    rows = Training.objects.filter(id__in=training_ids)
    if scope.everything:
        return {row.id: Reach(everybody=True) for row in rows}
    as_coordinator = access.visible_trainings(replace(scope, course_keys=frozenset(), course_orgs=frozenset()))
    as_staff = access.visible_trainings(replace(scope, organization_ids=frozenset()))
    coordinated = set(rows.filter(as_coordinator).values_list("id", flat=True))
    shapes = trainings.shapes(set(rows.filter(as_staff).values_list("id", flat=True)))
    return {
        id: Reach(members=id in coordinated, course_keys=shapes[id].course_keys if id in shapes else ())
        for id in coordinated | shapes.keys()
    }


def within(scope: Scope, reach: Reach) -> Q:
    """The accounts that this reach covers."""
    if reach.everybody:
        return people.everybody()
    found = people.members_of(*scope.organization_ids) if reach.members else Q(pk__in=())
    for course_key in reach.course_keys:
        found |= people.enrolled_in(course_key)
    return found


def visible_keys(scope: Scope, keys: Collection[Key]) -> set[Key]:
    """Those of the (learner, training) keys on which this scope may act, in a constant number of queries at most.

    What an organization of the scope itself assigned to its members is among them even where the training is no longer
    shared.
    """
    learner_ids, training_ids = {key[0] for key in keys}, {key[1] for key in keys}
    found = reaches(scope, training_ids)
    if scope.everything:
        return {key for key in keys if key[1] in found}
    members = _members(scope, learner_ids)
    enrolled = _enrolled(learner_ids, {course_key for reach in found.values() for course_key in reach.course_keys})

    def covers(key: Key) -> bool:
        reach = found.get(key[1], Reach())
        if reach.members and key[0] in members:
            return True
        return any((key[0], course_key) in enrolled for course_key in reach.course_keys)

    covered = {key for key in keys if covers(key)}
    others = {key for key in keys if key not in covered and key[0] in members}
    assigned = Cycle.objects.filter(
        organization_id__in=scope.organization_ids,
        learner_id__in={key[0] for key in others},
        training_id__in={key[1] for key in others},
    ).values_list("learner_id", "training_id")
    return covered | (others & set(assigned))


def visible_in_courses(scope: Scope, pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """The same for (learner, course key) of courses that are no trainings yet: as it will be once they are."""
    course_keys = trainings.usable_courses(scope, {course_key for _id, course_key in pairs}) if pairs else {}
    if scope.everything or not course_keys:
        return {pair for pair in pairs if pair[1] in course_keys}
    learner_ids = {learner_id for learner_id, _key in pairs}
    owners, members = trainings.owners(course_keys), _members(scope, learner_ids)
    staffed = {key for key, course in course_keys.items() if access.staffs_course(scope, key, course.org)}
    enrolled = _enrolled(learner_ids, staffed)
    return {
        (learner_id, key)
        for learner_id, key in pairs
        if (learner_id, key) in enrolled or (owners.get(key) in scope.organization_ids and learner_id in members)
    }


def _members(scope: Scope, learner_ids: Collection[int]) -> set[int]:
    rows = OrganizationMember.objects.filter(organization_id__in=scope.organization_ids, user_id__in=learner_ids)
    return set(rows.values_list("user_id", flat=True))


def _enrolled(learner_ids: Collection[int], course_keys: Collection[str]) -> set[tuple[int, str]]:
    found = lms.enrollments(learner_ids, sorted(course_keys)) if course_keys else {}
    return {pair for pair, enrollment in found.items() if enrollment.active}


def course_to_add(scope: Scope, reference: str) -> tuple[Course, Organization | None] | None:
    """The course run with this key, which is no training yet, and its owner; None where this scope may not use it."""
    course = trainings.usable_course(scope, reference)
    return (course, trainings.course_owner(course.key)) if course else None
