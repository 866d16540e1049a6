"""The learner's dashboard, and enrolling and leaving from it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from edx_django_utils.plugins import get_plugins_view_context

from common.djangoapps.student.models import (
    AlreadyEnrolledError,
    CourseEnrollment,
    CourseFullError,
    EnrollmentClosedError,
    EnrollmentNotAllowed,
    UnenrollmentNotAllowed,
)
from demo.campus.pages.courses import course_or_404, is_staff, outline
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.plugins.constants import ProjectType

VIEW_NAME = "course_dashboard"


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The learner's courses with progress, and what plugins put beside them."""
    courses = list(CourseOverview.objects.order_by("display_name"))
    enrolled = set(
        CourseEnrollment.objects.filter(user=request.user, is_active=True).values_list("course_id", flat=True)
    )
    context = {
        "cards": [_card(request.user, course) for course in courses if course.id in enrolled],
        "offers": [course for course in courses if course.id not in enrolled],
        "staff_courses": [course for course in courses if is_staff(request.user, course.id)],
    }
    context |= get_plugins_view_context(ProjectType.LMS, VIEW_NAME, {**context, "user": request.user})
    context["section"] = context["plugins"].get("mandatory_assignments", {}).get("section", "")
    return render(request, "campus/dashboard.html", context)


@login_required
@require_POST
def enroll(request: HttpRequest, course_id: str) -> HttpResponse:
    """Enrols the learner where the course is open to everybody; says so where it is not."""
    course = course_or_404(course_id)
    try:
        CourseEnrollment.enroll(request.user, course.id, check_access=True)
    except (EnrollmentClosedError, CourseFullError, EnrollmentNotAllowed) as refusal:
        messages.error(request, str(refusal) or f"“{course.display_name}” cannot be joined.")
    except AlreadyEnrolledError:
        messages.info(request, f"You are already enrolled in “{course.display_name}”.")
    else:
        messages.success(request, f"You are enrolled in “{course.display_name}”.")
    return redirect("dashboard")


@login_required
@require_POST
def unenroll(request: HttpRequest, course_id: str) -> HttpResponse:
    """Takes the learner out of the course, unless a plugin refuses; then its reason is shown."""
    course = course_or_404(course_id)
    try:
        CourseEnrollment.unenroll(request.user, course.id)
    except UnenrollmentNotAllowed as refusal:
        messages.error(request, str(refusal) or f"You cannot leave “{course.display_name}”.")
    else:
        messages.success(request, f"You have left “{course.display_name}”.")
    return redirect("dashboard")


def _card(user, course: CourseOverview) -> dict[str, object]:
    seen = outline(user, course.id)
    return {
        "course": course,
        "done": seen.done,
        "total": seen.total,
        "percent": seen.percent,
        "continue_url": seen.continue_url,
    }
