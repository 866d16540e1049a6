"""The pages that change assignments, one or those that were chosen in the list: what it means, then it is done.

What a page foresees comes from the verb itself, run and undone; refusals stand beside the others with their reasons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from .. import wording
from ..data import Outcome, Problem, Refused, Scope
from ..queries import acting
from ..services.change import change_assignments
from ..services.exempt import exempt_assignments, lift_exemptions
from ..services.notify import remind_now
from ..services.retry import retry_enrollments
from ..services.withdraw import withdraw_assignments
from .act_forms import ActForm, ExemptForm, ExtendForm, LiftForm, RemindForm, WithdrawForm
from .doors import check, dry_run, rendered, staff_page, way_back
from .filters import SIZES
from .undo import change_of, offer


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with assignments. `looks_first`: what comes of it depends on the form, so it is shown before.

    `for_all` may be done by managers, too, with everything that they see.
    """

    form: type[ActForm]
    do: Callable[..., Outcome]
    looks_first: bool = False
    for_all: bool = False


ONE: Mapping[str, Act] = {
    "exempt": Act(ExemptForm, exempt_assignments, looks_first=True),
    "lift": Act(LiftForm, lift_exemptions),
    "withdraw": Act(WithdrawForm, withdraw_assignments),
}
"""By the last part of the address what is done with one assignment on a page of its own; its due date is edited."""

ACTS = {
    "remind": Act(RemindForm, remind_now, for_all=True),
    "extend": Act(ExtendForm, change_assignments),
    **ONE,
}
"""The same, and what is done with several."""

MOST_CHOSEN = max(SIZES)


@dataclass(frozen=True, slots=True)
class Going:
    """An assignment that will be changed, as it is now; `due_day` is the one to come, empty where it stays."""

    row: wording.Shown
    due_day: str


