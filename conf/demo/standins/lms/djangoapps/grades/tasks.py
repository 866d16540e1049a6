"""Recalculations, in a worker: no request, no current user, a transaction for each learner."""

from celery import shared_task
from celery_utils.logged_task import LoggedTask
from django.contrib.auth import get_user_model
from django.db import transaction

from lms.djangoapps.grades.course_grade_factory import CourseGradeFactory
from lms.djangoapps.grades.models import WaitingRecalculation


@shared_task(base=LoggedTask, ignore_result=True)
def recalculate_waiting_grades() -> int:
    """Recalculate what waits, each learner and course once; the number of grades."""
    waiting: dict[tuple[int, object], list[int]] = {}
    for row in WaitingRecalculation.objects.order_by("id"):
        waiting.setdefault((row.user_id, row.course_id), []).append(row.id)
    users = get_user_model().objects.in_bulk({user_id for user_id, _ in waiting})
    for (user_id, course_key), ids in waiting.items():
        with transaction.atomic():
            if WaitingRecalculation.objects.filter(id__in=ids).delete()[0] and user_id in users:
                CourseGradeFactory().update(users[user_id], course_key=course_key)
    return len(waiting)
