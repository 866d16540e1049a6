"""The pages of reports: compliance now or as of a day, what falls due, who is behind a number; each as a file, too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..data import Refused, Scope
from ..queries import assignments, choices, departing, paging, reports
from ..queries.reports import GroupBy
from ..wording import charts, number
from ..wording import reports as words
from ..wording.sheets import csv_stream
from .doors import PAGE_SIZE, rendered, staff_page
from .report_forms import ReportFilter

IN_THE_LIST = ("open", "overdue", "exempt", "paused")
"""What the list of assignments shows exactly so: of rounds that are over it holds earlier ones, too."""


@require_safe
@staff_page
def compliance(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """The numbers as a table with bars, and what falls due in the weeks to come."""
    found = ReportFilter.of(request.GET, scope, now)
    report = reports.report(scope, found.asked, found.by, now)
    names = words.numbers(found.asked)
    above = departing.path_to(scope, found.asked.department) if found.asked.department else ()
    due = reports.falling_due(scope, found.asked, now) if found.asked.as_of is None else []
    lengths = charts.bars([count for _first, _last, count in due])
    return rendered(
        request,
        "report",
        scope,
        found=found,
        quick=found.quick(now),
        groups=found.groups(scope),
        lists=found.lists(choices.choices(scope)),
        last_day=reports.last_day(now).isoformat(),
        heading=words.GROUP_NAMES[found.by],
        when=words.when(found.asked.as_of),
        rate_means=words.rate_means(),
        by_department=found.by is GroupBy.DEPARTMENT,
        above=[(found.query(department=str(uuid)), name) for uuid, name in above],
        top_query=found.query(department=""),
        names=[words.NUMBERS[name] for name in names],
        parts=[(name, words.NUMBERS[name]) for name in charts.PARTS],
        rows=[_row(row, found, names) for row in report.rows],
        total=_numbers(report.total, found, names, {}),
        total_rate=words.rate(report.total.rate),
        total_bar=charts.stacked(report.total),
        weeks=[
            {
                "text": words.week(first, last),
                "number": number(count),
                "length": length,
                "url": _list_url(found, "open", due_after=first.isoformat(), due_before=last.isoformat())
                if count
                else "",
            }
            for (first, last, count), length in zip(due, lengths, strict=True)
        ],
        any_due=any(count for _first, _last, count in due),
        query=found.query(),
        sees_audit=scope.everything or bool(scope.organization_ids),
    )


def _row(row: reports.Row, found: ReportFilter, names: Sequence[str]) -> dict[str, Any]:
    """A row of the table; what is in none of the departments leads nowhere."""
    narrowed = {found.by.value: row.key} | ({"organization": row.organization} if row.organization else {})
    return {
        "name": words.name_of(row),
        "query": found.query(**narrowed) if row.deeper else "",
        "rate": words.rate(row.tally.rate),
        "bar": charts.stacked(row.tally),
        "numbers": _numbers(row.tally, found, names, narrowed if row.key else None),
    }


def _numbers(
    tally: Any, found: ReportFilter, names: Sequence[str], narrowed: Mapping[str, str] | None
) -> list[tuple[str, str, str]]:
    """(label, number, address of who is behind it) of every number; without an address where there is none."""
    numbers = []
    for name in names:
        value = getattr(tally, name)
        url = ""
        if value and narrowed is not None:
            at_list = found.asked.as_of is None and name in IN_THE_LIST
            url = _list_url(found, name, **narrowed) if at_list else _people_url(found, name, **narrowed)
        numbers.append((str(words.NUMBERS[name]), number(value), url))
    return numbers


def _list_url(found: ReportFilter, status: str, **narrowed: str) -> str:
    query = urlencode({"status": status, **found.chosen, **narrowed})
    return f"{reverse('mandatory_assignments:staff-list')}?{query}"


def _people_url(found: ReportFilter, name: str, **narrowed: str) -> str:
    return f"{reverse('mandatory_assignments:staff-report-people')}?{found.query(number=name, **narrowed)}"


@require_safe
@staff_page
def compliance_sheet(request: HttpRequest, scope: Scope, now: datetime) -> StreamingHttpResponse:
    """The table as a file."""
    found = ReportFilter.of(request.GET, scope, now)
    report = reports.report(scope, found.asked, found.by, now)
    return sheet("compliance", *words.table(report, found.asked, found.by))


@require_safe
@staff_page
def due_sheet(request: HttpRequest, scope: Scope, now: datetime) -> StreamingHttpResponse:
    """What falls due as a file."""
    found = ReportFilter.of(request.GET, scope, now)
    rows = reports.falling_due(scope, found.asked, now)
    lines = ([first.isoformat(), last.isoformat(), count] for first, last, count in rows)
    return sheet("falling-due", [_("From"), _("To"), _("Falling due")], lines)


@require_safe
@staff_page
def people(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """Who is behind a number."""
    found = ReportFilter.of(request.GET, scope, now)
    rows = reports.people(scope, found.asked, found.number, now)
    query = found.query(number=found.number)
    try:
        page = paging.page(rows, ["sort_name"], size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except Refused:
        return redirect(f"{request.path}?{query}")
    count, exact = assignments.count(rows)
    return rendered(
        request,
        "report_people",
        scope,
        found=found,
        when=words.when(found.asked.as_of),
        heading=words.NUMBERS[found.number],
        rows=[words.person(row, found.asked, now) for row in page.rows],
        count=number(count, exact),
        counted=count,
        back_query=found.query(),
        query=query,
        next_query=f"{query}&{urlencode({'cursor': page.next})}" if page.next else "",
        previous_query=f"{query}&{urlencode({'cursor': page.previous})}" if page.previous else "",
    )


@require_safe
@staff_page
def people_sheet(request: HttpRequest, scope: Scope, now: datetime) -> StreamingHttpResponse:
    """All of them as a file."""
    found = ReportFilter.of(request.GET, scope, now)

    def lines() -> Iterator[Sequence[object]]:
        for chunk in reports.in_chunks(reports.people(scope, found.asked, found.number, now)):
            yield from (words.people_line(words.person(row, found.asked, now)) for row in chunk)

    return sheet("people", words.people_heading(), lines())


def sheet(name: str, heading: Sequence[str], lines: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The answer that is a file for spreadsheets."""
    answer = StreamingHttpResponse(csv_stream(heading, lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
