"""Which cohorts of the platform a learning group may follow, whom one of them holds, and what following it changes.

A cohort belongs to a course run; an organization's groups follow those of its own courses, whatever others there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from organizations.models import Organization, OrganizationCourse

from ..data import Course, Scope
from ..host import lms
from ..models import LearningGroup, Membership, OrganizationMember

CHUNK = 50
"""So many groups are brought to what their cohorts hold in one transaction."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort of a course run."""

    course_key: str
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """Whom a group gains and loses by following a cohort, as ids; `staying` counts who is in both.

    `outside` counts who is in the cohort and no member of the organization: they are left out.
    """

    coming: Sequence[int]
    going: Sequence[int]
    staying: int
    outside: int


def followed(group: LearningGroup) -> Cohort | None:
    """The cohort that the group follows."""
    return Cohort(group.cohort_course_key, group.cohort_name) if group.cohort_course_key else None


def course_of(group: LearningGroup) -> Course | None:
    """The course that the group's cohort is in, if the platform still has it."""
    return lms.courses([group.cohort_course_key]).get(group.cohort_course_key) if group.cohort_course_key else None


def offered(owner: Organization) -> list[tuple[Course, list[str]]]:
    """The courses of the organization that have cohorts, by name, each with the names of these."""
    linked = OrganizationCourse.objects.filter(organization=owner, active=True).values_list("course_id", flat=True)
    found = {course.key: course for course in lms.courses_by_org([owner.short_name])} | lms.courses(linked)
    owners = lms.organizations(found)
    named = lms.cohorts(key for key in found if owners.get(key) == owner.id)
    courses = sorted((found[key] for key in named), key=lambda course: (course.name.casefold(), course.key))
    return [(course, named[course.key]) for course in courses]


def may_follow(scope: Scope, group: LearningGroup, cohort: Cohort) -> bool:
    """Whether there is such a cohort, of a course that the group's organization owns; for global staff of any."""
    if not scope.everything and lms.organizations([cohort.course_key]).get(cohort.course_key) != group.organization_id:
        return False
    return cohort.name in lms.cohorts([cohort.course_key]).get(cohort.course_key, ())


def change(group: LearningGroup, cohort: Cohort) -> Change | None:
    """What following the cohort changes; None where it is gone."""
    return changes({group: cohort}).get(group)


def is_there(cohort: Cohort) -> bool:
    """Whether the platform has it still."""
    return bool(lms.cohort_members([(cohort.course_key, cohort.name)]))


def changes(groups: Mapping[LearningGroup, Cohort]) -> dict[LearningGroup, Change]:
    """The same for many, in four queries; a group whose cohort is gone is absent."""
    held = lms.cohort_members({(cohort.course_key, cohort.name) for cohort in groups.values()})
    members: dict[int, set[int]] = {group.organization_id: set() for group in groups}
    asked = {id for ids in held.values() for id in ids}
    rows = OrganizationMember.objects.filter(organization_id__in=members, user_id__in=asked)
    for organization_id, user_id in rows.values_list("organization_id", "user_id"):
        members[organization_id].add(user_id)
    present: dict[int, set[int]] = {group.id: set() for group in groups}
    for group_id, user_id in Membership.objects.filter(group__in=groups).values_list("group_id", "user_id"):
        present[group_id].add(user_id)
    found = {}
    for group, cohort in groups.items():
        if (learners := held.get((cohort.course_key, cohort.name))) is not None:
            wanted, inside = learners & members[group.organization_id], present[group.id]
            found[group] = Change(
                sorted(wanted - inside), sorted(inside - wanted), len(wanted & inside), len(learners - wanted)
            )
    return found


def following(*, after_id: int = 0, limit: int = CHUNK) -> list[int]:
    """The ids of up to `limit` groups after this one that follow a cohort."""
    rows = LearningGroup.objects.exclude(cohort_course_key="").filter(id__gt=after_id).order_by("id")
    return list(rows.values_list("id", flat=True)[:limit])
