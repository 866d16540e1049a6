"""The old dashboard, made of sections that filter steps can add to; the new one is elsewhere and is redirected to."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from edx_django_utils.plugins import get_plugins_view_context
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from openedx_filters.learning.filters import InstructorDashboardRenderStarted

from common.djangoapps.edxmako.shortcuts import render_to_response
from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.courseware.courses import get_course_by_id, get_studio_url
from lms.djangoapps.instructor import permissions
from lms.djangoapps.instructor.constants import INSTRUCTOR_DASHBOARD_PLUGIN_VIEW_NAME
from lms.djangoapps.instructor.toggles import legacy_instructor_dashboard
from openedx.core.djangoapps.plugins.constants import ProjectType

TEMPLATE = "/instructor/instructor_dashboard_2/instructor_dashboard_2.html"


@login_required
@ensure_csrf_cookie
@cache_control(no_cache=True, no_store=True, must_revalidate=True)
def instructor_dashboard_2(request: HttpRequest, course_id: str) -> HttpResponse:
    """The page, a redirect to the new dashboard unless the old one is switched on, 404 for whoever may not see it."""
    try:
        course_key = CourseKey.from_string(course_id)
    except InvalidKeyError as error:
        raise Http404 from error
    course = get_course_by_id(course_key)
    if not request.user.has_perm(permissions.VIEW_DASHBOARD, course_key):
        raise Http404
    if not legacy_instructor_dashboard():
        return redirect(get_instructor_dashboard_url(course_key))
    access = {
        "admin": request.user.is_staff,
        "instructor": bool(has_access(request.user, "instructor", course)),
        "staff": bool(has_access(request.user, "staff", course)),
        "data_researcher": request.user.has_perm(permissions.CAN_RESEARCH, course_key),
    }
    context: dict[str, Any] = {
        "course": course,
        "studio_url": get_studio_url(course, "course"),
        "sections": _sections(course, access),
        "disable_buttons": False,
        "analytics_dashboard_message": None,
        "certificate_allowlist": [],
        "certificate_invalidations": [],
        "generate_certificate_exceptions_url": "",
        "generate_bulk_certificate_exceptions_url": "",
        "certificate_exception_view_url": "",
        "certificate_invalidation_view_url": "",
        "xqa_server": "",
    }
    context |= get_plugins_view_context(ProjectType.LMS, INSTRUCTOR_DASHBOARD_PLUGIN_VIEW_NAME, context)
    try:
        context, template = InstructorDashboardRenderStarted.run_filter(context=context, template_name=TEMPLATE)
    except InstructorDashboardRenderStarted.RenderInvalidDashboard as refusal:
        return render_to_response(refusal.instructor_template, refusal.template_context)
    except InstructorDashboardRenderStarted.RedirectToPage as refusal:
        return HttpResponseRedirect(refusal.redirect_to)
    except InstructorDashboardRenderStarted.RenderCustomResponse as refusal:
        return refusal.response
    return render_to_response(template, context, request=request)


def get_instructor_dashboard_url(course_key: CourseKey) -> str:
    """Where the new dashboard of a course is."""
    return f"{settings.INSTRUCTOR_MICROFRONTEND_URL}/{course_key}/course_info"


def _sections(course: Any, access: dict[str, bool]) -> list[dict[str, Any]]:
    common = {"access": access, "course_id": str(course.id)}
    sections = []
    if access["staff"]:
        enrolled = CourseEnrollment.objects.filter(course_id=course.id, is_active=True).count()
        sections += [
            {
                "section_key": "course_info",
                "section_display_name": _("Course Info"),
                "course_display_name": course.display_name_with_default,
                "enrollment_count": enrolled,
                **common,
            },
            {"section_key": "membership", "section_display_name": _("Membership"), **common},
        ]
    if access["data_researcher"]:
        sections.append({"section_key": "data_download", "section_display_name": _("Data Download"), **common})
    return sections
