"""The tabs of a course for one user: the platform's own, and the dynamic ones of packages."""

from typing import Any

from django.utils.translation import gettext_noop

from openedx.core.lib.course_tabs import CourseTabPluginManager
from xmodule.tabs import CourseTab


class CoursewareTab(CourseTab):
    """The course itself."""

    type = "courseware"
    title = gettext_noop("Course")
    priority = 11
    view_name = "course_root"

    @classmethod
    def is_enabled(cls, course: Any, user: Any = None) -> bool:
        """For everybody."""
        return True


def get_course_tab_list(user: Any, course: Any) -> list[CourseTab]:
    """By priority; those without one come last. A tab that raises takes the whole page with it."""
    dynamic = [tab_type({}) for tab_type in CourseTabPluginManager.get_tab_types() if tab_type.is_dynamic]
    shown = sorted((tab for tab in dynamic if tab.is_enabled(course, user=user)), key=lambda tab: tab.name)
    return sorted([CoursewareTab({}), *shown], key=lambda tab: tab.priority or float("inf"))
