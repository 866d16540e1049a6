"""The rows of a job on a page and as a file: its parts with their numbers, one of them searched, narrowed and paged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from .. import wording
from ..data import Refused
from ..queries import job_lists, paging, people
from ..queries import jobs as queries
from ..wording.imports import cells
from ..wording.sheets import csv_stream
from .doors import PAGE_SIZE

LONGEST_SEARCH = 255

PREVIEW_NAMES = {
    "create": gettext_lazy("Will be assigned"),
    "assigned": gettext_lazy("Already assigned"),
    "completed": gettext_lazy("Already completed"),
    "cannot": gettext_lazy("Cannot be assigned"),
}

RESULT_NAMES = {
    "created": gettext_lazy("Done"),
    "skipped": gettext_lazy("Skipped"),
    "failed": gettext_lazy("Failed"),
    "waiting": gettext_lazy("Not done yet"),
    "left_out": gettext_lazy("Left out from the start"),
}

HEADING = [
    gettext_lazy("Username"),
    gettext_lazy("Name"),
    gettext_lazy("Entry"),
    gettext_lazy("Group"),
    gettext_lazy("Reason"),
    gettext_lazy("Assignment"),
]


def shown_rows(
    request: HttpRequest,
    job: Any,
    parts: Mapping[str, Q],
    names: Mapping[str, Any],
    *,
    first: Sequence[str],
    shape: Callable[[Sequence[Any]], list[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """What the page shows: the parts, and of the one that is asked for, or the first that has rows, one page.

    `shape` makes of the rows what its table shows.
    """
    reasons = job_lists.reasons(job, parts)
    counts = job_lists.counts(reasons, parts)
    part = request.GET.get("part", "")
    if part not in parts:
        part = next((each for each in first if counts[each]), first[-1])
    asked = {
        "part": part,
        "search": request.GET.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        "code": request.GET.get("code", "").replace("\x00", "")[:LONGEST_SEARCH],
    }
    found = job_lists.rows(job, parts[part], code=asked["code"], search=asked["search"])
    try:
        page = paging.page(found, ["number"], size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except Refused:
        page = paging.page(found, ["number"], size=PAGE_SIZE)
    own = [reason for reason in reasons if reason.part == part and reason.code]
    return {
        "asked": asked,
        "counts": counts,
        "part_name": names[part],
        "parts": [
            {"name": each, "text": names[each], "count": wording.number(counts[each]), "empty": not counts[each]}
            for each in parts
        ],
        "reasons": [
            {
                "code": reason.code,
                "message": reason.message,
                "same": reason.same,
                "count": wording.number(reason.count),
                "query": urlencode({**asked, "code": reason.code}),
                "chosen": reason.code == asked["code"],
            }
            for reason in own
        ],
        "all_query": urlencode({**asked, "code": ""}),
        "rows": (shape or _shown)(page.rows),
        "with_reasons": any(row.message for row in page.rows),
        "next_query": urlencode({**asked, "cursor": page.next}) if page.next else "",
        "previous_query": urlencode({**asked, "cursor": page.previous}) if page.previous else "",
        "narrowed": bool(asked["search"] or asked["code"]),
    }


def shown_imports(
    request: HttpRequest, job: Any, parts: Mapping[str, Q], names: Mapping[str, Any], *, first: Sequence[str]
) -> dict[str, Any]:
    """The same for the rows of a file of completions, which a table of its own shows."""
    shown = shown_rows(request, job, parts, names, first=first, shape=_imported)
    return {**shown, "table": "mandatory_assignments/staff/import_table.html"}


def sheet_of(request: HttpRequest, job: Any, parts: Mapping[str, Q], names: Mapping[str, Any]) -> StreamingHttpResponse:
    """All rows of a part, or of the job, as a file for spreadsheets."""
    part = request.GET.get("part", "")
    wanted = {part: parts[part]} if part in parts else parts
    rows = (line for each, within in wanted.items() for line in _lines(job, within, str(names[each])))
    return file_of(part if part in parts else "all", csv_stream([str(each) for each in HEADING], rows))


def file_of(name: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """The answer that is a file of this name."""
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = people.names([row.learner for row in rows if row.learner])
    return [
        {
            "name": names.get(row.learner_id or 0, "") or row.entry,
            "username": row.learner.username if row.learner else "",
            "message": row.message,
            "assignment": row.assignment.uuid if row.assignment else None,
        }
        for row in rows
    ]


def _imported(rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = people.names([row.learner for row in rows if row.learner])
    shown = []
    for row in rows:
        email, kind, training, day = cells(row)
        name = names.get(row.learner_id or 0, "")
        shown.append(
            {
                "name": name or email or "–",
                "entry": email if name else "",
                "kind": kind,
                "training": training,
                "day": day,
                "line": row.values.get("line") or row.number,
                "message": row.message,
            }
        )
    return shown


def _lines(job: Any, within: Q, name: str) -> Iterator[Sequence[object]]:
    for chunk in queries.in_chunks(job_lists.rows(job, within)):
        named = people.names([row.learner for row in chunk if row.learner])
        for row in chunk:
            username = row.learner.username if row.learner else ""
            assignment = str(row.assignment.uuid) if row.assignment else ""
            yield [username, named.get(row.learner_id or 0, ""), row.entry, name, row.message, assignment]
