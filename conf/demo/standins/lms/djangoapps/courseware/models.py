"""The state that a block keeps for a learner."""

from typing import Any

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import LearningContextKeyField, UsageKeyField
from opaque_keys.edx.keys import CourseKey, UsageKey


class StudentModule(models.Model):
    """One learner's state in one block, as JSON text, with the last score.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    module_type = models.CharField(max_length=32, db_index=True)
    module_state_key = UsageKeyField(max_length=255, db_column="module_id")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=True, db_constraint=False, on_delete=models.CASCADE)
    course_id = LearningContextKeyField(max_length=255, db_index=True)
    state = models.TextField(null=True, blank=True)
    grade = models.FloatField(null=True, blank=True, db_index=True)
    max_grade = models.FloatField(null=True, blank=True)
    done = models.CharField(max_length=8, default="na")
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    modified = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        app_label = "courseware"
        unique_together = (("student", "module_state_key", "course_id"),)
        indexes = [models.Index(fields=["module_state_key", "grade", "student"], name="courseware_stats")]

    def __str__(self) -> str:
        return f"{self.module_state_key} of {self.student_id}"

    @classmethod
    def save_state(
        cls, student: Any, course_id: CourseKey, module_state_key: UsageKey, defaults: dict[str, Any]
    ) -> None:
        """Write the state of somebody who is signed in."""
        if student.is_authenticated:
            cls.objects.update_or_create(
                student=student, course_id=course_id, module_state_key=module_state_key, defaults=defaults
            )
