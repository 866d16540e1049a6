"""Hides what is for other groups; staff see everything."""

from typing import Any

from lms.djangoapps.courseware.access import has_access
from openedx.core.djangoapps.content.block_structure.transformer import BlockStructureTransformer
from xmodule.modulestore.django import modulestore
from xmodule.partitions.partitions import Group, UserPartition
from xmodule.partitions.partitions_service import get_all_partitions_for_course, get_user_partition_groups

from .split_test import SplitTestTransformer


class UserPartitionTransformer(BlockStructureTransformer):
    """A learner must be in an allowed group of every partition that restricts a block or what contains it."""

    @classmethod
    def name(cls) -> str:
        return "user_partitions"

    @classmethod
    def collect(cls, block_structure: Any) -> None:
        course = modulestore().get_course(block_structure.root_block_usage_key.course_key)
        partitions = get_all_partitions_for_course(course, active_only=True)
        block_structure.set_transformer_data(cls, "user_partitions", partitions)
        branches = SplitTestTransformer.branches(block_structure)
        for key in block_structure.topological_traversal():
            above = [
                block_structure.get_transformer_block_field(parent, cls, "merged_group_access")
                for parent in block_structure.get_parents(key)
            ]
            # JSON has text for keys, the platform has numbers.
            own = {
                int(each): set(groups) for each, groups in block_structure.own_field(key, "group_access", {}).items()
            }
            own |= branches.get(key, {})
            block_structure.set_transformer_block_field(
                key, cls, "merged_group_access", _MergedGroupAccess(partitions, own, above)
            )

    def transform(self, usage_info: Any, block_structure: Any) -> None:
        SplitTestTransformer().transform(usage_info, block_structure)
        if has_access(usage_info.user, "staff", usage_info.course_key):
            return
        partitions: list[UserPartition] = block_structure.get_transformer_data(self, "user_partitions")
        groups = get_user_partition_groups(usage_info.course_key, partitions, usage_info.user, "id")

        def denied(key: Any) -> bool:
            access = block_structure.get_transformer_block_field(key, self, "merged_group_access")
            return access is not None and not access.check_group_access(groups)

        block_structure.remove_block_traversal(denied)


class _MergedGroupAccess:
    """Partition -> groups that may see a block; a partition that is not named restricts nothing."""

    def __init__(
        self, user_partitions: list[UserPartition], own: dict[int, set[int]], above: list["_MergedGroupAccess"]
    ) -> None:
        self._access: dict[int, set[int]] = {}
        for partition in user_partitions:
            restrictions = []
            if own.get(partition.id):
                restrictions.append(own[partition.id])
            if above and all(partition.id in each._access for each in above):
                restrictions.append(set().union(*(each._access[partition.id] for each in above)))
            if restrictions:
                self._access[partition.id] = set.intersection(*restrictions)

    def get_allowed_groups(self) -> dict[int, set[int]]:
        """Partition id -> ids of the groups that may; an empty set lets nobody through."""
        return self._access

    def get_access_denying_partitions(self, user_groups: dict[int, Group]) -> list[int]:
        """Ids of the partitions that keep somebody in these groups out."""
        return [
            partition
            for partition, allowed in self._access.items()
            if partition not in user_groups or user_groups[partition].id not in allowed
        ]

    def check_group_access(self, user_groups: dict[int, Group]) -> bool:
        """Whether somebody in these groups may see the block."""
        return not self.get_access_denying_partitions(user_groups)
