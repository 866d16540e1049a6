"""Profiles, roles, and how a retired person is called."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey


class UserProfile(models.Model):
    """What the platform knows of a person beyond the account; an account can lack one.

    .. pii: name, mailing address, location, biography and telephone number
    .. pii_types: name, location, biography, phone_number
    .. pii_retirement: local_api
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, unique=True, db_index=True, related_name="profile", on_delete=models.CASCADE
    )
    name = models.CharField(blank=True, max_length=255, db_index=True)
    meta = models.TextField(blank=True)
    year_of_birth = models.IntegerField(blank=True, null=True, db_index=True)
    gender = models.CharField(blank=True, null=True, max_length=6, db_index=True)
    level_of_education = models.CharField(blank=True, null=True, max_length=6, db_index=True)
    mailing_address = models.TextField(blank=True, null=True)
    city = models.TextField(blank=True, null=True)
    country = models.CharField(blank=True, null=True, max_length=2)
    state = models.CharField(blank=True, null=True, max_length=2)
    goals = models.TextField(blank=True, null=True)
    bio = models.CharField(blank=True, null=True, max_length=3000)
    phone_number = models.CharField(blank=True, null=True, max_length=50)

    class Meta:
        db_table = "auth_userprofile"

    def __str__(self) -> str:
        return f"profile of {self.user_id}"


class CourseAccessRole(models.Model):
    """Who holds which role in a course or, without one, in an organization.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    org = models.CharField(max_length=64, db_index=True, blank=True)
    course_id = CourseKeyField(max_length=255, db_index=True, blank=True)
    role = models.CharField(max_length=64, db_index=True)

    class Meta:
        unique_together = ("user", "org", "course_id", "role")

    def __str__(self) -> str:
        return f"{self.role} of {self.org} {self.course_id}"


def anonymous_id_for_user(user: Any, course_id: CourseKey | None) -> str | None:
    """An id that tells nothing about the person; None for somebody who is not signed in."""
    if user.is_anonymous:
        return None
    return hashlib.md5(f"{settings.SECRET_KEY}{user.id}{course_id or ''}".encode(), usedforsecurity=False).hexdigest()


def get_user_by_username_or_email(username_or_email: str) -> Any:
    """The account; raises User.DoesNotExist."""
    users = get_user_model().objects
    return users.get(email=username_or_email) if "@" in username_or_email else users.get(username=username_or_email)


def get_retired_username_by_username(username: str) -> str:
    """What the username becomes."""
    return f"retired__user_{_salted(username)}"


def get_retired_email_by_email(email: str) -> str:
    """What the address becomes."""
    return f"retired__user_{_salted(email)}@retired.invalid"


def _salted(text: str) -> str:
    return hashlib.sha1(f"{settings.SECRET_KEY}{text.lower()}".encode(), usedforsecurity=False).hexdigest()
