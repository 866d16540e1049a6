"""A row per course run with what lists need; a missing one is built from the content, one by one."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone
from model_utils.models import TimeStampedModel
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField
from opaque_keys.edx.keys import CourseKey


class CourseOverview(TimeStampedModel):
    """The cover of one course run; may be absent for a course that exists.

    .. no_pii:
    """

    # Rows of an older version are rebuilt when they are read.
    VERSION = 20

    version = models.IntegerField(default=VERSION)
    id = CourseKeyField(db_index=True, primary_key=True, max_length=255)
    _location = UsageKeyField(max_length=255)
    org = models.TextField(max_length=255, default="outdated_entry")
    display_name = models.TextField(null=True)
    display_number_with_default = models.TextField()
    display_org_with_default = models.TextField()
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    advertised_start = models.TextField(null=True)
    course_image_url = models.TextField(default="")
    banner_image_url = models.TextField(default="")
    short_description = models.TextField(null=True)
    lowest_passing_grade = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    enrollment_start = models.DateTimeField(null=True)
    enrollment_end = models.DateTimeField(null=True)
    invitation_only = models.BooleanField(default=False)
    max_student_enrollments_allowed = models.IntegerField(null=True)
    self_paced = models.BooleanField(default=False)
    visible_to_staff_only = models.BooleanField(default=False)
    catalog_visibility = models.TextField(null=True)
    certificate_available_date = models.DateTimeField(default=None, null=True)
    certificates_display_behavior = models.TextField(null=True)
    language = models.TextField(null=True)
    days_early_for_beta = models.FloatField(null=True)
    has_highlights = models.BooleanField(null=True, default=None)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def location(self) -> Any:
        """The usage key of the course block."""
        return self._location

    @property
    def number(self) -> str:
        """The course number."""
        return self.id.course

    @property
    def display_name_with_default(self) -> str:
        """The name, or the key where the course has none."""
        return self.display_name or str(self.id)

    @property
    def pacing(self) -> str:
        """`self` or `instructor`."""
        return "self" if self.self_paced else "instructor"

    def has_started(self) -> bool:
        """Whether the start lies behind us."""
        return self.start is None or timezone.now() >= self.start

    def has_ended(self) -> bool:
        """Whether the end lies behind us."""
        return self.end is not None and timezone.now() > self.end

    def is_enrollment_open(self) -> bool:
        """Whether now is inside the enrolment window."""
        now = timezone.now()
        after_start = self.enrollment_start is None or self.enrollment_start < now
        return after_start and (self.enrollment_end is None or now < self.enrollment_end)

    @classmethod
    def get_from_id(cls, course_id: CourseKey) -> "CourseOverview":
        """The row, built from the content when missing or outdated; raises DoesNotExist for no such course."""
        found = cls.objects.filter(id=course_id).first()
        return found if found and found.version >= cls.VERSION else cls.load_from_module_store(course_id)

    @classmethod
    def get_from_ids(cls, course_ids: Iterable[CourseKey]) -> dict[CourseKey, "CourseOverview | None"]:
        """A row for each key, None where there is no such course; each missing row is built by itself."""
        keys = list(course_ids)
        found = {row.id: row for row in cls.objects.filter(id__in=keys) if row.version >= cls.VERSION}
        for key in keys:
            if key not in found:
                try:
                    found[key] = cls.load_from_module_store(key)
                except cls.DoesNotExist:
                    found[key] = None
        return found

    @classmethod
    def course_exists(cls, course_id: CourseKey) -> bool:
        """Whether there is a row, or content that one could be built from."""
        from xmodule.modulestore.django import modulestore

        return cls.objects.filter(id=course_id).exists() or modulestore().has_course(course_id)

    @classmethod
    def load_from_module_store(cls, course_id: CourseKey) -> "CourseOverview":
        """Build and store the row from the course's content; raises DoesNotExist where there is none."""
        from xmodule.modulestore.django import modulestore

        course = modulestore().get_course(course_id)
        if course is None:
            raise cls.DoesNotExist
        return cls.objects.update_or_create(id=course_id, defaults=cls.described(course))[0]

    @staticmethod
    def described(course: Any) -> dict[str, Any]:
        """The columns as the course block has them."""
        key = course.id
        return {
            "version": CourseOverview.VERSION,
            "_location": course.location,
            "org": key.org,
            "display_name": course.display_name,
            "display_number_with_default": key.course,
            "display_org_with_default": key.org,
            "start": course.start,
            "end": course.end,
            "enrollment_start": course.enrollment_start,
            "enrollment_end": course.enrollment_end,
            "invitation_only": course.invitation_only,
            "max_student_enrollments_allowed": course.max_student_enrollments_allowed,
            "self_paced": course.self_paced,
            "lowest_passing_grade": course.lowest_passing_grade,
            "visible_to_staff_only": course.visible_to_staff_only,
            "catalog_visibility": "both",
            "certificates_display_behavior": "early_no_info",
        }
