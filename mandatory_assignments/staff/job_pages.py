"""The pages about one's own jobs: all of them, one with its progress and result, and the strip on every staff page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import wording
from ..data import JobKind, JobState, Refused, Scope
from ..queries import job_lists, paging, people
from ..queries import jobs as queries
from ..services.jobs import cancel_job, close_job, retry_job
from ..wording import jobs as words
from ..wording.imports import RESULT_NAMES as IMPORT_NAMES
from .doors import PAGE_SIZE, rendered, staff_page, strip, way_back
from .job_rows import RESULT_NAMES, sheet_of, shown_imports, shown_rows

FIRST = ("failed", "created", "skipped", "waiting", "left_out", "created")
"""The part that is looked at first: what went wrong, else what was done."""


@require_safe
@staff_page
def jobs_list(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """All that the actor began and confirmed, the latest first."""
    rows = queries.jobs(scope).filter(confirmed_at__isnull=False)
    try:
        page = paging.page(rows, [], size=PAGE_SIZE, descending=True, cursor=request.GET.get("cursor", ""))
    except Refused:
        return redirect(request.path)
    zone = people.zones([scope.actor_id])[scope.actor_id]
    return rendered(
        request,
        "jobs",
        scope,
        drafts=[
            {
                "id": row.uuid,
                "title": row.title,
                "at": wording.moment(row.planned_at, zone),
                "step": furthest(row.terms),
            }
            for row in queries.drafts(scope)
        ],
        rows=[{"told": words.told(row), "at": wording.moment(row.confirmed_at or now, zone)} for row in page.rows],
        next_query=urlencode({"cursor": page.next}) if page.next else "",
        previous_query=urlencode({"cursor": page.previous}) if page.previous else "",
    )


def furthest(kept: Mapping[str, Any]) -> str:
    """The step of a draft to go on with."""
    return "preview" if "plan" in kept else "reminders" if "people" in kept else "people"


@require_safe
@staff_page
def job(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """How far a job is, and what became of everybody in it."""
    found = _job(scope, job_id)
    zone = people.zones([scope.actor_id])[scope.actor_id]
    left = found.total - found.done
    imports = found.kind == JobKind.PROGRESS_IMPORT
    shown, names = (shown_imports, IMPORT_NAMES) if imports else (shown_rows, RESULT_NAMES)
    return rendered(
        request,
        "job",
        scope,
        job=words.told(found),
        began=wording.moment(found.confirmed_at, zone),
        ended=wording.moment(found.ended_at, zone) if found.ended_at else "",
        assigns=found.kind == JobKind.BULK_ASSIGNMENT,
        left=wording.number(left) if left and JobState(found.state).ended else "",
        list_query=urlencode({"status": "", "search": found.title}) if found.kind == JobKind.BULK_ASSIGNMENT else "",
        imports=imports,
        **shown(request, found, job_lists.RESULT, names, first=FIRST),
    )


@require_safe
@staff_page
def progress(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """The part of the job's page that moves; once it has ended the page is to be read again."""
    found = words.told(_job(scope, job_id))
    answer = rendered(request, "job_progress", scope, job=found)
    if not found.running:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@staff_page
def rows(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> StreamingHttpResponse:
    """A part of the result as a file."""
    return sheet_of(request, _job(scope, job_id), job_lists.RESULT, RESULT_NAMES)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def cancel(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """Asks, telling what stays, and then ends the job."""
    found = _job(scope, job_id)
    if request.method == "POST":
        return _act(request, found, now, cancel_job, _("Cancelled. What had been done stays."))
    if JobState(found.state).ended:
        return redirect("mandatory_assignments:staff-job", job_id=found.uuid)
    left = wording.number(found.total - found.done)
    return rendered(
        request, "job_cancel", scope, job=words.told(found), assigns=found.kind == JobKind.BULK_ASSIGNMENT, left=left
    )


@require_POST
@staff_page
def retry(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """Has what failed, and what was left by a cancellation, tried again."""
    return _act(request, _job(scope, job_id), now, retry_job, _("It is tried again."))


@require_POST
@staff_page
def close(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """Takes an ended job off the strip, and leads back to where that was pressed."""
    close_job(actor=request.user, token=_job(scope, job_id).uuid, now=now)
    return redirect(way_back(request))


@require_safe
@staff_page
def strip_now(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """The strip as it is now."""
    return rendered(
        request, "strip", scope, strip=strip(scope), without=request.GET.get("without", ""), here=way_back(request)
    )


def _job(scope: Scope, job_id: UUID) -> Any:
    """One's own, and one that was confirmed; anything else does not exist."""
    found = queries.job(scope, job_id)
    if found is None or found.confirmed_at is None:
        raise Http404
    return found


def _act(request: HttpRequest, found: Any, now: datetime, act: Callable[..., Any], done: str) -> HttpResponse:
    try:
        act(actor=request.user, token=found.uuid, now=now)
        messages.success(request, done, fail_silently=True)
    except Refused as refusal:
        messages.warning(request, refusal.problems[0].message, fail_silently=True)
    return redirect("mandatory_assignments:staff-job", job_id=found.uuid)
