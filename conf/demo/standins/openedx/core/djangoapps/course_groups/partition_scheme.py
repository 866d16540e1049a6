"""Divides learners by cohort; looking puts a learner without one into one."""

from typing import Any

from opaque_keys.edx.keys import CourseKey

from lms.djangoapps.courseware.masquerade import (
    get_course_masquerade,
    get_masquerading_user_group,
    is_masquerading_as_specific_student,
)
from xmodule.partitions.partitions import Group, NoSuchUserPartitionGroupError, UserPartition

from .cohorts import get_cohort, get_group_info_for_cohort


class CohortPartitionScheme:
    """The group is the one that the learner's cohort is linked to."""

    @classmethod
    def get_group_for_user(
        cls, course_key: CourseKey, user: Any, user_partition: UserPartition, use_cached: bool = True
    ) -> Group | None:
        """The group, None for a cohort without a link."""
        if get_course_masquerade(user, course_key) and not is_masquerading_as_specific_student(user, course_key):
            return get_masquerading_user_group(course_key, user, user_partition)
        cohort = get_cohort(user, course_key, use_cached=use_cached)
        if cohort is None:
            return None
        group_id, partition_id = get_group_info_for_cohort(cohort, use_cached=use_cached)
        if partition_id != user_partition.id or group_id is None:
            return None
        try:
            return user_partition.get_group(group_id)
        except NoSuchUserPartitionGroupError:
            return None
