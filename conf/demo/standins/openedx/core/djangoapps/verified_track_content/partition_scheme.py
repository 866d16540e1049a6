"""Divides learners by the mode of their enrolment."""

from typing import Any

from django.conf import settings
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.course_modes.models import CourseMode
from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.courseware.masquerade import (
    get_course_masquerade,
    get_masquerading_user_group,
    is_masquerading_as_specific_student,
)
from xmodule.partitions.partitions import Group, UserPartition


class EnrollmentTrackPartitionScheme:
    """The group is the mode, the default one where the course does not offer it; without enrolment none."""

    @classmethod
    def get_group_for_user(
        cls, course_key: CourseKey, user: Any, user_partition: UserPartition, **kwargs: Any
    ) -> Group | None:
        """The group of the mode, or None."""
        if get_course_masquerade(user, course_key) and not is_masquerading_as_specific_student(user, course_key):
            return get_masquerading_user_group(course_key, user, user_partition)
        mode, active = CourseEnrollment.enrollment_mode_for_user(user, course_key)
        if not active:
            return None
        offered = CourseMode.modes_for_course_dict(course_key, include_expired=True, exclude_credit=False)
        if mode == CourseMode.CREDIT_MODE:
            mode = next((slug for slug in (CourseMode.PROFESSIONAL, CourseMode.VERIFIED) if slug in offered), None)
        numbered = settings.COURSE_ENROLLMENT_MODES[mode if mode in offered else CourseMode.DEFAULT_MODE_SLUG]
        return Group(numbered["id"], numbered["display_name"])