@dataclass(frozen=True, slots=True)
class Staying:
    """An assignment that stays as it is, and why; without a row where it is not there."""

    row: wording.Shown | None
    problem: Problem


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come of an act."""

    going: list[Going]
    staying: list[Staying]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act_on_one(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID, act: str) -> HttpResponse:
    """Tells what it means to do this with one assignment, and then does it."""
    check(scope.assigns)
    if not acting.chosen(scope, [assignment_id]):
        raise Http404
    return _act(request, scope, now, act, [assignment_id], page_of(assignment_id), one=True)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act_on_many(request: HttpRequest, scope: Scope, now: datetime, act: str) -> HttpResponse:
    """The same with those that were chosen: at most as many as a page of the list shows."""
    check(scope.assigns or ACTS[act].for_all)
    sent = request.POST if request.method == "POST" else request.GET
    ids = [id for id in dict.fromkeys(map(_uuid, sent.getlist("id"))) if id]
    back = way_back(request)
    if 0 < len(ids) <= MOST_CHOSEN:
        return _act(request, scope, now, act, ids, back, one=False)
    told = _("At most %(most)d assignments can be changed at once.") % {"most": MOST_CHOSEN}
    messages.warning(request, told if ids else _("Choose at least one assignment first."), fail_silently=True)
    return redirect(back)


def _act(
    request: HttpRequest, scope: Scope, now: datetime, act: str, ids: list[UUID], back: str, *, one: bool
) -> HttpResponse:
    kind = ACTS[act]
    rows = acting.chosen(scope, ids, seen=kind.for_all)
    first_day = min((acting.first_day(row, now) for row in rows.values()), default=None)
    form = kind.form(request.POST if request.method == "POST" else None, first_day=first_day)

    def done(arguments: Mapping[str, Any]) -> Outcome:
        return kind.do(actor=request.user, ids=ids, **arguments, now=now)

    def foreseen(arguments: Mapping[str, Any]) -> Plan:
        outcome, after = dry_run(lambda: (done(arguments), acting.chosen(scope, ids, seen=kind.for_all)))
        return _plan(outcome, rows, after, now)

    exempt = acting.exemptions(rows.values()) if act == "lift" and request.method == "POST" else {}
    plan = None
    if form.is_bound and form.is_valid() and "again" not in request.POST:
        problems: list[Problem] = []
        try:
            if kind.looks_first and "confirmed" not in request.POST:
                plan = foreseen(form.arguments)
                problems = [] if plan.going else [each.problem for each in plan.staying]
            else:
                outcome = done(form.arguments)
                if outcome.changed or outcome.unchanged:
                    after = acting.chosen(scope, outcome.changed, seen=kind.for_all)
                    _tell(request, act, outcome, rows, after, _undone_by(act, rows, after, exempt, now))
                    return redirect(back)
                problems = [problem for _id, problem in outcome.refused]
        except Refused as refusal:
            problems = list(refusal.problems)
        form.add_problems(dict.fromkeys(problems))
    looking = plan is not None and not form.errors
    if plan is None or not looking:
        plan = foreseen(form.probe)
    if one and not plan.going:
        for each in plan.staying:
            messages.warning(request, each.problem.message, fail_silently=True)
        return redirect(back)
    return rendered(request, "act", scope, act=act, one=one, form=form, plan=plan, looking=looking, ids=ids, back=back)


def _plan(outcome: Outcome, before: Mapping[UUID, Any], after: Mapping[UUID, Any], now: datetime) -> Plan:
    refused = dict(outcome.refused)
    moved = {id for id, row in before.items() if row.due_on != after[id].due_on}
    return Plan(
        [
            Going(wording.shown(row, now), wording.day(after[id].due_on) if id in moved else "")
            for id, row in before.items()
            if id not in refused
        ],
        [Staying(wording.shown(before[id], now) if id in before else None, problem) for id, problem in refused.items()],
    )


def _undone_by(
    act: str, before: Mapping[UUID, Any], after: Mapping[UUID, Any], exempt: Mapping[UUID, Any], now: datetime
) -> list[Any]:
    """What `undo` needs to take this back; a due date that has passed cannot be set again."""
    match act:
        case "extend":
            return [
                change_of(id, {"due_on": row.due_on}, {"due_on": after[id].due_on})
                for id, row in before.items()
                if id in after and acting.can_be_restored(row, ["due_on"], now)
            ]
        case "exempt":
            return [str(id) for id in after]
        case "lift":
            return [
                [str(id), reason, until.isoformat() if until else None]
                for id, (reason, until) in exempt.items()
                if id in after
            ]
    return []


def _tell(
    request: HttpRequest,
    act: str,
    outcome: Outcome,
    before: Mapping[UUID, Any],
    after: Mapping[UUID, Any],
    undone_by: list[Any],
) -> None:
    """What was done and what was not, shown on the next page."""
    count = len(outcome.changed)
    if count == 1:
        row = after[outcome.changed[0]]
        facts = {"training": row.training.name, "learner": row.sort_name, "day": wording.day(row.due_on)}
        told = {
            "extend": _("Due on %(day)s now: %(training)s, %(learner)s."),
            "exempt": _("Exempt: %(learner)s from %(training)s."),
            "lift": _("No longer exempt: %(learner)s from %(training)s, due on %(day)s."),
            "withdraw": _("Withdrawn: %(training)s, %(learner)s."),
            "remind": _("%(learner)s is reminded of %(training)s within moments."),
        }[act] % facts
    elif count:
        told = {
            "extend": ngettext("%(count)d due date was moved.", "%(count)d due dates were moved.", count),
            "exempt": ngettext("%(count)d assignment is exempt.", "%(count)d assignments are exempt.", count),
            "lift": ngettext("%(count)d exemption was lifted.", "%(count)d exemptions were lifted.", count),
            "withdraw": ngettext("%(count)d assignment was withdrawn.", "%(count)d assignments were withdrawn.", count),
            "remind": ngettext("%(count)d reminder goes out.", "%(count)d reminders go out.", count),
        }[act] % {"count": count}
    else:
        told = _("Nothing had to be changed.")
    if act == "extend" and (stay := count - len(undone_by)):
        told += " " + ngettext(
            "%(count)d cannot be taken back: the former date has passed.",
            "%(count)d cannot be taken back: the former dates have passed.",
            stay,
        ) % {"count": stay}
    offer(request, told, "change" if act == "extend" else act, undone_by)
    reasons: dict[str, list[str]] = {}
    for id, problem in outcome.refused:
        name = f"{before[id].sort_name} ({before[id].training.name})" if id in before else "–"
        reasons.setdefault(problem.message, []).append(name)
    for why, names in reasons.items():
        told = _("Left as it is: %(names)s. %(why)s") % {"names": ", ".join(names), "why": why}
        messages.warning(request, told, fail_silently=True)


@require_POST
@staff_page
def retry_enrollment(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """Has the refused enrolments of one assignment tried again, and leads back to it."""
    check(scope.assigns)
    if not acting.chosen(scope, [assignment_id]):
        raise Http404
    outcome = retry_enrollments(actor=request.user, ids=[assignment_id], now=now)
    if outcome.changed:
        messages.success(request, _("The enrolment is tried again within moments."), fail_silently=True)
    else:
        messages.warning(request, _("There is no enrolment to be tried again."), fail_silently=True)
    return redirect(way_back(request) if "back" in request.POST else page_of(assignment_id))


def page_of(assignment_id: UUID) -> str:
    """The address of an assignment's page."""
    return reverse("mandatory_assignments:staff-assignment", kwargs={"assignment_id": assignment_id})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
