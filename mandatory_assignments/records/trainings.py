"""Making a course a training."""

from datetime import datetime

from django.db import transaction
from organizations.models import Organization

from ..data import Course, TrainingKind
from ..models import Training
from ..queries.tracking import forget_tracked_courses
from . import work

NEW_TRAINING = "new training"


def course_training(course: Course, owner: Organization | None, *, now: datetime) -> Training:
    """The training of this course, made when it is none yet; of those who make one at once each gets the same.

    They take turns, because rows that go into one unique index at once deadlock on MySQL.
    """
    training = Training.objects.filter(key=course.key).first()
    if training is None:
        work.lock_name(NEW_TRAINING, now=now)
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
