"""The pages that bring an organization's directory to what a file says: upload, the plan with its parts, confirming."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import wording
from ..data import JobKind, JobState, Refused, Scope
from ..queries import directory, jobs, people, rosters, syncs, uploads
from ..services.jobs import cancel_job, confirm_job
from ..services.sync_directory import plan_directory_sync
from ..wording import syncs as words
from ..wording.sheets import csv_stream
from .directory_forms import ConfirmForm, SyncForm
from .directory_pages import LONGEST_SEARCH, paged
from .directory_places import organization_of
from .doors import check, rendered, staff_page

HEADING = ["Username", "Departments", "Groups", "Managers"]
"""A file that we give, which can be uploaded again."""

EXAMPLE = [
    ["example.learner", "{short_name}/Field/North", "First aid", "example.manager"],
    ["example.colleague", "{short_name}/Field|{short_name}/Office", "", "example.manager|example.learner"],
]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def upload(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """What a file may hold, and the form to upload one; then its plan is shown."""
    row = organization_of(scope, short_name)
    form = SyncForm(request.POST, request.FILES) if request.method == "POST" else SyncForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploads.check_size(file.size)
            job = plan_directory_sync(
                actor=request.user,
                organization=row.short_name,
                content=file.read(),
                parts=form.cleaned_data["parts"],
                complete=form.cleaned_data["complete"],
                now=now,
            )
        except Refused as refusal:
            form.add_problems(refusal.problems)
        else:
            return redirect("mandatory_assignments:staff-sync", job.uuid)
    return rendered(
        request,
        "directory_sync",
        scope,
        organization=row,
        form=form,
        most_rows=wording.number(uploads.most_rows()),
        most_megabytes=wording.number(max(uploads.most_bytes() // 1_000_000, 1)),
    )


@require_safe
@staff_page
def template(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """A file with the heading and two examples, which are nobody."""
    row = organization_of(scope, short_name)
    lines = [[cell.format(short_name=row.short_name) for cell in line] for line in EXAMPLE]
    return _file("template", csv_stream(HEADING, lines))


@require_safe
@staff_page
def present(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """The directory as it is, as a file that can be changed and uploaded."""
    row = organization_of(scope, short_name)
    found = rosters.present(row)
    managers = {id for ids in found.managers.values() for id in ids}
    usernames = {id: user.username for id, user in people.accounts({*found.members, *managers}).items()}
    return _file("directory", csv_stream(HEADING, syncs.directory_lines(found, usernames, row.short_name)))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def sync(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """The plan: its parts with their numbers, one of them listed, and the button that has it done."""
    job = _job(scope, job_id)
    if job.confirmed_at:
        return redirect("mandatory_assignments:staff-job", job.uuid)
    wanted = syncs.to_type(job)
    form = ConfirmForm(request.POST if request.method == "POST" else None, typing=bool(wanted))
    if form.is_bound and "cancel" in request.POST:
        return _cancelled(request, job, now)
    if form.is_bound and form.is_valid():
        try:
            syncs.check_typed(job, form.cleaned_data.get("typed_count"))
            confirm_job(actor=request.user, token=job.uuid, now=now)
        except Refused as refusal:
            form.add_problems(refusal.problems)
        else:
            return redirect("mandatory_assignments:staff-job", job.uuid)
    return rendered(request, "directory_sync_plan", scope, job=job, form=form, **_told(job), **_listed(request, job))


@require_safe
@staff_page
def sheet(request: HttpRequest, scope: Scope, now: datetime, job_id: UUID) -> HttpResponse:
    """One part of the plan as a file, or all of it."""
    job, kind = _job(scope, job_id), request.GET.get("kind", "")
    kind = kind if kind in syncs.KINDS else ""
    heading = [_("Username"), _("Name"), _("Entry"), _("Line"), _("Changes")]
    return _file(kind or "plan", csv_stream(heading, _lines(job, kind)))


def _job(scope: Scope, job_id: UUID) -> Any:
    """The actor's own plan; what belongs to others is not found."""
    check(directory.keeps(scope))
    job = jobs.job(scope, job_id, JobKind.DIRECTORY_SYNC)
    if job is None or (job.state == JobState.CANCELLED and not job.confirmed_at):
        raise Http404
    return job


def _cancelled(request: HttpRequest, job: Any, now: datetime) -> HttpResponse:
    cancel_job(actor=request.user, token=job.uuid, now=now)
    messages.success(request, _("Cancelled. Nothing was changed."), fail_silently=True)
    return redirect("mandatory_assignments:staff-organization", job.terms["organization"])


def _told(job: Any) -> dict[str, Any]:
    """What the plan comes to."""
    terms = job.terms
    zone = people.zones([job.actor_id])[job.actor_id]
    delimiter = terms["detected"]["delimiter"]
    return {
        "short_name": terms["organization"],
        "planned": wording.moment(job.planned_at, zone),
        "total": wording.number(job.total),
        "parts": [words.PART_NAMES[part] for part in terms["parts"]],
        "complete": terms["complete"],
        "encoding": terms["detected"]["encoding"],
        "delimiter": uploads.DELIMITER_NAMES.get(delimiter, delimiter),
        "new_departments": terms["new_departments"],
        "new_groups": terms["new_groups"],
        "new_managers": terms["new_managers"],
        "new_members": terms["new_members"],
        "following": terms.get("following", ()),
        "emptied": [words.emptied(*each) for each in terms["emptied"]],
    }


def _listed(request: HttpRequest, job: Any) -> dict[str, Any]:
    """One part of the plan: the one that is asked for, or the first with anybody in it."""
    counts = syncs.counts(job)
    kind = request.GET.get("kind", "")
    if kind not in syncs.KINDS:
        kind = next((name for name in syncs.KINDS if counts[name]), syncs.KINDS[0])
    asked = {"kind": kind, "search": request.GET.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]}
    page, queries = paged(request, syncs.rows(job, kind, search=asked["search"]), "number", asked)
    rows = page.rows if page else ()
    return {
        "asked": asked,
        "kinds": [(name, words.KIND_NAMES[name], wording.number(counts[name])) for name in syncs.KINDS],
        "kind_name": words.KIND_NAMES[kind],
        "rows": list(_with_words(rows)),
        "next_query": "",
        "previous_query": "",
        **queries,
    }


def _with_words(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    rows = list(rows)
    managers = {
        id for row in rows for change in ("add_managers", "remove_managers") for id in row.values.get(change, ())
    }
    names = people.names_of({*managers, *(row.learner_id for row in rows if row.learner_id)})
    for row in rows:
        yield {
            "name": names.get(row.learner_id, "") or row.entry,
            "username": row.learner.username if row.learner else "",
            "entry": row.entry,
            "line": row.values.get("line") or "",
            "message": row.message or words.changes(row.values, names),
        }


def _lines(job: Any, kind: str) -> Iterator[Sequence[object]]:
    for chunk in jobs.in_chunks(syncs.rows(job, kind)):
        for told in _with_words(chunk):
            yield [told["username"], told["name"], told["entry"], told["line"], told["message"]]


def _file(name: str, pieces: Iterator[bytes]) -> Any:
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
