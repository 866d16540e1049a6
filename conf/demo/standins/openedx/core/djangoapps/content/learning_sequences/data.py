"""The outline of a course down to its subsections."""

from datetime import datetime
from enum import Enum

import attr
from opaque_keys.edx.keys import CourseKey, UsageKey


class ObjectDoesNotExist(Exception):
    """No such outline."""


class CourseVisibility(Enum):
    """Who may see the course without being enrolled."""

    PRIVATE = "private"
    PUBLIC_OUTLINE = "public_outline"
    PUBLIC = "public"


@attr.s(frozen=True, auto_attribs=True)
class VisibilityData:
    """What keeps a section or subsection out of sight."""

    hide_from_toc: bool = False
    visible_to_staff_only: bool = False


@attr.s(frozen=True, auto_attribs=True)
class CourseLearningSequenceData:
    """A subsection."""

    usage_key: UsageKey
    title: str
    visibility: VisibilityData = attr.Factory(VisibilityData)
    inaccessible_after_due: bool = False
    user_partition_groups: dict[int, set[int]] = attr.Factory(dict)


@attr.s(frozen=True, auto_attribs=True)
class CourseSectionData:
    """A section with its subsections in order."""

    usage_key: UsageKey
    title: str
    visibility: VisibilityData = attr.Factory(VisibilityData)
    sequences: list[CourseLearningSequenceData] = attr.Factory(list)
    user_partition_groups: dict[int, set[int]] = attr.Factory(dict)


@attr.s(frozen=True, auto_attribs=True)
class CourseOutlineData:
    """A course with its sections in order; stops at subsections, holds no units."""

    DoesNotExist = ObjectDoesNotExist

    course_key: CourseKey
    title: str
    published_at: datetime
    published_version: str
    entrance_exam_id: str | None
    days_early_for_beta: float | None
    sections: list[CourseSectionData]
    self_paced: bool
    course_visibility: CourseVisibility
    sequences: dict[UsageKey, CourseLearningSequenceData] = attr.ib(init=False)

    @sequences.default
    def _all_sequences(self) -> dict[UsageKey, CourseLearningSequenceData]:
        return {sequence.usage_key: sequence for section in self.sections for sequence in section.sequences}
