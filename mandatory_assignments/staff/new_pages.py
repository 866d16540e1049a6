"""The staff page that assigns a training to one learner, and what it shows of the future while it is filled in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import wording
from ..data import Course, Refused, Scope
from ..queries import assignments, people, schedules, training_lists, trainings
from ..services.assign import assign_learners
from ..settings import setting
from .ahead import ahead_of_new
from .doors import check, course_of, rendered, staff_page
from .filters import text_of
from .forms import NewAssignmentForm
from .schedule_fields import Offered


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_assignment(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """The form to assign a training to one learner; once done it leads to the new assignment."""
    check(scope.assigns)
    course = course_of(scope, course_key) if course_key else None
    form = _form(request, scope, now, course)
    if form.is_bound and not form.asked and form.is_valid():
        assignment_id = _assigned(request, form, now)
        if assignment_id:
            _tell(request, scope, assignment_id, now)
            return redirect("mandatory_assignments:staff-assignment", assignment_id=assignment_id)
    suggestions = people.suggestions(scope, course)
    if not suggestions:
        form.ask_for_people(_url("people-suggest", course_key))
    ahead = ahead_of_new(form, actor=request.user, now=now)
    if form.asked:
        form.forget_errors()
    return rendered(
        request,
        "new",
        scope,
        form=form,
        ahead=ahead,
        ahead_url=f"{request.path}dates/",
        course=course,
        suggestions=suggestions,
        first_day=wording.day(form.first_due_on),
        lead_days=setting("MIN_LEAD_DAYS"),
        list_url=_url("list", course_key),
    )


@require_POST
@staff_page
def dates_of_new(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """What the form as it stands would do; stores nothing."""
    check(scope.assigns)
    course = course_of(scope, course_key) if course_key else None
    form = _form(request, scope, now, course)
    return rendered(request, "ahead", scope, ahead=ahead_of_new(form, actor=request.user, now=now))


def _form(request: HttpRequest, scope: Scope, now: datetime, course: Course | None) -> NewAssignmentForm:
    form = NewAssignmentForm(
        request.POST if request.method == "POST" else None,
        initial={
            "course": request.GET.get("training") or request.GET.get("course", ""),
            "learner": request.GET.get("learner", ""),
        },
        **offers(scope, now, course, request.POST.get("organization", "")),
    )
    form.narrow(text_of(request.GET, "find"))
    return form


def offers(scope: Scope, now: datetime, course: Course | None, organization: str) -> dict[str, Any]:
    """What a form that assigns has to choose from, with the course alone where one is named."""
    organizations = people.organizations_to_assign_for(scope)
    by_name = {row.short_name: row for row in organizations}
    owner = organizations[0] if len(organizations) == 1 else by_name.get(organization)
    return {
        "courses": _not_archived([course] if course else trainings.courses_for(scope)),
        "bundles": training_lists.to_assign(scope, course.key if course else ""),
        "organizations": organizations,
        "due_bounds": assignments.due_bounds(now),
        "offered": Offered(
            schedules.known_sets(scope),
            schedules.reminder_templates(scope),
            schedules.usual_rules(owner.id if owner else None),
        ),
    }


def _not_archived(courses: Sequence[Course]) -> list[Course]:
    archived = training_lists.archived_courses([course.key for course in courses])
    return [course for course in courses if course.key not in archived]


def _assigned(request: HttpRequest, form: NewAssignmentForm, now: datetime) -> UUID | None:
    """The new assignment's id; None when it was refused, and then the form says why and nothing stays behind."""
    learners = [form.cleaned_data["learner"]]
    try:
        with transaction.atomic():
            outcome = assign_learners(actor=request.user, learners=learners, **form.terms, **form.first_steps, now=now)
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


def _url(what: str, course_key: str) -> str:
    """The address that belongs to all assignments, or to those of a course."""
    if course_key:
        name = "staff-course" if what == "list" else f"staff-course-{what}"
        return reverse(f"mandatory_assignments:{name}", kwargs={"course_key": course_key})
    return reverse(f"mandatory_assignments:staff-{what}")
