"""Turns the platform's collected block structure of a course into what counts in it.

The structure has merged visibility and group access from above already. Knows no learner, imports no platform.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from xblock.completable import XBlockCompletionMode

from ..data import Block, CourseOutline, Section, Subsection, Unit
from ..settings import setting

__all__ = ["outline"]

CHOOSING_TYPES = frozenset({"itembank", "library_content", "split_test"})
"""Block types that show each learner some of their children."""


def outline(course_key: str, structure: Any, partitions: Collection[int]) -> CourseOutline:
    """The sections, subsections and units in order with the leaves that count, staff-only content left out.

    `partitions` holds the partitions whose groups can be read in sets.
    """
    return _Reader(structure, partitions).outline(course_key)


class _Reader:
    """One course's structure."""

    def __init__(self, structure: Any, partitions: Collection[int]) -> None:
        self._structure = structure
        self._partitions = partitions
        self._self_ticked = frozenset(setting("SELF_TICK_BLOCK_TYPES"))

    def outline(self, course_key: str) -> CourseOutline:
        chapters = self._shown(self._structure.root_block_usage_key)
        sections = tuple(Section(str(key), self._title(key), tuple(self._subsections(key))) for key in chapters)
        units = CourseOutline(course_key, sections).units
        return CourseOutline(course_key, sections, any(block.personal for unit in units for block in unit.blocks))

    def _subsections(self, section: Any) -> Iterator[Subsection]:
        for key in self._shown(section):
            units = (Unit(str(unit), self._title(unit), tuple(self._leaves(unit))) for unit in self._shown(key))
            yield Subsection(str(key), self._title(key), tuple(units))

    def _leaves(self, key: Any, personal: bool = False) -> Iterator[Block]:
        """The blocks from here on that can be completed and count.

        Personal are those that the platform chooses for each learner: below an item bank or a split test, or restricted
        by a partition that cannot be read in sets. Gating, due dates and release dates take nothing out of a learner's
        tree, so they make nothing personal.
        """
        children = self._shown(key)
        mode = self._field(key, "completion_mode")
        if mode == XBlockCompletionMode.AGGREGATOR or (mode is None and children):
            personal = personal or key.block_type in CHOOSING_TYPES
            for child in children:
                drawn = self._collected(child, "library_content", "block_analytics_summary")
                yield from self._leaves(child, personal or drawn is not None)
        elif mode != XBlockCompletionMode.EXCLUDED and key.block_type not in self._self_ticked:
            access = self._collected(key, "user_partitions", "merged_group_access")
            allowed = access.get_allowed_groups() if access else {}
            groups = {number: frozenset(allowed[number]) for number in allowed if number in self._partitions}
            graded = bool(self._field(key, "graded") and self._field(key, "has_score"))
            yield Block(str(key), key.block_type, groups, personal or len(groups) < len(allowed), graded)

    def _shown(self, key: Any) -> list[Any]:
        """The children that are not for staff only."""
        staff_only = ("visibility", "merged_visible_to_staff_only")
        return [child for child in self._structure.get_children(key) if not self._collected(child, *staff_only)]

    def _collected(self, key: Any, transformer: str, name: str) -> Any:
        return self._structure.get_transformer_block_field(key, transformer, name)

    def _field(self, key: Any, name: str) -> Any:
        return self._structure.get_xblock_field(key, name)

    def _title(self, key: Any) -> str:
        return self._field(key, "display_name") or ""
