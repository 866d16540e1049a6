"""Certificates: every save is told, and every save in a passing state tells again that it was created."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.data import CertificateData, CourseData
from openedx_events.learning.signals import CERTIFICATE_CHANGED, CERTIFICATE_CREATED, CERTIFICATE_REVOKED

from common.djangoapps.student.events import user_data
from lms.djangoapps.certificates.data import CertificateStatuses
from openedx.core.djangoapps.signals.signals import COURSE_CERT_AWARDED, COURSE_CERT_CHANGED, COURSE_CERT_REVOKED


class EligibleCertificateManager(models.Manager):
    """Leaves out the states that belong to audit learners."""

    def get_queryset(self) -> models.QuerySet:
        audit = (CertificateStatuses.audit_passing, CertificateStatuses.audit_notpassing)
        return super().get_queryset().exclude(status__in=audit)


class GeneratedCertificate(models.Model):
    """A learner's certificate in a course.

    .. pii: the name on the certificate
    .. pii_types: name
    .. pii_retirement: retained
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_id = CourseKeyField(max_length=255, blank=True, default=None)
    verify_uuid = models.CharField(max_length=32, blank=True, default="", db_index=True)
    grade = models.CharField(max_length=5, blank=True, default="")
    status = models.CharField(max_length=32, default="unavailable")
    mode = models.CharField(max_length=32, default="honor")
    name = models.CharField(blank=True, max_length=255)
    download_url = models.CharField(max_length=128, blank=True, default="")
    created_date = models.DateTimeField(auto_now_add=True)
    modified_date = models.DateTimeField(auto_now=True)

    objects = models.Manager()
    eligible_certificates = EligibleCertificateManager()

    class Meta:
        unique_together = (("user", "course_id"),)
        app_label = "certificates"

    def __str__(self) -> str:
        return f"{self.course_id}: {self.status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, then tell CHANGED, and CREATED as well while the state is a passing one."""
        self.verify_uuid = self.verify_uuid or uuid.uuid4().hex
        super().save(*args, **kwargs)
        self._tell(COURSE_CERT_CHANGED, CERTIFICATE_CHANGED)
        if CertificateStatuses.is_passing_status(self.status):
            self._tell(COURSE_CERT_AWARDED, CERTIFICATE_CREATED)

    @classmethod
    def certificate_for_student(cls, student: Any, course_id: CourseKey) -> "GeneratedCertificate | None":
        """The certificate in any state, or None."""
        return cls.objects.filter(user=student, course_id=course_id).first()

    def is_valid(self) -> bool:
        """Whether it can be downloaded."""
        return self.status == CertificateStatuses.downloadable

    def invalidate(self, mode: str | None = None, source: str | None = None) -> None:
        """Take it back as unavailable."""
        self._revoke_certificate(CertificateStatuses.unavailable, mode=mode)

    def mark_notpassing(self, mode: str, grade: float | str, source: str | None = None) -> None:
        """Take it back because the learner does not pass."""
        self._revoke_certificate(CertificateStatuses.notpassing, mode=mode, grade=grade)

    def _revoke_certificate(self, status: str, mode: str | None = None, grade: float | str | None = None) -> None:
        self.grade, self.status, self.mode = str(grade or ""), status, mode or self.mode
        self.download_url = ""
        self.save()
        self._tell(COURSE_CERT_REVOKED, CERTIFICATE_REVOKED)

    def _tell(self, signal: Any, event: Any) -> None:
        signal.send_robust(
            sender=type(self), user=self.user, course_key=self.course_id, mode=self.mode, status=self.status
        )
        # The previous status is never filled in.
        event.send_event(
            time=self.modified_date,
            certificate=CertificateData(
                user=user_data(self.user),
                course=CourseData(course_key=self.course_id),
                mode=self.mode,
                grade=self.grade,
                current_status=self.status,
                download_url=self.download_url,
                name=self.name,
            ),
        )
