"""The pages that change everything a filter finds: what it means, a plan with its numbers, and then a job that does it.

The number that somebody saw goes with the filter; another number refuses. Reload and double click do nothing twice.
"""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import wording
from ..data import Bucket, Invalid, JobKind, JobState, Problem, Refused, Scope
from ..queries import acting, assignments, job_lists
from ..queries import jobs as queries
from ..services.bulk_change import plan_bulk_change
from ..services.jobs import confirm_job
from ..settings import setting
from .acts import ACTS
from .doors import check, course_of, rendered, staff_page, way_back
from .filters import ListFilter

MOST_SHOWN = 10
"""Of a plan so many are named."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act_on_matching(request: HttpRequest, scope: Scope, now: datetime, act: str) -> HttpResponse:
    """Asks what the act needs to know, and plans it for everything that the filter in `query` finds."""
    kind = ACTS[act]
    check(scope.assigns or kind.for_all)
    sent, back = request.POST if request.method == "POST" else request.GET, way_back(request)
    course_key, asked = sent.get("course", ""), ListFilter.of(QueryDict(sent.get("query", "")))
    if course_key:
        course_of(scope, course_key)
    conditions = {**asked.conditions, "course_key": course_key}
    seen = sent.get("seen", "")
    found = assignments.cycles(scope, now=now, **conditions).count()
    count = int(seen) if seen.isascii() and seen.isdigit() else found
    if count != found:
        told = _("You saw %(seen)s assignments, and now there are %(count)s. Look again.")
        facts = {"seen": wording.number(count), "count": wording.number(found)}
        messages.warning(request, told % facts, fail_silently=True)
        return redirect(back)
    form = kind.form(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            job = plan_bulk_change(
                actor=request.user,
                action=act,
                fields=form.cleaned_data,
                conditions=conditions,
                now=now,
            )
            return redirect("mandatory_assignments:staff-change-plan", job_id=job.uuid)
        except Refused as refusal:
            if refusal.code in ("nothing_found", "too_many"):
                messages.warning(request, refusal.problems[0].message, fail_silently=True)
                return redirect(back)
            form.add_problems(refusal.problems)
    return rendered(
        request,
        "act_matching",
        scope,
        act=act,
        form=form,
        count=count,
        number=wording.number(count),
        sent={"query": sent.get("query", ""), "course": course_key, "seen": count},
        back=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def plan(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """What would be changed, what not and why, who is told; once confirmed it leads to the job that does it."""
    job = queries.job(scope, job_id, JobKind.BULK_CHANGE)
    if job is None or job.terms["action"] not in ACTS:
        raise Http404
    if job.confirmed_at:
        return redirect("mandatory_assignments:staff-job", job_id=job.uuid)
    to_type = job.total >= setting("BULK_TYPE_COUNT_FROM")
    problem = ""
    if request.method == "POST":
        typed = typed_number(request.POST.get("typed_count", "")) if to_type else None
        try:
            check_typed(typed, job.total)
            confirm_job(actor=request.user, token=job.uuid, typed_count=typed, now=now)
            return redirect("mandatory_assignments:staff-job", job_id=job.uuid)
        except Refused as refusal:
            problem = refusal.problems[0].message
    form = ACTS[job.terms["action"]].form(job.terms["fields"])
    form.is_valid()
    reasons = [reason for reason in job_lists.reasons(job, job_lists.PREVIEW) if reason.part != "create"]
    some = acting.named_rows(queries.rows(job, bucket=Bucket.CREATE)[:MOST_SHOWN])
    return rendered(
        request,
        "act_plan",
        scope,
        act=job.terms["action"],
        job=job,
        form=form,
        count=job.total,
        number=wording.number(job.total),
        people=wording.number(queries.learner_count(job)),
        staying=wording.number(sum(reason.count for reason in reasons)),
        staying_count=sum(reason.count for reason in reasons),
        reasons=[(wording.number(reason.count), reason.message) for reason in reasons],
        some=[wording.shown(cycle, now) for cycle in some],
        others=max(job.total - len(some), 0),
        to_type=to_type,
        problem=problem,
        cancelled=job.state == JobState.CANCELLED,
    )


def check_typed(typed: int | None, total: int) -> None:
    """Raises Invalid `count_required` where something was typed that is no number."""
    if typed == -1:
        told = _("Type the number %(total)s to confirm.") % {"total": wording.number(total)}
        raise Invalid(Problem("count_required", told, "typed_count"))


def typed_number(typed: str) -> int:
    """What was typed as a number, however its thousands are told apart; -1 where it is none."""
    digits = "".join(each for each in typed if each not in " .,'’\u00a0\u202f")
    return int(digits) if digits.isascii() and digits.isdigit() else -1
