"""The calls that bring a directory to what a file says: upload, the plan, confirming, what becomes of everybody."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import JobKind, JobState
from ...queries import jobs, paging, people, syncs
from ...queries.assignments import count
from ...services.jobs import confirm_job
from ...services.sync_directory import plan_directory_sync
from ...wording import syncs as words
from ...wording.sheets import csv_stream
from . import sync_shapes as shapes
from .answers import page_of
from .calls import told
from .directory_views import DirectoryDoor
from .doors import checked, paged
from .file_parts import check_length, content
from .input import Paging


class SyncDoor(DirectoryDoor):
    """A view about the actor's own directory syncs; somebody else's does not exist."""

    def sync(self, sync_id: str) -> Any:
        """The job; NotFound where there is none of this kind."""
        found = jobs.job(self.scope, sync_id, JobKind.DIRECTORY_SYNC)
        if found is None:
            raise NotFound
        return found


class DirectorySyncs(SyncDoor):
    """`GET directory-syncs/`: one's own, the latest first. `POST directory-syncs/` (multipart): plans one."""

    parser_classes = [MultiPartParser]

    @told({200: page_of(shapes.Sync)}, query=Paging)
    def get(self, request: Request) -> Response:
        """A page."""
        query = checked(Paging, request.query_params.dict())
        rows = jobs.jobs(self.scope).filter(kind=JobKind.DIRECTORY_SYNC).order_by()
        page = paging.page(rows, [], descending=True, size=query["page_size"], cursor=query["cursor"])
        return paged(request, page, *count(rows), [shapes.sync(row) for row in page.rows])

    @told({201: shapes.Sync}, body=shapes.NewSync, refuses="413")
    def post(self, request: Request) -> Response:
        """201 with the plan, which waits to be confirmed; nothing is changed."""
        check_length(request)
        sent: Any = request.data
        body = {name: sent.getlist(name) if name == "parts" else sent[name] for name in sent}
        asked = checked(shapes.NewSync, body)
        job = plan_directory_sync(
            actor=request.user,
            organization=asked["organization"],
            content=content(asked["file"]),
            parts=asked["parts"],
            complete=asked["complete"],
            now=self.now,
        )
        return Response(shapes.sync(job), status=status.HTTP_201_CREATED)


class DirectorySync(SyncDoor):
    """`GET directory-syncs/{id}/`: the plan, and how far it has come once it is confirmed."""

    @told({200: shapes.Sync}, refuses="404")
    def get(self, request: Request, sync_id: str) -> Response:
        """The plan with its counts."""
        return Response(shapes.sync(self.sync(sync_id)))


class DirectorySyncConfirm(SyncDoor):
    """`POST directory-syncs/{id}/confirm/`."""

    @told({202: shapes.Sync}, body=shapes.ConfirmedSync, refuses="404 409")
    def post(self, request: Request, sync_id: str) -> Response:
        """202; a second time the same. Where `to_type` is not 0 that number has to be sent as `typed_count`."""
        job = self.sync(sync_id)
        asked = checked(shapes.ConfirmedSync, request.data)
        if job.confirmed_at is None and job.state == JobState.PLANNED:
            syncs.check_typed(job, asked["typed_count"])
        confirmed = confirm_job(actor=request.user, token=job.uuid, now=self.now)
        return Response(shapes.sync(confirmed), status=status.HTTP_202_ACCEPTED)


class DirectorySyncRows(SyncDoor):
    """`GET directory-syncs/{id}/rows.csv`: everybody in one part of the plan, or in all, and what became of them."""

    @told({200: None}, query=shapes.SyncRowsQuery, refuses="404")
    def get(self, request: Request, sync_id: str) -> StreamingHttpResponse:
        """A file for spreadsheets."""
        kind = checked(shapes.SyncRowsQuery, request.query_params.dict())["kind"]
        heading = [_("Username"), _("Name"), _("Entry"), _("Line"), _("Result"), _("Code"), _("Changes"), _("Reason")]
        answer = StreamingHttpResponse(
            csv_stream(heading, _lines(self.sync(sync_id), kind)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="directory-sync.csv"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _lines(job: Any, kind: str) -> Iterator[Sequence[object]]:
    for chunk in jobs.in_chunks(syncs.rows(job, kind)):
        named = people.names_of({id for row in chunk for id in (row.learner_id, *words.managers_in(row.values)) if id})
        for row in chunk:
            yield [
                row.learner.username if row.learner else "",
                named.get(row.learner_id or 0, ""),
                row.entry,
                row.values.get("line") or "",
                row.state,
                row.code,
                words.changes(row.values, named),
                row.message,
            ]
