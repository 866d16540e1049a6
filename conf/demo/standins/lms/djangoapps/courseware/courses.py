"""Courses by key."""

from typing import Any

from django.http import Http404
from opaque_keys.edx.keys import CourseKey

from xmodule.modulestore.django import modulestore


def get_course_by_id(course_key: CourseKey, depth: int = 0) -> Any:
    """The whole course block; raises Http404."""
    course = modulestore().get_course(course_key, depth=depth)
    if course is None:
        raise Http404(f"Course not found: {course_key}.")
    return course


def get_course(course_id: CourseKey, depth: int = 0) -> Any:
    """The whole course block; raises ValueError."""
    course = modulestore().get_course(course_id, depth=depth)
    if course is None:
        raise ValueError(f"Course not found: {course_id}")
    return course


def get_studio_url(course: Any, page: str) -> str | None:
    """There is no Studio here."""
    return None
