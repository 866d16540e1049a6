"""The pages that import completions from a file: upload, the analysis with its three parts, confirming."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from .. import wording
from ..data import Course, JobKind, JobState, Refused, Scope
from ..queries import job_lists, jobs, people, uploads
from ..services.import_progress import plan_progress_import
from ..services.jobs import cancel_job, confirm_job
from ..wording import imports as words
from .doors import check, course_of, rendered, staff_page
from .import_forms import ImportForm
from .job_rows import file_of, shown_imports

FIRST = ("errors", "new", "already_completed", "new")
"""The part that is looked at first: what is to be corrected, else what would be done."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def upload(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """What a file may hold, and the form to upload one; then its analysis is shown."""
    check(scope.assigns)
    course = course_of(scope, course_key) if course_key else None
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploads.check_size(file.size)
            job = plan_progress_import(
                actor=request.user,
                file_name=file.name,
                content=file.read(),
                date_format=form.cleaned_data["date_format"],
                historic=form.cleaned_data["historic"],
                course_key=course.key if course else "",
                now=now,
            )
        except Refused as refusal:
            form.add_problems(refusal.problems)
        else:
            return redirect("mandatory_assignments:staff-import", job.uuid)
    return rendered(
        request,
        "import",
        scope,
        course=course,
        form=form,
        most_rows=wording.number(uploads.most_rows()),
        most_megabytes=wording.number(max(uploads.most_bytes() // 1_000_000, 1)),
    )


@require_safe
@staff_page
def template(request: HttpRequest, scope: Scope, now: datetime) -> StreamingHttpResponse:
    """A file with the heading and two examples, which are nobody."""
    check(scope.assigns)
    return file_of("template", words.template())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def analysis(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """The three parts with their numbers, one of them listed, and the button that has the new rows recorded."""
    job = _job(scope, job_id)
    wrong = ""
    if request.method == "POST":
        if job.confirmed_at:
            return redirect("mandatory_assignments:staff-job", job.uuid)
        if "cancel" in request.POST:
            return _discarded(request, job, now)
        try:
            confirm_job(actor=request.user, token=job.uuid, now=now)
        except Refused as refusal:
            wrong = refusal.problems[0].message
        else:
            return redirect("mandatory_assignments:staff-job", job.uuid)
    listed = shown_imports(request, job, job_lists.ANALYSIS, words.BUCKET_NAMES, first=FIRST)
    return rendered(request, "import_analysis", scope, job=job, wrong=wrong, **_told(scope, job), **listed)


@require_safe
@staff_page
def rows(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> StreamingHttpResponse:
    """A part of the analysis or of the result as a file that can be uploaded again, or all of the file's rows."""
    job, part = _job(scope, job_id), request.GET.get("part", "")
    parts = {**job_lists.ANALYSIS, **job_lists.RESULT}
    found = job_lists.rows(job, parts[part]) if part in parts else jobs.rows(job)
    return file_of((part if part in parts else "rows").replace("_", "-"), words.sheet(found, part))


def _job(scope: Scope, job_id: UUID) -> Any:
    """The actor's own import; what belongs to others, and what was discarded, is not found."""
    check(scope.assigns)
    job = jobs.job(scope, job_id, JobKind.PROGRESS_IMPORT)
    if job is None or (job.state == JobState.CANCELLED and not job.confirmed_at):
        raise Http404
    return job


def _discarded(request: HttpRequest, job: Any, now: datetime) -> HttpResponse:
    try:
        cancel_job(actor=request.user, token=job.uuid, now=now)
        messages.success(request, _("Discarded. Nothing was recorded."), fail_silently=True)
    except Refused as refusal:
        messages.warning(request, refusal.problems[0].message, fail_silently=True)
    if course_key := job.terms.get("course"):
        return redirect("mandatory_assignments:staff-course-progress-import", course_key)
    return redirect("mandatory_assignments:staff-progress-import")


def _told(scope: Scope, job: Any) -> dict[str, Any]:
    """What the analysis comes to, and the course that it is about alone."""
    detected = job.terms["detected"]
    zone = people.zones([scope.actor_id])[scope.actor_id]
    return {
        "course": _course(scope, job.terms.get("course", "")),
        "analysed": wording.moment(job.planned_at, zone),
        "encoding": detected["encoding"],
        "delimiter": uploads.DELIMITER_NAMES.get(detected["delimiter"], detected["delimiter"]),
        "date_format": detected["date_format"],
        "historic": job.terms["historic"],
        "button": ngettext("Import %(count)s row", "Import %(count)s rows", job.total)
        % {"count": wording.number(job.total)},
    }


def _course(scope: Scope, course_key: str) -> Course | None:
    try:
        return course_of(scope, course_key) if course_key else None
    except Http404:
        return None
