"""Filter steps: the banner above a unit, ways in from both instructor dashboards, no way out of mandatory courses."""

import logging
from typing import Any

from crum import get_current_request, get_current_user
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import transaction
from django.utils.translation import gettext as _
from openedx_filters import PipelineStep
from openedx_filters.learning.filters import CourseUnenrollmentStarted

from . import clock, wording
from .courseware import banner, dashboards
from .queries import access, leaving, tracking

log = logging.getLogger(__name__)

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
        """The context with one section more, the course's figures, for whom our page of the course opens."""
        try:
            with transaction.atomic():
                html = _figures(str(context["course"].id))
        except Exception:
            log.exception("mandatory_assignments: the section of an instructor dashboard could not be made")
            html = ""
        if html:
            section = {
                "section_key": SECTION_KEY,
                "section_display_name": _("Mandatory assignments"),
                "access": True,
                "course_id": str(context["course"].id),
                "html": html,
                "template_path_prefix": "/mandatory_assignments/",
            }
            context = {**context, "sections": [*context["sections"], section]}
        return {"context": context, "template_name": template_name}


class InstructorTab(PipelineStep):
    """Adds our tab to the new instructor dashboard (InstructorDashboardTabsRequested): a plain link to our page."""

    def run_filter(self, tabs: list[dict[str, Any]], user: Any, course_key: Any) -> dict[str, Any]:
        """The tabs with one more for whom our page of the course opens."""
        try:
            with transaction.atomic():
                opens = dashboards.scope_in(user, str(course_key)) is not None
        except Exception:
            log.exception("mandatory_assignments: the tab of an instructor dashboard could not be made")
            opens = False
        if opens:
            tab = {
                "tab_id": SECTION_KEY,
                "title": _("Mandatory assignments"),
                "url": f"{_root()}{dashboards.course_page(str(course_key))}",
                "sort_order": TAB_ORDER,
            }
            tabs = [*tabs, tab]
        return {"tabs": tabs, "user": user, "course_key": course_key}


def _root() -> str:
    """Where the site is that is being looked at, else the platform's own: one platform may have several sites."""
    root, request = settings.LMS_ROOT_URL.rstrip("/"), get_current_request()
    try:
        return f"{root.partition('://')[0]}://{request.get_host()}" if request else root
    except DisallowedHost:
        return root


class RefuseUnenrollment(PipelineStep):
    """Refuses a learner's own wish to leave a course that they have to do (CourseUnenrollmentStarted)."""

    def run_filter(self, enrollment: Any) -> dict[str, Any]:
        """The enrolment unchanged. Raises PreventUnenrollment, whose text the platform shows to the learner."""
        try:
            refusal = _refusal(enrollment)
        except Exception:
            log.exception("mandatory_assignments: whether a learner may leave a course could not be told")
            refusal = ""
        if refusal:
            raise CourseUnenrollmentStarted.PreventUnenrollment(refusal)
        return {"enrollment": enrollment}


def _refusal(enrollment: Any) -> str:
    """Why the learner may not leave; empty where they may, and for whoever is not the learner: staff, services, us."""
    user, course_key = get_current_user(), str(enrollment.course_id)
    if user is None or user.id != enrollment.user_id or leaving.is_our_own() or not tracking.is_tracked(course_key):
        return ""
    now = clock.now()
    cycle = leaving.refusing_cycle(user.id, course_key, now)
    if cycle is None or access.is_course_staff(user, course_key):
        return ""
    facts = {"training": cycle.training.name, "day": wording.day(cycle.due_on)}
    if now > cycle.due_at:
        return _('You cannot leave this course: "%(training)s" is mandatory and was due on %(day)s.') % facts
    return _('You cannot leave this course: "%(training)s" is mandatory and due on %(day)s.') % facts


def _figures(course_key: str) -> str:
    """The course's figures for who is signed in; empty for whom our page of the course does not open."""
    scope = dashboards.scope_in(get_current_user(), course_key)
    return dashboards.figures(scope, course_key, clock.now()) if scope else ""
