"""Which partitions a course has, and a learner's group in each."""

from typing import Any

from django.conf import settings
from opaque_keys.edx.keys import CourseKey

from .partitions import ENROLLMENT_TRACK_PARTITION_ID, Group, UserPartition, get_partition_from_id

__all__ = ["get_all_partitions_for_course", "get_partition_from_id", "get_user_partition_groups"]


def get_all_partitions_for_course(course: Any, active_only: bool = False) -> list[UserPartition]:
    """Those of the content, and the one by enrolment mode that every course has."""
    tracks = UserPartition(
        ENROLLMENT_TRACK_PARTITION_ID,
        "Enrollment Track Groups",
        "Partition for segmenting users by enrollment track",
        [Group(mode["id"], mode["display_name"]) for mode in settings.COURSE_ENROLLMENT_MODES.values()],
        "enrollment_track",
        {"course_id": str(course.id)},
    )
    return [each for each in [*course.user_partitions, tracks] if each.active or not active_only]


def get_user_partition_groups(
    course_key: CourseKey, user_partitions: list[UserPartition], user: Any, partition_dict_key: str = "name"
) -> dict[Any, Group]:
    """Partition -> this person's group; a partition without one is left out. May put the person into a cohort."""
    groups = {}
    for partition in user_partitions:
        group = partition.scheme.get_group_for_user(course_key, user, partition)
        if group is not None:
            groups[getattr(partition, partition_dict_key)] = group
    return groups
