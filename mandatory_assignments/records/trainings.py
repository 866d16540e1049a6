"""Making a course a training."""

from datetime import datetime

from django.db import transaction
from organizations.models import Organization

from ..data import Course, TrainingKind
from ..models import Training
from ..queries.tracking import forget_tracked_courses


def course_training(course: Course, owner: Organization | None, *, now: datetime) -> Training:
    """The training of this course, made when it is none yet; of two who make it at once both get the same."""
    training, made = Training.objects.get_or_create(
        key=course.key,
        defaults={
            "kind": TrainingKind.COURSE,
            "name": course.name[:255],
            "organization": owner,
            "created_at": now,
        },
    )
    if made:
        forget_tracked_courses()
        transaction.on_commit(forget_tracked_courses, robust=True)
    return training
