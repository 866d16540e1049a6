"""What staff do about mails and repetition of one assignment: remind now, send again what failed, end the series."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..data import Outcome, Refused, Scope
from ..queries import acting, assignments, noticing
from ..services.notify import remind_now, resend_notices
from ..services.recur import end_repetition
from .acts import page_of
from .doors import check, staff_page, way_back
from .undo import change_of, offer


@require_POST
@staff_page
def remind(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """Reminds the learner at once; managers may, too."""

    def act() -> Outcome:
        return remind_now(actor=request.user, ids=[assignment_id], now=now)

    return _told(request, scope, assignment_id, act, _("The learner is reminded within moments."))


@require_POST
@staff_page
def resend(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """Sends once more what failed of this assignment's mails, and what nobody knows about."""
    check(scope.assigns)
    cycle = assignments.cycle(scope, assignment_id)
    failed = noticing.failed_of(cycle.assignment_id) if cycle else []

    def act() -> Outcome:
        return resend_notices(actor=request.user, ids=failed, now=now)

    return _told(request, scope, assignment_id, act, _("What failed is sent again within moments."))


@require_POST
@staff_page
def end_series(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """Ends the repetition after the present round."""
    check(scope.assigns)
    reason = request.POST.get("reason", "")

    def act() -> Outcome:
        return end_repetition(actor=request.user, ids=[assignment_id], reason=reason, now=now)

    cycle = assignments.cycle(scope, assignment_id)
    before = acting.fields_of(cycle, ["repeat"]) if cycle and cycle.open else {}
    taken_back = [change_of(assignment_id, before, {"repeat": None})] if before.get("repeat") else []
    return _told(request, scope, assignment_id, act, _("This does not come again."), taken_back)


def _told(
    request: HttpRequest,
    scope: Scope,
    assignment_id: UUID,
    act: Callable[[], Outcome],
    done: str,
    taken_back: Sequence[Any] = (),
) -> HttpResponse:
    """Does it and tells on the assignment's page what came of it; 404 where there is no such assignment.

    `taken_back` is what `undo` needs to make the change undone.
    """
    if assignments.cycle(scope, assignment_id) is None:
        raise Http404
    problems: list[Any] = []
    try:
        problems = [problem for _id, problem in act().refused]
    except Refused as refusal:
        problems = list(refusal.problems)
    for problem in problems:
        messages.warning(request, problem.message, fail_silently=True)
    if not problems:
        offer(request, done, "change", taken_back)
    return redirect(way_back(request) if "back" in request.POST else page_of(assignment_id))
