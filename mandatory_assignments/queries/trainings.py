"""Which trainings there are and whom they belong to."""

import uuid
from collections.abc import Collection

from organizations.models import Organization

from ..data import Course, TrainingKind
from ..host import lms
from ..models import Training


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


def assignable_courses(course_keys: Collection[str]) -> list[Course]:
    """These courses as the platform shows them, by name."""
    return sorted(lms.courses(course_keys).values(), key=lambda course: (course.name.casefold(), course.key))
