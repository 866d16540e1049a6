"""The calls that assign a training to many: preview, confirm, progress, result."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Bucket, JobKind, JobState
from ...queries import jobs as queries
from ...queries import people
from ...services.bulk_assign import plan_bulk_assignment
from ...services.jobs import cancel_job, confirm_job, retry_job
from ...wording.sheets import csv_stream
from . import answers
from . import bulk_assignment_input as inputs
from .calls import told
from .change_input import Nothing
from .doors import StaffDoor, checked
from .schedule_input import with_rules

MOST_SHOWN = 100
"""Rows of each bucket that a preview shows; all of them are in its file."""


class JobDoor(StaffDoor):
    """A view about one of the actor's own jobs; somebody else's does not exist."""

    kind = JobKind.BULK_ASSIGNMENT

    def job(self, token: str) -> Any:
        """The job; NotFound where there is none of this kind."""
        found = queries.job(self.scope, token, self.kind)
        if found is None or found.state == JobState.DRAFT:
            raise NotFound
        return found

    def check_acts(self, asked: Any) -> None:
        """Raises Forbidden for a role that changes nothing; who looks after people may remind them."""
        if not (isinstance(asked, Mapping) and asked.get("action") == "remind"):
            self.check_assigns()

    def confirmed(self, token: str) -> Any:
        """The same, of those that were confirmed."""
        found = self.job(token)
        if found.confirmed_at is None:
            raise NotFound
        return found


class BulkPreview(JobDoor):
    """`POST bulk-assignments/preview/`: who would get the assignment; assigns nothing."""

    @told({200: answers.BulkPreview}, body=inputs.NewBulk)
    def post(self, request: Request) -> Response:
        """The token that confirms exactly this, and the first 100 of each bucket."""
        self.check_assigns()
        asked = with_rules(self.scope, checked(inputs.NewBulk, request.data))
        job = plan_bulk_assignment(
            actor=request.user,
            terms=inputs.terms_of(asked),
            people=inputs.people_of(asked),
            include_completed=asked["include_completed"],
            now=self.now,
        )
        counts = dict.fromkeys(Bucket, 0)
        for (bucket, _state, _code), number in queries.counts(job).items():
            counts[Bucket(bucket)] += number
        shown = {bucket: list(queries.rows(job, bucket=bucket)[:MOST_SHOWN]) for bucket in Bucket}
        name = queries.usernames([row for rows in shown.values() for row in rows])
        return Response(
            {
                "token": str(job.uuid),
                "count": job.total,
                "create": [name[row.id] for row in shown[Bucket.CREATE]],
                "skip": [{"learner": name[row.id], "code": row.code} for row in shown[Bucket.SKIP]],
                "refuse": [
                    {"entry": row.entry or name[row.id], "code": row.code, "message": row.message}
                    for row in shown[Bucket.REFUSE]
                ],
                **{f"{bucket}_count": number for bucket, number in counts.items()},
            }
        )


class BulkPreviewRows(JobDoor):
    """`GET bulk-assignments/preview/{token}/rows.csv`: everybody in one bucket, or in all."""

    @told({200: None}, query=inputs.RowsQuery, refuses="404")
    def get(self, request: Request, token: str) -> StreamingHttpResponse:
        """A file for spreadsheets."""
        bucket = checked(inputs.RowsQuery, request.query_params.dict())["bucket"]
        rows = queries.rows(self.job(token), bucket=bucket)
        heading = [_("Username"), _("Name"), _("Entry"), _("Group"), _("Code"), _("Reason")]
        return sheet("preview", csv_stream(heading, (_preview_line(row, name) for row, name in _named(rows))))


class BulkAssignments(JobDoor):
    """`POST bulk-assignments/`: confirms a preview."""

    @told({202: answers.BulkJob}, body=inputs.Token, refuses="404 409")
    def post(self, request: Request) -> Response:
        """202 with the job; the same token again gives the same job."""
        self.check_assigns()
        job = self.job(checked(inputs.Token, request.data)["token"])
        confirmed = confirm_job(actor=request.user, token=job.uuid, now=self.now)
        return Response(told_of(confirmed), status=status.HTTP_202_ACCEPTED)


class BulkAssignment(JobDoor):
    """`GET bulk-assignments/{id}/`: how far it has come."""

    @told({200: answers.BulkJob}, refuses="404")
    def get(self, request: Request, job_id: str) -> Response:
        """The job's counts."""
        return Response(told_of(self.confirmed(job_id)))


class BulkCancel(JobDoor):
    """`POST bulk-assignments/{id}/cancel/`."""

    @told({200: answers.BulkJob}, body=Nothing, refuses="404 409")
    def post(self, request: Request, job_id: str) -> Response:
        """The job; what was done stays."""
        checked(Nothing, request.data)
        return Response(told_of(cancel_job(actor=request.user, token=self.confirmed(job_id).uuid, now=self.now)))


class BulkRetry(JobDoor):
    """`POST bulk-assignments/{id}/retry/`: tries again what failed."""

    @told({202: answers.BulkJob}, body=Nothing, refuses="404 409")
    def post(self, request: Request, job_id: str) -> Response:
        """202 with the job; 409 where nothing failed."""
        checked(Nothing, request.data)
        job = retry_job(actor=request.user, token=self.confirmed(job_id).uuid, now=self.now)
        return Response(told_of(job), status=status.HTTP_202_ACCEPTED)


class BulkRows(JobDoor):
    """`GET bulk-assignments/{id}/rows.csv`: what became of everybody."""

    @told({200: None}, refuses="404")
    def get(self, request: Request, job_id: str) -> StreamingHttpResponse:
        """A file for spreadsheets."""
        rows = queries.rows(self.confirmed(job_id), bucket=Bucket.CREATE)
        heading = [_("Username"), _("Name"), _("Result"), _("Code"), _("Reason"), _("Assignment")]
        return sheet("result", csv_stream(heading, (_result_line(row, name) for row, name in _named(rows))))


def told_of(job: Any) -> dict[str, Any]:
    """A job as the API shows it."""
    names = ("state", "total", "done", "created", "skipped", "failed")
    return {"id": str(job.uuid), **{name: getattr(job, name) for name in names}, "problem": job.problem}


def sheet(name: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """The answer that is a file."""
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _named(rows: Any) -> Iterator[tuple[Any, str]]:
    """Each row with its learner's name, some at a time."""
    for chunk in queries.in_chunks(rows):
        names = people.names([row.learner for row in chunk if row.learner])
        for row in chunk:
            yield row, names.get(row.learner_id or 0, "")


def _preview_line(row: Any, name: str) -> Sequence[object]:
    return [row.learner.username if row.learner else "", name, row.entry, row.bucket, row.code, row.message]


def _result_line(row: Any, name: str) -> Sequence[object]:
    assignment = str(row.assignment.uuid) if row.assignment else ""
    return [row.learner.username if row.learner else row.entry, name, row.state, row.code, row.message, assignment]
