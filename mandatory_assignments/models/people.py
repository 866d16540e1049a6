"""The directory, kept by us because the platform has none: members, departments, groups, managers, coordinators.

An organization (edx-organizations) is the tenant. A person may be in several departments and groups.
"""

import uuid

from django.conf import settings
from django.db import models

from ..data import LatePolicy, Unenrollment


class OrganizationMember(models.Model):
    """A person belongs to an organization.

    .. no_pii:
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="ma_one_membership")]


class Department(models.Model):
    """A node of an organization's tree; `path` is its names joined by "/", without the organization's.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=100)
    path = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "path"], name="ma_one_department")]

    def __str__(self) -> str:
        return self.path


class LearningGroup(models.Model):
    """A group that cuts across departments.

    Where `cohort_course_key` and `cohort_name` are set, its members are those of that cohort on the platform, as of
    `refreshed_at`.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    cohort_course_key = models.CharField(max_length=255, blank=True, default="")
    cohort_name = models.CharField(max_length=255, blank=True, default="")
    refreshed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="ma_one_learning_group")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person is in a department or in a learning group; exactly one of the two is set.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    group = models.ForeignKey(
        LearningGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department"], name="ma_once_in_department"),
            models.UniqueConstraint(fields=["user", "group"], name="ma_once_in_group"),
        ]


class Supervision(models.Model):
    """A manager looks after a department with all below it, or after one person; exactly one of the two is set.

    .. no_pii:
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.CASCADE, related_name="supervisions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["manager", "department"], name="ma_one_department_manager"),
            models.UniqueConstraint(fields=["organization", "manager", "person"], name="ma_one_person_manager"),
        ]


class Coordinator(models.Model):
    """A person assigns for an organization and sees its members.

    .. no_pii:
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="ma_one_coordinator")]


class OrganizationPolicy(models.Model):
    """What an organization wants otherwise than the site: empty columns leave it to the site's settings.

    `zone` is the organization's own IANA zone; `deadline_zone` says where due days end: "learner", "organization",
    "site", or a zone. `reminders` names the set that new assignments get. `force_email` sends mails to those, too, who
    switched them off.

    .. no_pii:
    """

    organization = models.OneToOneField("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    zone = models.CharField(max_length=64, blank=True)
    deadline_zone = models.CharField(max_length=64, blank=True)
    min_lead_days = models.PositiveSmallIntegerField(null=True, blank=True)
    late_policy = models.CharField(max_length=10, blank=True, choices=[(name.value, name.value) for name in LatePolicy])
    grace_days = models.PositiveSmallIntegerField(null=True, blank=True)
    unenrollment = models.CharField(
        max_length=10, blank=True, choices=[(name.value, name.value) for name in Unenrollment]
    )

    reminders = models.CharField(max_length=255, blank=True)
    sender_name = models.CharField(max_length=100, blank=True)
    sender_address = models.EmailField(blank=True)
    force_email = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "organization policies"
