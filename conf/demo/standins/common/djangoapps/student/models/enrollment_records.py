"""What is kept beside enrolments: who may enrol by address, who enrolled whom by hand, marks."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from opaque_keys.edx.django.models import CourseKeyField

UNENROLLED_TO_ALLOWEDTOENROLL = "from unenrolled to allowed to enroll"
ALLOWEDTOENROLL_TO_ENROLLED = "from allowed to enroll to enrolled"
ENROLLED_TO_ENROLLED = "from enrolled to enrolled"
ENROLLED_TO_UNENROLLED = "from enrolled to unenrolled"
UNENROLLED_TO_ENROLLED = "from unenrolled to enrolled"
ALLOWEDTOENROLL_TO_UNENROLLED = "from allowed to enroll to unenrolled"
UNENROLLED_TO_UNENROLLED = "from unenrolled to unenrolled"
DEFAULT_TRANSITION_STATE = "N/A"


class CourseEnrollmentAllowed(models.Model):
    """An address that may enrol, or will be enrolled once its account is active.

    .. pii: the address
    .. pii_types: email_address
    .. pii_retirement: local_api
    """

    email = models.CharField(max_length=255, db_index=True)
    course_id = CourseKeyField(max_length=255, db_index=True)
    auto_enroll = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    created = models.DateTimeField(auto_now_add=True, null=True, db_index=True)

    class Meta:
        unique_together = (("email", "course_id"),)

    def __str__(self) -> str:
        return f"{self.course_id} ({self.created})"

    @classmethod
    def for_user(cls, user: Any) -> models.QuerySet:
        """Those with this person's address that nobody else has taken up."""
        return cls.objects.filter(email=user.email).filter(Q(user__isnull=True) | Q(user=user))

    def valid_for_user(self, user: Any) -> bool:
        """Whether nobody else has taken this up."""
        return self.user is None or self.user == user


class ManualEnrollmentAudit(models.Model):
    """Who enrolled whom by hand, and why.

    .. pii: the address
    .. pii_types: email_address
    .. pii_retirement: local_api
    """

    enrollment = models.ForeignKey("student.CourseEnrollment", null=True, on_delete=models.CASCADE)
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    enrolled_email = models.CharField(max_length=255, db_index=True)
    time_stamp = models.DateTimeField(auto_now_add=True, null=True)
    state_transition = models.CharField(max_length=255)
    reason = models.TextField(null=True)
    role = models.CharField(blank=True, null=True, max_length=64)

    def __str__(self) -> str:
        return f"{self.enrollment_id}: {self.state_transition}"

    @classmethod
    def create_manual_enrollment_audit(
        cls,
        user: Any,
        email: str,
        state_transition: str,
        reason: str,
        enrollment: Any = None,
        role: str | None = None,
    ) -> "ManualEnrollmentAudit":
        """Write one entry; `user` is who acted, `email` the learner's."""
        return cls.objects.create(
            enrolled_by=user,
            enrolled_email=email,
            state_transition=state_transition,
            reason=reason,
            enrollment=enrollment,
            role=role,
        )

    @classmethod
    def retire_manual_enrollments(cls, user: Any, retired_email: str) -> bool:
        """Blank reason and address of this person's entries; False when there are none."""
        return bool(cls.objects.filter(enrollment__user=user).update(reason="", enrolled_email=retired_email))


class CourseEnrollmentAttribute(models.Model):
    """A mark on an enrolment, such as where it came from.

    .. no_pii:
    """

    enrollment = models.ForeignKey("student.CourseEnrollment", related_name="attributes", on_delete=models.CASCADE)
    namespace = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    value = models.CharField(max_length=255)

    def __str__(self) -> str:
        return f"{self.namespace}:{self.name}, {self.value}"

    @classmethod
    def add_enrollment_attr(cls, enrollment: Any, data_list: list[dict[str, str]]) -> None:
        """Replace all marks by these."""
        cls.objects.filter(enrollment=enrollment).delete()
        cls.objects.bulk_create(cls(enrollment=enrollment, **data) for data in data_list)
