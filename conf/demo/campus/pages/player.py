"""The player: one unit in a frame beside the course's outline, and what the blocks in that frame post to."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from webob import Request as WebobRequest

from common.djangoapps.student.models import CourseEnrollment
from demo.campus.pages.courses import Outline, Unit, Visit, course_or_404, is_staff, outline, tabs, visit
from demo.campus.pages.people import after, shown_name
from lms.djangoapps.courseware.block_render import get_block_by_usage_id
from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY
from lms.djangoapps.grades.models import PersistentCourseGrade
from xmodule.x_module import STUDENT_VIEW


@login_required
@require_safe
def course_page(request: HttpRequest, course_id: str) -> HttpResponse:
    """The outline of a course with the ticks of whoever looks."""
    seen = visit(request, course_id)
    tree = outline(seen.learner, seen.course.id)
    context = {"outline": tree, "continue_url": tree.continue_url, "grade": _grade(seen)}
    return render(request, "campus/course.html", _frame(seen) | context)


@login_required
@require_safe
def player(request: HttpRequest, course_id: str, sequential: str, vertical: str) -> HttpResponse:
    """One unit with its neighbours; Http404 for a unit that this learner cannot see there."""
    seen = visit(request, course_id)
    tree = outline(seen.learner, seen.course.id)
    section, subsection, unit = _place(tree, sequential, vertical)
    index = tree.units.index(unit)
    context = {
        "section": section,
        "subsection": subsection,
        "unit": unit,
        "previous": tree.units[index - 1] if index else None,
        "next_unit": tree.units[index + 1] if index + 1 < len(tree.units) else None,
        "frame_url": f"{reverse('render_xblock', args=[unit.key])}?show_title=0&view={STUDENT_VIEW}",
        "navigation_url": reverse("campus_navigation", args=[course_id]),
    }
    return render(request, "campus/player.html", _frame(seen) | context)


@login_required
@require_safe
def jump_to(request: HttpRequest, course_id: str, location: str = "") -> HttpResponse:
    """To the unit that holds the block, or to the first unit below it; to the course's outline where there is none."""
    seen = visit(request, course_id)
    for section in outline(seen.learner, seen.course.id).sections:
        for subsection in section.subsections:
            for unit in subsection.units:
                if location in (section.key, subsection.key, unit.key) or location in unit.blocks:
                    return redirect(unit.url)
    return redirect("course_root", course_id)


@login_required
@require_safe
def navigation(request: HttpRequest, course_id: str) -> JsonResponse:
    """The outline as data, under the learning front end's address: who asks learns what is complete by now."""
    seen = visit(request, course_id)
    blocks: dict[str, dict[str, Any]] = {}
    for section in outline(seen.learner, seen.course.id).sections:
        for subsection in section.subsections:
            for unit in subsection.units:
                blocks[unit.key] = _node(unit, "vertical", unit.done)
            done = all(unit.done for unit in subsection.units if unit.counts)
            blocks[subsection.key] = _node(subsection, "sequential", done, subsection.units)
        done = all(blocks[row.key]["complete"] for row in section.subsections)
        blocks[section.key] = _node(section, "chapter", done, section.subsections)
    return JsonResponse({"blocks": blocks})


@login_required
@require_safe
def render_xblock(request: HttpRequest, usage_key_string: str) -> HttpResponse:
    """What the player frames: one unit, rendered by its block, filter steps included."""
    seen, block = _block(request, usage_key_string)
    context = {"show_title": request.GET.get("show_title", "1") != "0", "child_of_vertical": False}
    page = {
        "fragment": block.render(STUDENT_VIEW, context),
        "title": block.display_name_with_default,
        "course_key": seen.course.id,
        "username": seen.learner.username,
        "recorded": seen.viewed_as is None,
        "completion_url": reverse("completion_api:v1:completion-batch"),
        "csrf_token": get_token(request),
    }
    return render(request, "campus/unit_frame.html", page)


@login_required
@require_POST
def xblock_handler(request: HttpRequest, course_id: str, usage_id: str, handler: str, suffix: str = "") -> HttpResponse:
    """What a block answers to its own script; 404 for a block or handler that is not there, 400 for a bad body."""
    _, block = _block(request, usage_id)
    if not getattr(getattr(block, handler, None), "_is_xblock_handler", False):
        raise Http404("no such handler")
    try:
        if not isinstance(json.loads(request.body), dict):
            raise ValueError("the body is no JSON object")
        answer = block.handle(handler, WebobRequest(request.environ | {"wsgi.input": request}), suffix)
    except (TypeError, ValueError, ValidationError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    return HttpResponse(answer.body, status=answer.status_code, content_type=answer.content_type)


@login_required
@require_POST
def masquerade(request: HttpRequest, course_id: str) -> HttpResponse:
    """Staff borrow the view of one of the course's learners, or give it back when none is named."""
    course = course_or_404(course_id)
    if not is_staff(request.user, course.id):
        raise PermissionDenied("Only the course's staff may view it as somebody else.")
    name = request.POST.get("learner", "").strip()
    kept = dict(request.session.get(MASQUERADE_SETTINGS_KEY, {}))
    kept.pop(str(course.id), None)
    if name:
        learners = CourseEnrollment.objects.users_enrolled_in(course.id)
        learner = learners.filter(Q(username=name) | Q(email__iexact=name)).first()
        if learner is None:
            messages.error(request, f"Nobody called “{name}” is enrolled in this course.")
        else:
            chosen = {"role": "student", "user_partition_id": None, "group_id": None, "user_name": learner.username}
            kept[str(course.id)] = chosen
    request.session[MASQUERADE_SETTINGS_KEY] = kept
    return after(request, request.POST.get("next", ""), otherwise="dashboard")


def _frame(seen: Visit) -> dict[str, Any]:
    """What every page of a course shows around its subject."""
    learners = []
    if seen.staff and not seen.viewed_as:
        learners = list(CourseEnrollment.objects.users_enrolled_in(seen.course.id).select_related("profile")[:200])
        for learner in learners:
            learner.shown_name = shown_name(learner)
    return {
        "course": seen.course,
        "tabs": tabs(seen),
        "staff": seen.staff,
        "learners": learners,
        "viewed_as": seen.viewed_as,
        "viewed_as_name": shown_name(seen.learner),
    }


def _grade(seen: Visit) -> str:
    row = PersistentCourseGrade.objects.filter(user_id=seen.learner.id, course_id=seen.course.id).first()
    if row is None:
        return ""
    return f"Grade {row.percent_grade:.0%}, {seen.course.lowest_passing_grade:.0%} needed to pass"


def _place(tree: Outline, sequential: str, vertical: str) -> tuple[Any, Any, Unit]:
    for section in tree.sections:
        for subsection in section.subsections:
            for unit in subsection.units:
                if (subsection.key, unit.key) == (sequential, vertical):
                    return section, subsection, unit
    raise Http404("no such unit in this course")


def _block(request: HttpRequest, usage_id: str) -> tuple[Visit, Any]:
    try:
        key = UsageKey.from_string(usage_id)
    except InvalidKeyError:
        raise Http404("no such block") from None
    seen = visit(request, str(key.context_key))
    request.user = seen.learner  # the LMS does the same, and whoever is borrowed has no staff access
    block, _ = get_block_by_usage_id(request, str(key.context_key), usage_id)
    return seen, block


def _node(row: Any, block_type: str, complete: bool, children: Any = ()) -> dict[str, Any]:
    return {
        "id": row.key,
        "type": block_type,
        "display_name": row.title,
        "complete": complete,
        "children": [child.key for child in children],
    }
