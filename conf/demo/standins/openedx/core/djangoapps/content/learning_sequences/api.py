"""Outlines by course."""

from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.split_modulestore_django import content
from common.djangoapps.split_modulestore_django.models import CourseContent

from .data import (
    CourseLearningSequenceData,
    CourseOutlineData,
    CourseSectionData,
    CourseVisibility,
    VisibilityData,
)


def key_supports_outlines(opaque_key: object) -> bool:
    """Whether there can be an outline at all: not for libraries and old keys."""
    return isinstance(opaque_key, CourseKey) and not opaque_key.deprecated


def get_course_keys_with_outlines() -> list[CourseKey]:
    """All courses that have one."""
    return list(CourseContent.objects.values_list("course_id", flat=True))


def get_course_outline(course_key: CourseKey) -> CourseOutlineData:
    """The outline, the same for everybody; raises CourseOutlineData.DoesNotExist, ValueError for an old key."""
    if not key_supports_outlines(course_key):
        raise ValueError(f"no outlines for {course_key}")
    found = content.load(course_key)
    if found is None:
        raise CourseOutlineData.DoesNotExist(str(course_key))
    course = found.nodes[found.root]["fields"]
    sections = [
        CourseSectionData(
            usage_key=section,
            title=_title(found, section),
            visibility=_visibility(found, section),
            sequences=[
                CourseLearningSequenceData(
                    usage_key=sequence, title=_title(found, sequence), visibility=_visibility(found, sequence)
                )
                for sequence in found.children[section]
            ],
        )
        for section in found.children[found.root]
    ]
    return CourseOutlineData(
        course_key=course_key,
        title=_title(found, found.root),
        published_at=found.edited_on,
        published_version=found.version,
        entrance_exam_id=None,
        days_early_for_beta=course.get("days_early_for_beta"),
        sections=sections,
        self_paced=course.get("self_paced", True),
        course_visibility=CourseVisibility.PRIVATE,
    )


def _title(found: content.Content, key: UsageKey) -> str:
    return found.nodes[key]["fields"].get("display_name") or key.block_id


def _visibility(found: content.Content, key: UsageKey) -> VisibilityData:
    fields = found.nodes[key]["fields"]
    return VisibilityData(
        hide_from_toc=fields.get("hide_from_toc", False),
        visible_to_staff_only=fields.get("visible_to_staff_only", False),
    )
