"""Certificates for other apps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from opaque_keys.edx.keys import CourseKey

from lms.djangoapps.certificates.data import CertificateStatuses
from lms.djangoapps.certificates.models import GeneratedCertificate
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview


def _formatted(username: str, cert: GeneratedCertificate) -> dict[str, Any]:
    ready = cert.status == CertificateStatuses.downloadable
    return {
        "username": username,
        "course_key": cert.course_id,
        "type": cert.mode,
        "status": cert.status,
        "grade": cert.grade,
        "created": cert.created_date,
        "modified": cert.modified_date,
        "is_passing": CertificateStatuses.is_passing_status(cert.status),
        "is_pdf_certificate": bool(cert.download_url),
        "download_url": (cert.download_url or f"/certificates/{cert.verify_uuid}") if ready else None,
        "uuid": cert.verify_uuid,
    }


def get_certificates_for_user(username: str) -> list[dict[str, Any]]:
    """All of one person, as dicts."""
    certs = GeneratedCertificate.eligible_certificates.filter(user__username=username).order_by("course_id")
    return [_formatted(username, cert) for cert in certs]


def get_certificate_for_user(username: str, course_key: CourseKey, format_results: bool = True) -> Any:
    """The one of a person in a course, as a dict or a row, or None."""
    cert = GeneratedCertificate.eligible_certificates.filter(user__username=username, course_id=course_key).first()
    return _formatted(username, cert) if cert and format_results else cert


def get_certificate_for_user_id(user: Any, course_id: CourseKey) -> GeneratedCertificate | None:
    """The row in any state, or None."""
    return GeneratedCertificate.certificate_for_student(user, course_id)


def get_certificates_for_user_by_course_keys(user: Any, course_keys: Iterable[CourseKey]) -> dict[CourseKey, Any]:
    """Course -> dict, for the courses with one."""
    certs = GeneratedCertificate.eligible_certificates.filter(user=user, course_id__in=list(course_keys))
    return {cert.course_id: _formatted(user.username, cert) for cert in certs}


def get_recently_modified_certificates(
    course_keys: Iterable[CourseKey] | None = None,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    user_ids: Iterable[int] | None = None,
) -> QuerySet:
    """The rows modified between two instants, oldest change first."""
    conditions: dict[str, Any] = {}
    if course_keys:
        conditions["course_id__in"] = course_keys
    if start_date:
        conditions["modified_date__gte"] = start_date
    if end_date:
        conditions["modified_date__lte"] = end_date
    if user_ids:
        conditions["user__id__in"] = user_ids
    return GeneratedCertificate.objects.filter(**conditions).order_by("modified_date")


def certificate_downloadable_status(student: Any, course_key: CourseKey) -> dict[str, Any]:
    """{is_downloadable, is_generating, is_unverified, download_url, uuid}; `uuid` only when downloadable."""
    cert = GeneratedCertificate.certificate_for_student(student, course_key)
    status = cert.status if cert else CertificateStatuses.unavailable
    ready = cert is not None and cert.is_valid()
    return {
        "is_downloadable": ready,
        "is_generating": status in (CertificateStatuses.generating, CertificateStatuses.error),
        "is_unverified": status == CertificateStatuses.unverified,
        "download_url": _formatted(student.username, cert)["download_url"] if ready else None,
        "uuid": cert.verify_uuid if ready else None,
    }


def get_eligible_and_available_certificates(user: Any) -> QuerySet:
    """The rows of a person in courses that have an overview."""
    return GeneratedCertificate.eligible_certificates.filter(
        user=user, course_id__in=CourseOverview.objects.values("id")
    )
