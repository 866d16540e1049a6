"""The content of a course run: one tree of blocks, replaced as a whole by every edit."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField


class CourseContent(models.Model):
    """The published tree: nodes are {type, id, fields, children}.

    .. no_pii:
    """

    course_id = CourseKeyField(max_length=255, unique=True)
    version = models.CharField(max_length=32)
    edited_on = models.DateTimeField()
    tree = models.JSONField(encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"{self.course_id} {self.version}"
