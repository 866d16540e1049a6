"""The new instructor dashboard as far as its tabs go: what its API answers, shown as the front end shows it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demo.campus.pages.courses import course_or_404
from lms.djangoapps.instructor.views.api_v2 import CourseMetadataView

UNSORTED = 1000


@login_required
@require_safe
def tabs_page(request: HttpRequest, course_id: str, tab_id: str = "") -> HttpResponse:
    """The tabs in the front end's order; one with a whole address is a plain link."""
    course = course_or_404(course_id)
    tabs = sorted(_tabs(request, course_id), key=lambda tab: tab.get("sort_order") or UNSORTED)
    context = {"course": course, "tabs": tabs, "current": tab_id}
    return render(request, "campus/instructor_tabs.html", context)


def _tabs(request: HttpRequest, course_id: str) -> list[dict[str, Any]]:
    answer = CourseMetadataView.as_view()(request, course_id=course_id)
    if answer.status_code == 403:
        raise PermissionDenied("Only the course's staff may open its instructor dashboard.")
    if answer.status_code != 200:
        raise Http404("no such course")
    return answer.data["tabs"]
