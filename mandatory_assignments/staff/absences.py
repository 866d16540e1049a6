"""The pages to pause a person who is away, and to let them go on: what waits meanwhile, and when it is due then."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import wording
from ..data import Refused, Scope
from ..queries import acting, changing
from ..services.pause import pause_learner, resume_learner
from .act_forms import PauseForm
from .acts import Going
from .doors import check, dry_run, rendered, staff_page, way_back
from .undo import offer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def pause(request: HttpRequest, scope: Scope, now: datetime, username: str) -> HttpResponse:
    """Asks for the days away, shows which assignments wait and how deadlines move, and then pauses the person."""
    person, organization = _who(request, scope, username)
    today = acting.today_of(person, organization, now)
    form = PauseForm(request.POST if request.method == "POST" else None, today=today)
    going: list[Going] = []
    looking = form.is_bound and form.is_valid() and "again" not in request.POST
    if looking:
        asked = {"actor": request.user, "learner": username, "organization": organization.short_name, "now": now}

        def paused() -> Any:
            return pause_learner(**asked, **form.cleaned_data)

        try:
            if "confirmed" in request.POST:
                paused()
                named = {"learner": username, "organization": organization.short_name}
                return _done(request, person, form, undone_by=named)
            going = _foreseen(scope, person, organization, paused, now)
        except Refused as refusal:
            if refusal.code == "already_paused" and _same(person, organization, form):
                return _done(request, person, form)
            form.add_problems(refusal.problems)
            looking = False
    return rendered(
        request,
        "pause",
        scope,
        form=form,
        person=person,
        organization=organization,
        going=going,
        waiting=len(acting.waiting(scope, person.user.id, organization.id)),
        looking=looking,
        back=way_back(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def resume(request: HttpRequest, scope: Scope, now: datetime, username: str) -> HttpResponse:
    """Shows when the waiting assignments are due if the person is back today, and then ends the absence."""
    person, organization = _who(request, scope, username)
    back = way_back(request)

    def resumed() -> Any:
        return resume_learner(actor=request.user, learner=username, organization=organization.short_name, now=now)

    try:
        if request.method == "POST":
            running = changing.absences(organization.id, [person.user.id]).get(person.user.id)
            resumed()
            told = _("%(name)s is back; the assignments go on.") % {"name": person.name}
            offer(request, told, "resume", _away_again(person, organization, running, now))
            return redirect(back)
        absence = changing.absences(organization.id, [person.user.id]).get(person.user.id)
        going = _foreseen(scope, person, organization, resumed, now)
    except Refused as refusal:
        for problem in refusal.problems:
            messages.warning(request, problem.message, fail_silently=True)
        return redirect(back)
    return rendered(
        request,
        "resume",
        scope,
        person=person,
        organization=organization,
        absence=absence,
        from_day=wording.day(absence.from_on) if absence else "",
        until_day=wording.day(absence.until_on) if absence else "",
        going=going,
        back=back,
    )


def _who(request: HttpRequest, scope: Scope, username: str) -> tuple[acting.Person, Any]:
    """The person in the address, and the organization that is named or their only one; not found outside the scope."""
    check(scope.everything or bool(scope.organization_ids))
    person = acting.person(scope, username)
    if person is None or not person.organizations:
        raise Http404
    named = request.POST.get("organization") or request.GET.get("organization", "")
    by_name = {row.short_name: row for row in person.organizations}
    if named and named not in by_name:
        raise Http404
    return person, by_name[named] if named else person.organizations[0]


def _foreseen(
    scope: Scope, person: acting.Person, organization: Any, act: Callable[[], Any], now: datetime
) -> list[Going]:
    """The person's open assignments, each with the due date that the act would give it."""
    before = acting.waiting(scope, person.user.id, organization.id)
    _outcome, after = dry_run(lambda: (act(), acting.waiting(scope, person.user.id, organization.id)))
    days = {row.id: row.due_on for row in after}
    return [
        Going(wording.shown(row, now), wording.day(days[row.id]) if days.get(row.id, row.due_on) != row.due_on else "")
        for row in before
    ]


def _same(person: acting.Person, organization: Any, form: PauseForm) -> bool:
    """Whether the absence that is there already is the one that was asked for: a second click is no mistake."""
    running = changing.absences(organization.id, [person.user.id]).get(person.user.id)
    asked = form.cleaned_data
    return running is not None and (running.from_on, running.until_on) == (asked["from_on"], asked["until_on"])


def _away_again(person: acting.Person, organization: Any, absence: Any, now: datetime) -> dict[str, str]:
    """The absence as it is told once more: what is over of it, is over."""
    if absence is None:
        return {}
    today = acting.today_of(person, organization, now)
    return {
        "learner": person.user.username,
        "organization": organization.short_name,
        "from_on": max(absence.from_on, today).isoformat(),
        "until_on": absence.until_on.isoformat(),
        "reason": absence.reason,
    }


def _done(
    request: HttpRequest, person: acting.Person, form: PauseForm, undone_by: dict[str, str] | None = None
) -> HttpResponse:
    facts = {
        "name": person.name,
        "from": wording.day(form.cleaned_data["from_on"]),
        "until": wording.day(form.cleaned_data["until_on"]),
    }
    told = _("%(name)s is away from %(from)s to %(until)s; the assignments wait.") % facts
    offer(request, told, "pause", undone_by)
    return redirect(way_back(request))
