"""Which trainings there are and whom they belong to."""

import uuid
from collections.abc import Collection

from organizations.models import Organization, OrganizationCourse

from ..data import Course, Scope, TrainingKind
from ..host import lms
from ..models import Training
from .access import staffs_course


def training(reference: str) -> Training | None:
    """The training with this uuid, or the course with this key where it is one already."""
    try:
        return Training.objects.select_related("organization").filter(uuid=uuid.UUID(reference)).first()
    except ValueError:
        return Training.objects.select_related("organization").filter(key=reference).first()


def course(course_key: str) -> Course | None:
    """The course run with this key on the platform."""
    return lms.courses([course_key], build=True).get(course_key)


def course_owner(course_key: str) -> Organization | None:
    """The organization to which the platform says the course belongs."""
    found = lms.organizations([course_key]).get(course_key)
    return Organization.objects.filter(id=found).first() if found else None


def course_trainings(course_keys: Collection[str]) -> dict[str, Training]:
    """The course trainings among these keys."""
    return {row.key: row for row in Training.objects.filter(kind=TrainingKind.COURSE, key__in=course_keys)}


def tracked_keys() -> list[str]:
    """The keys of all course trainings."""
    return list(Training.objects.filter(kind=TrainingKind.COURSE).values_list("key", flat=True))


def usable_course(scope: Scope, course_key: str) -> Course | None:
    """The course run with this key, if this scope may assign it."""
    found = course(course_key)
    return found if found and _usable(scope, [found]) else None


def courses_for(scope: Scope) -> list[Course]:
    """The courses this scope may assign, by name: those of its organizations, and those it is on the staff of."""
    if scope.everything:
        found = lms.courses_by_org(None)
    else:
        coordinated = Organization.objects.filter(id__in=scope.organization_ids, active=True)
        linked = OrganizationCourse.objects.filter(organization_id__in=scope.organization_ids, active=True)
        orgs = {*coordinated.values_list("short_name", flat=True), *scope.course_orgs}
        keys = {*linked.values_list("course_id", flat=True), *scope.course_keys}
        by_key = {course.key: course for course in lms.courses_by_org(orgs)} | lms.courses(keys)
        found = _usable(scope, list(by_key.values()))
    return sorted(found, key=lambda course: (course.name.casefold(), course.key))


def _usable(scope: Scope, courses: list[Course]) -> list[Course]:
    owners = lms.organizations([course.key for course in courses])
    return [
        course
        for course in courses
        if staffs_course(scope, course.key, course.org) or owners.get(course.key) in scope.organization_ids
    ]
