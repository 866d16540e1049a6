"""The directory, kept by us because the platform has none: members, departments, groups, managers, coordinators.

An organization (edx-organizations) is the tenant. A person may be in several departments and groups.
"""

from django.conf import settings
from django.db import models


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

    .. no_pii:
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)

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
