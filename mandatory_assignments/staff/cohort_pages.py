"""The pages that let a learning group follow a cohort of a course: choosing one, what that changes, letting go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from .. import wording
from ..data import Outcome, Refused, Scope
from ..queries import cohorts, people
from ..services.follow_cohorts import link_group, refresh_group, unlink_group
from .directory_forms import CohortForm
from .directory_places import group_of
from .doors import rendered, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def link(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """The form to choose a cohort; what following it changes; and with `confirmed` it is followed."""
    row = group_of(scope, group_id)
    form = CohortForm(request.POST if request.method == "POST" else None, offered=cohorts.offered(row.organization))
    change = None
    if form.is_bound and form.is_valid():
        change = cohorts.change(row, form.chosen)
        if change and "confirmed" in request.POST:
            return _linked(request, row, form, now)
    return rendered(
        request,
        "directory_cohort",
        scope,
        organization=row.organization,
        group=row,
        form=form,
        plan=_told(change) if change else None,
        chosen=form.chosen_name if change else "",
        followed=cohorts.followed(row),
    )


def _linked(request: HttpRequest, row: Any, form: CohortForm, now: datetime) -> HttpResponse:
    try:
        chosen = form.chosen
        outcome = link_group(row.uuid, course=chosen.course_key, cohort=chosen.name, actor=request.user, now=now)
    except Refused as refusal:
        messages.warning(request, refusal.problems[0].message, fail_silently=True)
    else:
        messages.success(request, moved(outcome), fail_silently=True)
    return redirect("mandatory_assignments:staff-group", row.uuid)


@require_POST
@staff_page
def refresh(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """Brings the group to what its cohort holds now."""
    row = group_of(scope, group_id)
    try:
        messages.success(request, moved(refresh_group(row.uuid, actor=request.user, now=now)), fail_silently=True)
    except Refused as refusal:
        messages.warning(request, refusal.problems[0].message, fail_silently=True)
    return redirect("mandatory_assignments:staff-group", row.uuid)


@require_POST
@staff_page
def unlink(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """Lets the group follow no cohort any more."""
    row = group_of(scope, group_id)
    try:
        unlink_group(row.uuid, actor=request.user, now=now)
        told = _("The learning group does not follow a cohort any more. Its members stayed.")
        messages.success(request, told, fail_silently=True)
    except Refused as refusal:
        messages.warning(request, refusal.problems[0].message, fail_silently=True)
    return redirect("mandatory_assignments:staff-group", row.uuid)


def moved(outcome: Outcome) -> str:
    """Who came and went, in words."""
    came, went = len(outcome.created), len(outcome.changed)
    if not (came or went):
        return _("The learning group holds whom the cohort holds; nobody came or went.")
    told = [
        ngettext("%(count)s person came in.", "%(count)s people came in.", came) if came else "",
        ngettext("%(count)s person left.", "%(count)s people left.", went) if went else "",
    ]
    return " ".join(
        text % {"count": wording.number(count)} for text, count in zip(told, (came, went), strict=True) if text
    )


def following(row: Any, actor_id: int) -> dict[str, str] | None:
    """The cohort that a group follows, in words; `missing` where the platform has it no more."""
    cohort = cohorts.followed(row)
    if cohort is None:
        return None
    course = cohorts.course_of(row)
    return {
        "name": cohort.name,
        "course": course.name if course else cohort.course_key,
        "at": wording.moment(row.refreshed_at, people.zones([actor_id])[actor_id]) if row.refreshed_at else "",
        "missing": "" if cohorts.is_there(cohort) else "missing",
    }


def _told(change: cohorts.Change) -> dict[str, Any]:
    """The numbers of a change, empty where nobody is meant."""
    numbers = {
        "coming": len(change.coming),
        "going": len(change.going),
        "staying": change.staying,
        "outside": change.outside,
    }
    return {name: wording.number(number) if number else "" for name, number in numbers.items()} | {
        f"{name}_count": number for name, number in numbers.items()
    }
