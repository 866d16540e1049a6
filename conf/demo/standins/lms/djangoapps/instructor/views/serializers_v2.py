"""What the new dashboard is told about a course, its tabs above all."""

from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from openedx_filters.learning import filters
from rest_framework import serializers

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.instructor import permissions

# Tab -> title, place, and which access it needs.
TABS = {
    "course_info": (_("Course Info"), 10, "staff"),
    "enrollments": (_("Enrollments"), 20, "staff"),
    "course_team": (_("Course Team"), 30, "staff"),
    "grading": (_("Grading"), 40, "staff"),
    "date_extensions": (_("Date Extensions"), 50, "instructor"),
    "data_downloads": (_("Data Downloads"), 60, "data_researcher"),
    "certificates": (_("Certificates"), 80, "admin"),
    "cohorts": (_("Cohorts"), 90, "staff"),
}


class CourseInformationSerializerV2(serializers.Serializer):
    """A course for its staff; takes {"request", "course"}."""

    course_id = serializers.SerializerMethodField()
    display_name = serializers.SerializerMethodField()
    org = serializers.SerializerMethodField()
    total_enrollment = serializers.SerializerMethodField()
    tabs = serializers.SerializerMethodField()

    def get_course_id(self, data: dict[str, Any]) -> str:
        """The key as text."""
        return str(data["course"].id)

    def get_display_name(self, data: dict[str, Any]) -> str:
        """The course's name."""
        return data["course"].display_name_with_default

    def get_org(self, data: dict[str, Any]) -> str:
        """The organization's short name."""
        return data["course"].id.org

    def get_total_enrollment(self, data: dict[str, Any]) -> int:
        """Active enrolments."""
        return CourseEnrollment.objects.filter(course_id=data["course"].id, is_active=True).count()

    def get_tabs(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """[{tab_id, title, url, sort_order}]; filter steps may change the list."""
        user, course_key = data["request"].user, data["course"].id
        access = {
            "admin": user.is_staff,
            "instructor": bool(has_access(user, "instructor", course_key)),
            "staff": bool(has_access(user, "staff", course_key)),
            "data_researcher": user.has_perm(permissions.CAN_RESEARCH, course_key),
        }
        path = urlparse(settings.INSTRUCTOR_MICROFRONTEND_URL).path.rstrip("/")
        tabs = [
            {"tab_id": tab_id, "title": str(title), "url": f"{path}/{course_key}/{tab_id}", "sort_order": order}
            for tab_id, (title, order, needed) in TABS.items()
            if access[needed]
        ]
        # Older releases of the library have no such filter; the list stays as it is then.
        requested = getattr(filters, "InstructorDashboardTabsRequested", None)
        if requested is None:
            return tabs
        try:
            tabs, *_rest = requested.run_filter(tabs=tabs, user=user, course_key=course_key)
        except requested.PreventTabsGeneration as refusal:
            return getattr(refusal, "tabs", None) or []
        return tabs
