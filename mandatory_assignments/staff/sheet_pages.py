"""The list as a file for spreadsheets: what the filter finds, all of it, in the list's order."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from ..data import Scope
from ..queries import assignments, overview, people
from ..wording import listed
from ..wording.sheets import csv_stream
from .doors import course_of, staff_page
from .filters import ListFilter


@require_safe
@staff_page
def export(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> StreamingHttpResponse:
    """The rows of the list with this filter, judged at one instant however long the file takes."""
    if course_key:
        course_of(scope, course_key)
    asked = ListFilter.of(request.GET)
    rows = assignments.cycles(scope, now=now, course_key=course_key, **asked.conditions)
    lines = _lines(overview.in_chunks(rows, asked.column, descending=asked.descending), now)
    answer = StreamingHttpResponse(csv_stream(listed.heading(), lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="assignments.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _lines(chunks: Iterator[Sequence[Any]], now: datetime) -> Iterator[Sequence[object]]:
    """The lines in the language of the request, which is over by the time that they are read."""
    language = translation.get_language()
    for chunk in chunks:
        names = people.names({row.assignment.assigned_by for row in chunk if row.assignment.assigned_by})
        with translation.override(language):
            lines = [listed.line(row, now, names) for row in chunk]
        yield from lines
