"""Filter steps: the banner above a unit, the link in the legacy instructor dashboard, the tab in the new one."""

from typing import Any

from crum import get_current_user
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from openedx_filters import PipelineStep

from . import clock
from .courseware import banner
from .queries import access

SECTION_KEY = "mandatory_assignments"
TAB_ORDER = 130
"""After the platform's own tabs (10-110) and Aspects (120)."""


class UnitBanner(PipelineStep):
    """Puts the due date and the note above an assigned unit (VerticalBlockRenderCompleted)."""

    def run_filter(self, block: Any, fragment: Any, context: Any, view: str) -> dict[str, Any]:
        """The fragment with our banner on top where this learner has to do the unit; else unchanged."""
        if view == "student_view" and not (context or {}).get("child_of_vertical"):
            html = banner.unit_banner(block, clock.now())
            if html:
                fragment.content = html + fragment.content
                fragment.add_css_url(banner.stylesheet())
        return {"block": block, "fragment": fragment, "context": context, "view": view}


class LegacyInstructorSection(PipelineStep):
    """Adds our section to the server-rendered instructor dashboard (InstructorDashboardRenderStarted)."""

    def run_filter(self, context: dict[str, Any], template_name: str) -> dict[str, Any]:
        """The context with one section more for course staff."""
        course_key = str(context["course"].id)
        if access.is_course_staff(get_current_user(), course_key):
            context["sections"].append(
                {
                    "section_key": SECTION_KEY,
                    "section_display_name": _("Mandatory assignments"),
                    "access": True,
                    "course_id": course_key,
                    "url": course_page(course_key),
                    "link_text": _("Open mandatory assignments of this course"),
                    "template_path_prefix": "/mandatory_assignments/",
                }
            )
        return {"context": context, "template_name": template_name}


class InstructorTab(PipelineStep):
    """Adds our tab to the new instructor dashboard (InstructorDashboardTabsRequested): a plain link to our page."""

    def run_filter(self, tabs: list[dict[str, Any]], user: Any, course_key: Any) -> dict[str, Any]:
        """The tabs with one more for course staff."""
        if access.is_course_staff(user, str(course_key)):
            tab = {
                "tab_id": SECTION_KEY,
                "title": _("Mandatory assignments"),
                "url": f"{settings.LMS_ROOT_URL}{course_page(str(course_key))}",
                "sort_order": TAB_ORDER,
            }
            tabs = [*tabs, tab]
        return {"tabs": tabs, "user": user, "course_key": course_key}


def course_page(course_key: str) -> str:
    """The path of the staff page limited to one course."""
    return reverse("mandatory_assignments:staff-course", kwargs={"course_key": course_key})
