"""Courses by key, under the path that newer code uses."""

from lms.djangoapps.courseware.courses import get_course_by_id

__all__ = ["get_course_by_id"]
