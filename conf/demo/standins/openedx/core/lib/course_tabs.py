"""Tabs that packages bring along."""

from typing import Any

from edx_django_utils.plugins import PluginManager

COURSE_TAB_NAMESPACE = "openedx.course_tab"


class CourseTabPluginManager(PluginManager):
    """Whatever is registered under the entry point, loaded at the first question and kept."""

    NAMESPACE = COURSE_TAB_NAMESPACE

    @classmethod
    def get_tab_types(cls) -> list[Any]:
        """The classes by priority, those without one last."""
        found = cls.get_available_plugins().values()
        return sorted(found, key=lambda tab: (tab.priority is None, tab.priority or 0, tab.type))
