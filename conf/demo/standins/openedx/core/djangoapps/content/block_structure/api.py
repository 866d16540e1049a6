"""Structures by course."""

from opaque_keys.edx.keys import CourseKey

from .block_structure import BlockStructureBlockData
from .manager import BlockStructureManager


def get_block_structure_manager(course_key: CourseKey) -> BlockStructureManager:
    """The manager of this course's structures."""
    return BlockStructureManager(course_key)


def get_course_in_cache(course_key: CourseKey) -> BlockStructureBlockData:
    """The collected structure."""
    return get_block_structure_manager(course_key).get_collected()
