"""What follows from rows: role events, and enrolments that waited for an account to become active."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from openedx_events.learning.data import CourseAccessRoleData
from openedx_events.learning.signals import COURSE_ACCESS_ROLE_ADDED, COURSE_ACCESS_ROLE_REMOVED

from ..events import user_data
from ..models import CourseAccessRole, CourseEnrollment, CourseEnrollmentAllowed
from .signals import USER_EMAIL_CHANGED


def _role_data(role: CourseAccessRole) -> CourseAccessRoleData:
    return CourseAccessRoleData(
        user=user_data(role.user), org_key=role.org, course_key=role.course_id or None, role=role.role
    )


@receiver(post_save, sender=CourseAccessRole)
def announce_role_added(instance: CourseAccessRole, created: bool, **kwargs: Any) -> None:
    """Only the making of a row is told."""
    if created:
        COURSE_ACCESS_ROLE_ADDED.send_event(course_access_role_data=_role_data(instance))


@receiver(post_delete, sender=CourseAccessRole)
def announce_role_removed(instance: CourseAccessRole, **kwargs: Any) -> None:
    """The deletion of a row is told after it happened, before commit."""
    COURSE_ACCESS_ROLE_REMOVED.send_event(course_access_role_data=_role_data(instance))


@receiver(pre_save, sender=get_user_model())
def remember_what_changes(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Keep, on the instance, whether e-mail or activity differ from the row; a new account has no row."""
    before = None
    if instance.pk and not raw:
        before = type(instance).objects.filter(pk=instance.pk).values_list("email", "is_active").first()
    instance._email_changed = before is not None and before[0] != instance.email
    instance._activity_changed = before is not None and before != (instance.email, instance.is_active)


@receiver(post_save, sender=get_user_model())
def enroll_who_was_waited_for(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Enrol whom an address was allowed to, once an existing account becomes active or takes that address."""
    if raw:
        return
    if instance._email_changed:
        USER_EMAIL_CHANGED.send(sender=None, user=instance)
    if instance.is_active and instance._activity_changed:
        for allowed in CourseEnrollmentAllowed.for_user(instance).filter(auto_enroll=True):
            enrollment = CourseEnrollment.enroll(instance, allowed.course_id)
            enrollment.refresh_from_db()
