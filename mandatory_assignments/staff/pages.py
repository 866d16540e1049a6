"""The staff pages: the list (everything the role shows, or one course), one assignment, a new one."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .. import clock, wording
from ..data import Course, Refused, Scope
from ..queries import access, assignments, paging, people, trainings
from ..services.assign import assign_learners
from ..settings import setting
from .filters import ListFilter
from .forms import NewAssignmentForm

PAGE_SIZE = 25


def staff_page(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people with a role: it gets the request's scope and instant. Others sign in, or are told why not."""

    @never_cache
    @login_required
    @wraps(page)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
        scope = access.scope(request.user)
        try:
            if not scope.sees_staff_pages:
                raise PermissionDenied
            return page(request, scope, clock.now(), **named)
        except PermissionDenied:
            return _rendered(request, "no_role", scope, status=403)

    return guarded


@require_safe
@staff_page
def assignments_list(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """What the role shows, narrowed by the filter; with a course only its assignments."""
    course = _course(scope, course_key) if course_key else None
    asked = ListFilter.of(request.GET)
    rows = assignments.cycles(scope, now=now, statuses=asked.statuses, course_key=course_key, search=asked.search)
    try:
        page = paging.page(
            rows,
            [asked.column],
            descending=asked.descending,
            size=PAGE_SIZE,
            cursor=request.GET.get("cursor", ""),
            keys_first=True,
        )
    except Refused:
        return redirect(f"{request.path}?{asked.query()}")
    names = people.names([row.assignment.assigned_by for row in page.rows if row.assignment.assigned_by])
    count, exact = assignments.count(rows)
    return _rendered(
        request,
        "list",
        scope,
        course=course,
        asked=asked,
        headings=_headings(asked, course),
        rows=[wording.shown(row, now, names) for row in page.rows],
        count=count,
        count_exact=exact,
        next_query=asked.query(cursor=page.next) if page.next else "",
        previous_query=asked.query(cursor=page.previous) if page.previous else "",
        new_url=_new_url(course_key),
    )


def _headings(asked: ListFilter, course: Course | None) -> list[dict[str, str]]:
    return [
        asked.heading(_("Learner"), "sort_name"),
        *([] if course else [asked.heading(_("Course"))]),
        asked.heading(_("Status")),
        asked.heading(_("Progress"), "percent"),
        asked.heading(_("Due"), "due_at"),
        asked.heading(_("Assigned"), "assigned_at"),
    ]


@require_safe
@staff_page
def assignment(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """The facts of one assignment, its enrolment and its history."""
    cycle = assignments.cycle(scope, assignment_id)
    if cycle is None:
        raise Http404
    by = cycle.assignment.assigned_by
    return _rendered(
        request,
        "assignment",
        scope,
        row=wording.shown(cycle, now, people.names([by]) if by else {}),
        enrollment=wording.enrollment(cycle),
        completed=wording.completed(cycle),
        missing=wording.missing(cycle),
        history=wording.history(cycle),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_assignment(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """The form to assign a course to one learner; once done it leads to the new assignment."""
    if not scope.assigns:
        raise PermissionDenied
    course = _course(scope, course_key) if course_key else None
    form = NewAssignmentForm(
        request.POST if request.method == "POST" else None,
        courses=[course] if course else trainings.courses_for(scope),
        organizations=people.organizations_to_assign_for(scope),
        due_bounds=assignments.due_bounds(now),
    )
    if form.is_bound and form.is_valid():
        assignment_id = _assigned(request, form, now)
        if assignment_id:
            _tell(request, scope, assignment_id, now)
            return redirect("mandatory_assignments:staff-assignment", assignment_id=assignment_id)
    return _rendered(
        request,
        "new",
        scope,
        form=form,
        course=course,
        suggestions=people.suggestions(scope, course),
        first_day=wording.day(form.first_due_on),
        lead_days=setting("MIN_LEAD_DAYS"),
        list_url=_list_url(course_key),
    )


def _assigned(request: HttpRequest, form: NewAssignmentForm, now: datetime) -> UUID | None:
    """The new assignment's id; None when it was refused, and then the form says why and nothing stays behind."""
    asked = form.cleaned_data
    try:
        with transaction.atomic():
            outcome = assign_learners(
                actor=request.user,
                training=asked["course"],
                learners=[asked["learner"]],
                due_on=asked["due_on"],
                note=asked["note"],
                organization=asked.get("organization") or None,
                now=now,
            )
            if outcome.refused:
                raise Refused(*[problem for _entry, problem in outcome.refused])
    except Refused as refusal:
        form.add_problems(refusal.problems)
        return None
    return outcome.created[0]


def _tell(request: HttpRequest, scope: Scope, assignment_id: UUID, now: datetime) -> None:
    """Whom, what, by when: shown on the next page."""
    cycle = assignments.cycle(scope, assignment_id)
    if cycle:
        row = wording.shown(cycle, now)
        told = _("Assigned: %(training)s to %(learner)s, due %(day)s.") % {
            "training": row.training,
            "learner": row.learner,
            "day": row.due_day,
        }
        messages.success(request, told, fail_silently=True)


def _course(scope: Scope, course_key: str) -> Course:
    """The course in the address; not found where the scope has no say in it."""
    course = trainings.usable_course(scope, course_key)
    if course is None:
        raise Http404
    return course


def _list_url(course_key: str) -> str:
    if course_key:
        return reverse("mandatory_assignments:staff-course", kwargs={"course_key": course_key})
    return reverse("mandatory_assignments:staff-list")


def _new_url(course_key: str) -> str:
    if course_key:
        return reverse("mandatory_assignments:staff-course-new", kwargs={"course_key": course_key})
    return reverse("mandatory_assignments:staff-new")


def _rendered(request: HttpRequest, name: str, scope: Scope, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"base_template": setting("BASE_TEMPLATE"), "scope": scope}
    return render(request, f"mandatory_assignments/staff/{name}.html", context, status=status)
