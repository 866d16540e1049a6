"""The calls that import completions from a file: upload, the analysis, confirming, what became of each row."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Forbidden, JobKind, Problem
from ...queries import imports, jobs, paging
from ...queries.assignments import count
from ...services.import_progress import plan_progress_import
from ...services.jobs import cancel_job, confirm_job, retry_job
from ...wording import imports as words
from . import import_shapes as shapes
from .answers import page_of
from .bulk_assignment_views import sheet
from .calls import told
from .change_input import Nothing
from .doors import StaffDoor, checked, paged
from .file_parts import check_length, content
from .input import Paging


class ImportDoor(StaffDoor):
    """A view about the actor's own imports, for roles that record; somebody else's does not exist."""

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in whose role records anything, else Forbidden."""
        super().initial(request, *args, **named)
        if not self.scope.assigns:
            raise Forbidden(Problem("forbidden", _("Your role does not let you record anything.")))

    def job(self, import_id: str) -> Any:
        """The job; NotFound where there is none of this kind."""
        found = jobs.job(self.scope, import_id, JobKind.PROGRESS_IMPORT)
        if found is None:
            raise NotFound
        return found

    def confirmed(self, import_id: str) -> Any:
        """The same, of those that were confirmed."""
        found = self.job(import_id)
        if found.confirmed_at is None:
            raise NotFound
        return found


class ProgressImports(ImportDoor):
    """`GET progress-imports/`: one's own, the latest first. `POST progress-imports/` (multipart): analyses a file."""

    parser_classes = [MultiPartParser]

    @told({200: page_of(shapes.Import)}, query=Paging)
    def get(self, request: Request) -> Response:
        """A page."""
        query = checked(Paging, request.query_params.dict())
        rows = jobs.jobs(self.scope).filter(kind=JobKind.PROGRESS_IMPORT).order_by()
        page = paging.page(rows, [], descending=True, size=query["page_size"], cursor=query["cursor"])
        return paged(request, page, *count(rows), [shapes.told_of(row) for row in page.rows])

    @told({201: shapes.Import}, body=shapes.NewImport, refuses="413")
    def post(self, request: Request) -> Response:
        """201 with the analysis, which waits to be confirmed; nothing is recorded. 400 where the file is refused."""
        check_length(request)
        sent: Any = request.data
        asked = checked(shapes.NewImport, {name: sent[name] for name in sent})
        job = plan_progress_import(
            actor=request.user,
            file_name=asked["file"].name,
            content=content(asked["file"]),
            date_format=asked["date_format"],
            historic=asked["historic"],
            now=self.now,
        )
        return Response(shapes.told_of(job), status=status.HTTP_201_CREATED)


class ProgressImport(ImportDoor):
    """`GET progress-imports/{id}/`: the analysis, and how far the import has come once it is confirmed."""

    @told({200: shapes.Import}, refuses="404")
    def get(self, request: Request, import_id: str) -> Response:
        """The counts."""
        return Response(shapes.told_of(self.job(import_id)))


class ProgressImportConfirm(ImportDoor):
    """`POST progress-imports/{id}/confirm/`."""

    @told({202: shapes.Import}, body=Nothing, refuses="404 409")
    def post(self, request: Request, import_id: str) -> Response:
        """202: the new rows are recorded in the background; a second time the same."""
        checked(Nothing, request.data)
        confirmed = confirm_job(actor=request.user, token=self.job(import_id).uuid, now=self.now)
        return Response(shapes.told_of(confirmed), status=status.HTTP_202_ACCEPTED)


class ProgressImportCancel(ImportDoor):
    """`POST progress-imports/{id}/cancel/`."""

    @told({200: shapes.Import}, body=Nothing, refuses="404 409")
    def post(self, request: Request, import_id: str) -> Response:
        """The import; what was recorded stays."""
        checked(Nothing, request.data)
        return Response(shapes.told_of(cancel_job(actor=request.user, token=self.job(import_id).uuid, now=self.now)))


class ProgressImportRetry(ImportDoor):
    """`POST progress-imports/{id}/retry/`: tries again what failed."""

    @told({202: shapes.Import}, body=Nothing, refuses="404 409")
    def post(self, request: Request, import_id: str) -> Response:
        """202 with the import; 409 where nothing failed."""
        checked(Nothing, request.data)
        job = retry_job(actor=request.user, token=self.confirmed(import_id).uuid, now=self.now)
        return Response(shapes.told_of(job), status=status.HTTP_202_ACCEPTED)


class ProgressImportRows(ImportDoor):
    """`GET progress-imports/{id}/rows.csv`: the rows of one part as the template has them, or all of them."""

    @told({200: None}, query=shapes.ImportRowsQuery, refuses="404")
    def get(self, request: Request, import_id: str) -> StreamingHttpResponse:
        """A file that can be corrected and uploaded as it is; column E says what is wrong."""
        part = checked(shapes.ImportRowsQuery, request.query_params.dict())["bucket"]
        found = imports.rows(self.job(import_id), part)
        return sheet((part or "rows").replace("_", "-"), words.sheet(found, part))


class ProgressImportTemplate(ImportDoor):
    """`GET progress-imports/template.csv`: the heading and two examples."""

    @told({200: None})
    def get(self, request: Request) -> StreamingHttpResponse:
        """A file for spreadsheets."""
        return sheet("template", words.template())
