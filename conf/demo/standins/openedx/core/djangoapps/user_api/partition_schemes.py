"""Divides learners by lot, for split tests; the lot is drawn once."""

import zlib
from typing import Any

from opaque_keys.edx.keys import CourseKey

from openedx.core.djangoapps.user_api.models import UserPreference
from xmodule.partitions.partitions import Group, UserPartition


class RandomUserPartitionScheme:
    """The group is drawn at the first look and kept."""

    @classmethod
    def get_group_for_user(
        cls, course_key: CourseKey, user: Any, user_partition: UserPartition, assign: bool = True, **kwargs: Any
    ) -> Group | None:
        """The group drawn for this person, None when there is none yet and none shall be drawn."""
        key = f"xblock.partition_service.partition_{user_partition.id}.{zlib.crc32(str(course_key).encode())}"
        drawn = UserPreference.get_value(user, key)
        if drawn is None and assign:
            groups = user_partition.groups
            drawn = str(groups[zlib.crc32(f"{user.id}{user_partition.id}".encode()) % len(groups)].id)
            UserPreference.objects.get_or_create(user=user, key=key, defaults={"value": drawn})
        return None if drawn is None else user_partition.get_group(int(drawn))
