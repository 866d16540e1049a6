"""Cohorts by course and learner; merely asking for a learner's cohort puts the learner into one."""

import random
from typing import Any

from django.contrib.auth import get_user_model
from edx_django_utils.cache import RequestCache
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import get_user_by_username_or_email

from .models import (
    CohortMembership,
    CourseCohort,
    CourseCohortsSettings,
    CourseUserGroup,
    CourseUserGroupPartitionGroup,
)
from .signals.signals import COHORT_MEMBERSHIP_UPDATED

DEFAULT_COHORT_NAME = "Default Group"
COHORT_CACHE_NAMESPACE = "cohorts.get_cohort"


def is_course_cohorted(course_key: CourseKey) -> bool:
    """Whether the course has cohorts at all."""
    return CourseCohortsSettings.objects.filter(course_id=course_key, is_cohorted=True).exists()


def set_course_cohorted(course_key: CourseKey, cohorted: bool) -> None:
    """Switch cohorts on or off."""
    CourseCohortsSettings.objects.update_or_create(course_id=course_key, defaults={"is_cohorted": cohorted})


def get_cohort(
    user: Any, course_key: CourseKey, assign: bool = True, use_cached: bool = False
) -> CourseUserGroup | None:
    """The learner's cohort or None; by default somebody without one is put into one, which is then returned."""
    if user is None or user.is_anonymous:
        return None
    cache = RequestCache(COHORT_CACHE_NAMESPACE).data
    mark = f"{user.id}.{course_key}"
    if use_cached and mark in cache:
        return cache[mark]
    cache.pop(mark, None)
    if not is_course_cohorted(course_key):
        return cache.setdefault(mark, None)
    found = CohortMembership.objects.filter(course_id=course_key, user_id=user.id).select_related("course_user_group")
    membership = found.first()
    if membership:
        return cache.setdefault(mark, membership.course_user_group)
    if not assign:
        return None
    cohort = get_random_cohort(course_key)
    add_user_to_cohort(cohort, user)
    return cohort


def get_random_cohort(course_key: CourseKey) -> CourseUserGroup:
    """One of the cohorts that are filled by lot, made when there is none."""
    cohorts = get_course_cohorts(course_id=course_key, assignment_type=CourseCohort.RANDOM)
    if cohorts:
        return random.choice(cohorts)
    return CourseCohort.create(
        cohort_name=DEFAULT_COHORT_NAME, course_id=course_key, assignment_type=CourseCohort.RANDOM
    ).course_user_group


def get_course_cohorts(
    course: Any = None, course_id: CourseKey | None = None, assignment_type: str | None = None, ordering: str = "asc"
) -> list[CourseUserGroup]:
    """All cohorts of a course by name."""
    found = CourseUserGroup.objects.filter(course_id=course_id or course.id, group_type=CourseUserGroup.COHORT)
    if assignment_type:
        found = found.filter(cohort__assignment_type=assignment_type)
    return list(found.order_by("-name" if ordering == "desc" else "name"))


def get_cohort_by_name(course_key: CourseKey, name: str) -> CourseUserGroup:
    """The cohort; raises CourseUserGroup.DoesNotExist."""
    return CourseUserGroup.objects.get(course_id=course_key, group_type=CourseUserGroup.COHORT, name=name)


def get_cohort_by_id(course_key: CourseKey, cohort_id: int) -> CourseUserGroup:
    """The cohort; raises CourseUserGroup.DoesNotExist."""
    return CourseUserGroup.objects.get(course_id=course_key, group_type=CourseUserGroup.COHORT, id=cohort_id)


def add_cohort(course_key: CourseKey, name: str, assignment_type: str) -> CourseUserGroup:
    """A new cohort; raises ValueError when the name is taken."""
    if CourseUserGroup.objects.filter(course_id=course_key, name=name).exists():
        raise ValueError("You cannot create two cohorts with the same name")
    return CourseCohort.create(name, course_id=course_key, assignment_type=assignment_type).course_user_group


def add_user_to_cohort(cohort: CourseUserGroup, username_or_email_or_user: Any) -> tuple[Any, str | None, bool]:
    """Put somebody into a cohort: (user, name of the previous cohort, False). Raises ValueError when already there."""
    user = username_or_email_or_user
    if not isinstance(user, get_user_model()):
        user = get_user_by_username_or_email(user)
    _, previous = CohortMembership.assign(cohort, user)
    COHORT_MEMBERSHIP_UPDATED.send(sender=None, user=user, course_key=cohort.course_id)
    return user, previous.name if previous else None, False


def remove_user_from_cohort(cohort: CourseUserGroup, username_or_email: str) -> None:
    """Take somebody out; no public event tells of it. Raises ValueError for somebody who is not in it."""
    user = get_user_by_username_or_email(username_or_email)
    membership = CohortMembership.objects.filter(course_user_group=cohort, user=user).first()
    if membership is None:
        raise ValueError(f"User {username_or_email} was not present in cohort {cohort}")
    membership.delete()
    COHORT_MEMBERSHIP_UPDATED.send(sender=None, user=user, course_key=cohort.course_id)


def bulk_cache_cohorts(course_key: CourseKey, users: Any) -> None:
    """Read the cohorts of many learners at once, for `get_cohort(use_cached=True)` later in the request."""
    RequestCache(COHORT_CACHE_NAMESPACE).clear()
    cache = RequestCache(COHORT_CACHE_NAMESPACE).data
    cache.update({f"{user.id}.{course_key}": None for user in users})
    if is_course_cohorted(course_key):
        found = CohortMembership.objects.filter(user__in=users, course_id=course_key)
        for membership in found.select_related("course_user_group"):
            cache[f"{membership.user_id}.{course_key}"] = membership.course_user_group


def get_group_info_for_cohort(cohort: CourseUserGroup, use_cached: bool = False) -> tuple[int | None, int | None]:
    """(group, partition) that the cohort stands for, both None when it stands for none."""
    link = CourseUserGroupPartitionGroup.objects.filter(course_user_group=cohort).first()
    return (link.group_id, link.partition_id) if link else (None, None)
