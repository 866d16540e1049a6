"""Groups of learners in one course run; a learner is in one cohort at most."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.data import CohortData, CourseData
from openedx_events.learning.signals import COHORT_MEMBERSHIP_CHANGED

from common.djangoapps.student.events import user_data


class CourseUserGroup(models.Model):
    """A group of one course run.

    .. no_pii:
    """

    COHORT = "cohort"

    name = models.CharField(max_length=255)
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, db_index=True, related_name="course_groups")
    course_id = CourseKeyField(max_length=255, db_index=True)
    group_type = models.CharField(max_length=20, choices=((COHORT, "Cohort"),))

    class Meta:
        unique_together = (("name", "course_id"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def create(cls, name: str, course_id: CourseKey, group_type: str = COHORT) -> tuple["CourseUserGroup", bool]:
        """The group of that name, and whether it is new."""
        return cls.objects.get_or_create(course_id=course_id, group_type=group_type, name=name)


class CohortMembership(models.Model):
    """Which cohort a learner is in.

    .. no_pii:
    """

    course_user_group = models.ForeignKey(CourseUserGroup, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_id = CourseKeyField(max_length=255)

    class Meta:
        unique_together = (("user", "course_id"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_user_group_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Tell it first and store it afterwards: whoever listens still reads the old cohort."""
        COHORT_MEMBERSHIP_CHANGED.send_event(
            cohort=CohortData(
                user=user_data(self.user),
                course=CourseData(course_key=self.course_id),
                name=self.course_user_group.name,
            )
        )
        super().save(*args, **kwargs)

    @classmethod
    def assign(cls, cohort: CourseUserGroup, user: Any) -> tuple["CohortMembership", CourseUserGroup | None]:
        """Put the learner into the cohort; (membership, previous cohort). Raises ValueError for one already in it."""
        with transaction.atomic():
            membership, created = cls.objects.select_for_update().get_or_create(
                user__id=user.id,
                course_id=cohort.course_id,
                defaults={"course_user_group": cohort, "user": user},
            )
            previous = None
            if not created:
                if membership.course_user_group == cohort:
                    raise ValueError(f"User {user.username} already present in cohort {cohort.name}")
                previous = membership.course_user_group
                previous.users.remove(user)
                membership.course_user_group = cohort
                membership.save()
            cohort.users.add(user)
        return membership, previous


@receiver(pre_delete, sender=CohortMembership)
def leave_the_group(sender: Any, instance: CohortMembership, **kwargs: Any) -> None:
    """Take the learner out of the group as well."""
    instance.course_user_group.users.remove(instance.user)
    instance.course_user_group.save()


class CourseUserGroupPartitionGroup(models.Model):
    """Which group of a partition a cohort stands for.

    .. no_pii:
    """

    course_user_group = models.OneToOneField(CourseUserGroup, on_delete=models.CASCADE)
    partition_id = models.IntegerField()
    group_id = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.course_user_group_id}: {self.partition_id}/{self.group_id}"


class CourseCohortsSettings(models.Model):
    """Whether a course has cohorts.

    .. no_pii:
    """

    is_cohorted = models.BooleanField(default=False)
    course_id = CourseKeyField(unique=True, max_length=255, db_index=True)

    def __str__(self) -> str:
        return f"{self.course_id}: {self.is_cohorted}"


class CourseCohort(models.Model):
    """How learners come into a cohort.

    .. no_pii:
    """

    RANDOM = "random"
    MANUAL = "manual"

    course_user_group = models.OneToOneField(
        CourseUserGroup, unique=True, related_name="cohort", on_delete=models.CASCADE
    )
    assignment_type = models.CharField(max_length=20, default=MANUAL)

    def __str__(self) -> str:
        return f"{self.course_user_group_id}: {self.assignment_type}"

    @classmethod
    def create(
        cls,
        cohort_name: str | None = None,
        course_id: CourseKey | None = None,
        course_user_group: CourseUserGroup | None = None,
        assignment_type: str = MANUAL,
    ) -> "CourseCohort":
        """The cohort, made with its group when there is none."""
        if course_user_group is None:
            course_user_group, _ = CourseUserGroup.create(cohort_name, course_id)
        return cls.objects.get_or_create(
            course_user_group=course_user_group, defaults={"assignment_type": assignment_type}
        )[0]
