"""The staff page that changes one assignment, and what it shows of the future while it is filled in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import wording
from ..data import Refused, Scope
from ..queries import acting, changing, recurring, reminding, schedules
from ..services.change import change_assignments
from .acts import page_of
from .ahead import Ahead, ahead_of_edit
from .doors import check, rendered, staff_page
from .forms import EditForm
from .schedule_fields import Offered
from .undo import change_of, offer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_assignment(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """The form to change due date, note, repetition, reminders and late policy of one assignment."""
    cycle = _cycle(scope, assignment_id)
    if problem := changing.closed(cycle):
        messages.warning(request, problem.message, fail_silently=True)
        return redirect(page_of(assignment_id))
    form = _form(request, scope, now, cycle)
    if form.is_bound and not form.asked and form.is_valid():
        try:
            changes, before = form.changes, acting.fields_of(cycle, form.changes)
            outcome = change_assignments(actor=request.user, ids=[assignment_id], fields=changes, now=now)
            if not outcome.refused:
                back = outcome.changed and acting.can_be_restored(cycle, changes, now)
                told = _("Saved.") if outcome.changed else _("Nothing had to be changed.")
                offer(request, told, "change", [change_of(assignment_id, before, changes)] if back else [])
                return redirect(page_of(assignment_id))
            form.add_problems([problem for _id, problem in outcome.refused])
        except Refused as refusal:
            form.add_problems(refusal.problems)
    ahead = _ahead(request, scope, now, cycle, form)
    if form.asked:
        form.forget_errors()
    row = wording.shown(cycle, now)
    return rendered(request, "edit", scope, form=form, ahead=ahead, ahead_url=f"{request.path}dates/", row=row)


@require_POST
@staff_page
def dates_of_edit(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """What the form as it stands would do; stores nothing."""
    cycle = _cycle(scope, assignment_id)
    form = _form(request, scope, now, cycle)
    return rendered(request, "ahead", scope, ahead=_ahead(request, scope, now, cycle, form))


def _ahead(request: HttpRequest, scope: Scope, now: datetime, cycle: Any, form: EditForm) -> Ahead:
    return ahead_of_edit(form, cycle, scope=scope, actor=request.user, now=now)


def _cycle(scope: Scope, assignment_id: UUID) -> Any:
    """The present round; for who assigns nothing forbidden, outside the scope not found."""
    check(scope.assigns)
    cycle = acting.chosen(scope, [assignment_id]).get(assignment_id)
    if cycle is None:
        raise Http404
    return cycle


def _form(request: HttpRequest, scope: Scope, now: datetime, cycle: Any) -> EditForm:
    made, owner = cycle.assignment, cycle.organization_id
    return EditForm(
        request.POST if request.method == "POST" else None,
        cycle=cycle,
        repeat=recurring.coming(made),
        rules=reminding.rules_of([made.reminder_set_id])[made.reminder_set_id],
        first_day=min(acting.first_day(cycle, now), cycle.due_on),
        offered=Offered(schedules.known_sets(scope, owner), schedules.reminder_templates(scope, owner)),
    )
