"""The structures of one course."""

from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.split_modulestore_django import content
from xmodule.modulestore.exceptions import ItemNotFoundError

from .block_structure import BlockStructureBlockData
from .collected import collected


class BlockStructureManager:
    """Collected once for all, transformed for one learner."""

    def __init__(self, course_key: CourseKey) -> None:
        self.course_key = course_key

    def get_collected(self, user: Any = None) -> BlockStructureBlockData:
        """The structure of the published content, the same for everybody; raises ItemNotFoundError."""
        found = content.load(self.course_key)
        if found is None:
            raise ItemNotFoundError(self.course_key)
        return collected(found)

    def get_transformed(
        self,
        transformers: Any,
        starting_block_usage_key: UsageKey | None = None,
        collected_block_structure: BlockStructureBlockData | None = None,
        user: Any = None,
    ) -> BlockStructureBlockData:
        """What the transformers leave, from this block on; a copy, so the collected structure stays as it is."""
        structure = (self.get_collected() if collected_block_structure is None else collected_block_structure).copy()
        if starting_block_usage_key:
            if starting_block_usage_key not in structure:
                raise UsageKeyNotInBlockStructure(starting_block_usage_key)
            structure.set_root_block(starting_block_usage_key)
        transformers.transform(structure)
        return structure


class UsageKeyNotInBlockStructure(Exception):
    """The starting block is not in the structure."""
