"""Stored course grades, what waits for a recalculation, and grades set by hand."""

from typing import Any

from django.db import models
from django.utils.timezone import now
from model_utils.models import TimeStampedModel
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.data import CourseData, PersistentCourseGradeData
from openedx_events.learning.signals import PERSISTENT_GRADE_SUMMARY_CHANGED

from openedx.core.djangoapps.signals.signals import COURSE_GRADE_PASSED_FIRST_TIME


class PersistentCourseGrade(TimeStampedModel):
    """A learner's grade in a course; '' as letter means failing, and the first passing is never forgotten.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.IntegerField(blank=False, db_index=True)
    course_id = CourseKeyField(blank=False, max_length=255)
    course_edited_timestamp = models.DateTimeField(blank=True, null=True)
    course_version = models.CharField(blank=True, max_length=255)
    grading_policy_hash = models.CharField(blank=False, max_length=255)
    percent_grade = models.FloatField(blank=False)
    letter_grade = models.CharField(blank=False, max_length=255)
    passed_timestamp = models.DateTimeField(blank=True, null=True)

    class Meta:
        app_label = "grades"
        unique_together = [("course_id", "user_id")]
        indexes = [
            models.Index(fields=["passed_timestamp", "course_id"], name="passed_timestamp_course_id_idx"),
            models.Index(fields=["modified", "course_id"], name="modified_course_id_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}: {self.percent_grade}"

    @classmethod
    def read(cls, user_id: int, course_id: CourseKey) -> "PersistentCourseGrade":
        """The grade; raises DoesNotExist."""
        return cls.objects.get(user_id=user_id, course_id=course_id)

    @classmethod
    def update_or_create(cls, user_id: int, course_id: CourseKey, **kwargs: Any) -> "PersistentCourseGrade":
        """Store the grade and tell it; `passed` sets the instant of the first passing, and nothing clears that."""
        passed = kwargs.pop("passed")
        grade, _ = cls.objects.update_or_create(user_id=user_id, course_id=course_id, defaults=kwargs)
        if passed and not grade.passed_timestamp:
            COURSE_GRADE_PASSED_FIRST_TIME.send(sender=None, course_id=course_id, user_id=user_id)
            grade.passed_timestamp = now()
            grade.save()
        PERSISTENT_GRADE_SUMMARY_CHANGED.send_event(
            grade=PersistentCourseGradeData(
                user_id=user_id,
                course=CourseData(course_key=course_id),
                course_edited_timestamp=grade.course_edited_timestamp,
                course_version=grade.course_version,
                grading_policy_hash=grade.grading_policy_hash,
                percent_grade=grade.percent_grade,
                letter_grade=grade.letter_grade,
                passed_timestamp=grade.passed_timestamp,
            )
        )
        return grade


class CourseGradeOverride(models.Model):
    """A grade that staff have set for a whole course; recalculations keep to it.

    .. no_pii:
    """

    user_id = models.IntegerField()
    course_id = CourseKeyField(max_length=255)
    percent_grade = models.FloatField()

    class Meta:
        unique_together = [("course_id", "user_id")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}: {self.percent_grade}"


class WaitingRecalculation(models.Model):
    """A learner's score in a course has changed; a worker recalculates the grade, some seconds later.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.IntegerField()
    course_id = CourseKeyField(max_length=255)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"
