"""Divides learners by the mode of their enrolment."""

from typing import Any

from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.courseware.masquerade import (
    get_course_masquerade,
    get_masquerading_user_group,
    is_masquerading_as_specific_student,
)
from xmodule.partitions.partitions import Group, UserPartition


class EnrollmentTrackPartitionScheme:
    """The group is the mode; somebody who is not enrolled is in none."""

    @classmethod
    def get_group_for_user(
        cls, course_key: CourseKey, user: Any, user_partition: UserPartition, **kwargs: Any
    ) -> Group | None:
        """The group named like the mode, or None."""
        if get_course_masquerade(user, course_key) and not is_masquerading_as_specific_student(user, course_key):
            return get_masquerading_user_group(course_key, user, user_partition)
        enrollment = CourseEnrollment.objects.filter(user=user, course_id=course_key, is_active=True).first()
        mode = enrollment.mode if enrollment else None
        return next((group for group in user_partition.groups if group.name == mode), None)
