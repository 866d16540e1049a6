"""Assigning to many, the fourth step: who will be assigned and who not, and the button that does exactly that."""

import re
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from .. import wording
from ..data import Refused
from ..queries import job_lists, people
from ..services.bulk_assign import plan_bulk_assignment
from ..services.bulk_drafts import hold_draft, note_plan, save_draft
from ..services.jobs import confirm_job
from ..settings import setting
from ..wording import repetition
from .bulk_steps import Draft, draft_page, shown
from .job_rows import PREVIEW_NAMES, sheet_of, shown_rows

FIRST = ("create", "cannot", "assigned", "completed", "create")
"""The part that is looked at first."""


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def preview(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Shows the plan that was made; makes one, or confirms the one that was seen, when it is told to."""
    if "people" not in draft.kept:
        return redirect(draft.address("people"))
    if request.method == "POST" and "confirm" in request.POST:
        return _confirm(request, draft)
    if request.method == "POST":
        return make_preview(request, draft)
    return _page(request, draft, draft.plan())


@require_safe
@draft_page
def rows(request: HttpRequest, draft: Draft) -> StreamingHttpResponse:
    """A part of the plan as a file."""
    plan = draft.plan()
    if plan is None:
        raise Http404
    return sheet_of(request, plan, job_lists.PREVIEW, PREVIEW_NAMES)


def _page(request: HttpRequest, draft: Draft, plan: Any, wrong: str = "", typed: str = "") -> HttpResponse:
    if plan is None:
        return shown(request, draft, "preview", plan=None)
    zone = people.zones([draft.scope.actor_id])[draft.scope.actor_id]
    form, repeat = draft.form(), None
    if form.is_valid():
        repeat = form.repeat
    threshold, total = setting("BULK_TYPE_COUNT_FROM"), plan.total
    includes = bool(repeat) if draft.kept.get("include") is None else draft.kept["include"]
    ignored = draft.kept.get("ignored", 0)
    return shown(
        request,
        draft,
        "preview",
        plan=plan,
        made_at=wording.moment(plan.planned_at, zone),
        due=wording.day(form.cleaned_data["due_on"]) if form.is_valid() else "",
        repeat=repetition.interval(repeat) if repeat else "",
        rows_url=f"{draft.address('preview')}rows.csv",
        includes=includes,
        ignored=ignored and wording.number(ignored),
        must_type=total >= threshold,
        total=wording.number(total) if total else "",
        button=ngettext("Assign to %(count)s person", "Assign to %(count)s people", total)
        % {"count": wording.number(total)},
        wrong=wrong,
        typed=typed,
        people_url=draft.address("people"),
        **shown_rows(request, plan, job_lists.PREVIEW, PREVIEW_NAMES, first=FIRST),
    )


def make_preview(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Makes the preview, anew where there is one, and leads to it; or to the step where something is to be mended."""
    include = {"1": True, "0": False}.get(request.POST.get("include", ""), draft.kept.get("include"))
    terms = draft.terms()
    if terms is None:
        messages.warning(request, _("Something in the first step has to be corrected."), fail_silently=True)
        return redirect(draft.address("what"))
    try:
        with transaction.atomic():
            held = hold_draft(actor=request.user, token=draft.job.uuid, now=draft.now)
            if held.terms != draft.job.terms:  # somebody changed it, or made the preview, in the meantime
                return redirect(draft.address("preview"))
            save_draft(held, actor=request.user, keep={"include": include}, now=draft.now)
            plan = plan_bulk_assignment(
                actor=request.user, terms=terms, people=draft.people, include_completed=include, now=draft.now
            )
            note_plan(held, plan, actor=request.user, terms=terms, now=draft.now)
    except Refused as refusal:
        for problem in refusal.problems:
            messages.warning(request, problem.message, fail_silently=True)
        steps = {"people": "people", "reminders": "reminders"}
        return redirect(draft.address(steps.get(refusal.problems[0].field, "what")))
    return redirect(draft.address("preview"))


def _confirm(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Has the plan that was seen done, once; or says why not."""
    with transaction.atomic():
        held = hold_draft(actor=request.user, token=draft.job.uuid, now=draft.now)
        plan = Draft(held, draft.scope, draft.course, draft.now).plan()
        if plan and plan.confirmed_at:
            return redirect("mandatory_assignments:staff-job", job_id=plan.uuid)
        if plan is None or str(plan.uuid) != request.POST.get("plan"):
            return _page(request, draft, plan, _("The preview was made anew in the meantime. Look at it again."))
        typed = request.POST.get("typed", "").strip()
        wrong = _count_problem(typed, plan.total)
        if wrong:
            return _page(request, draft, plan, wrong, typed)
        try:
            confirm_job(actor=request.user, token=plan.uuid, now=draft.now)
        except Refused as refusal:
            return _page(request, draft, plan, refusal.problems[0].message)
    return redirect("mandatory_assignments:staff-job", job_id=plan.uuid)


def _count_problem(typed: str, total: int) -> str:
    """What is wrong with the number that somebody typed; nothing where none is needed."""
    if total < setting("BULK_TYPE_COUNT_FROM"):
        return ""
    digits = re.sub(r"[\s.,'’]", "", typed)
    if digits.isdecimal() and int(digits) == total:
        return ""
    facts = {"typed": typed[:20], "total": wording.number(total)}
    if not typed:
        return _("Type the number %(total)s to confirm.") % facts
    return _("You typed %(typed)s; the preview is about %(total)s.") % facts
