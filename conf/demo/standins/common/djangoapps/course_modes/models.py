"""The modes of a course; a course without rows behaves as if it had audit alone."""

from collections import namedtuple
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

Mode = namedtuple("Mode", "slug name min_price currency expiration_datetime")


class CourseMode(models.Model):
    """One way to take one course run.

    .. no_pii:
    """

    HONOR = "honor"
    PROFESSIONAL = "professional"
    VERIFIED = "verified"
    AUDIT = "audit"
    NO_ID_PROFESSIONAL_MODE = "no-id-professional"
    CREDIT_MODE = "credit"
    MASTERS = "masters"
    DEFAULT_MODE = Mode(AUDIT, "Audit", 0, "usd", None)
    DEFAULT_MODE_SLUG = AUDIT
    # Learners in these get no certificate.
    NON_CERTIFICATE_MODES = (AUDIT,)

    course = models.ForeignKey(
        "course_overviews.CourseOverview",
        related_name="modes",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        db_column="course_id",
    )
    mode_slug = models.CharField(max_length=100)
    mode_display_name = models.CharField(max_length=255)
    min_price = models.IntegerField(default=0)
    currency = models.CharField(default="usd", max_length=8)
    _expiration_datetime = models.DateTimeField(default=None, null=True, blank=True, db_column="expiration_datetime")

    class Meta:
        unique_together = ("course", "mode_slug", "currency")

    def __str__(self) -> str:
        return f"{self.course_id}: {self.mode_slug}"

    @classmethod
    def modes_for_course(
        cls,
        course_id: CourseKey | None = None,
        include_expired: bool = False,
        only_selectable: bool = True,
        course: Any = None,
        exclude_credit: bool = True,
    ) -> list[Mode]:
        """The modes that can be taken now, audit alone where the course names none."""
        found = cls.objects.filter(course_id=course_id or course.id).order_by("id")
        if not include_expired:
            found = found.filter(Q(_expiration_datetime=None) | Q(_expiration_datetime__gte=timezone.now()))
        modes = [
            Mode(row.mode_slug, row.mode_display_name, row.min_price, row.currency, row._expiration_datetime)
            for row in found
            if not (exclude_credit and row.mode_slug == cls.CREDIT_MODE)
        ]
        return modes or [cls.DEFAULT_MODE]

    @classmethod
    def modes_for_course_dict(
        cls, course_id: CourseKey | None = None, modes: list[Mode] | None = None, **kwargs: Any
    ) -> dict[str, Mode]:
        """The same by slug."""
        found = cls.modes_for_course(course_id, **kwargs) if modes is None else modes
        return {mode.slug: mode for mode in found}

    @classmethod
    def is_eligible_for_certificate(cls, mode_slug: str, status: str | None = None) -> bool:
        """Whether this mode can lead to a certificate; audit cannot."""
        return mode_slug not in cls.NON_CERTIFICATE_MODES
