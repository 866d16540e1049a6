"""Training progress: how far people are in what they began, assigned or not; of all, a course, a department …"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import wording
from ..data import Course, Refused, Scope, TrainingKind
from ..queries import assignments, choices, overview, paging, progress, progress_facts, reach
from ..wording import progress as words
from ..wording.sheets import csv_stream
from .directory_places import department_of, organization_of
from .doors import course_of, rendered, staff_page
from .progress_filters import SIZES, TABS, ProgressFilter
from .progress_summary import recent


@dataclass(frozen=True, slots=True)
class Place:
    """Whose progress a page shows: everybody's, or that of a course, an organization or a department.

    `fixed` are the filters that the page sets itself.
    """

    heading: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    course: Course | None = None
    organization: Any = None
    department: Any = None

    @property
    def conditions(self) -> dict[str, str]:
        """What narrows every list of the page, beside its filter."""
        return {"course_key": self.course.key} if self.course else {}


@require_safe
@staff_page
def progress_list(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """What the role shows, in three lists; with a course only what lies wholly inside it."""
    if course := course_of(scope, course_key) if course_key else None:
        return _page(request, scope, Place(_("Training progress in %(course)s") % {"course": course.name}, {}, course))
    return _page(request, scope, Place(_("Training progress")))


@require_safe
@staff_page
def organization_progress(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """The same of an organization's people, and what they did last."""
    row = organization_of(scope, short_name)
    heading = _("Training progress of %(name)s") % {"name": row.name}
    return _page(request, scope, Place(heading, {"organization": row.short_name}, organization=row))


@require_safe
@staff_page
def department_progress(request: HttpRequest, scope: Scope, now: datetime, department_id: UUID) -> HttpResponse:
    """The same of the people of a department and of all below it."""
    row = department_of(scope, department_id)
    heading = _("Training progress of %(name)s") % {"name": row.path}
    return _page(
        request, scope, Place(heading, {"department": str(row.uuid)}, organization=row.organization, department=row)
    )


def _page(request: HttpRequest, scope: Scope, place: Place) -> HttpResponse:
    asked = ProgressFilter.of({**request.GET.dict(), **place.fixed})
    asked, tabs = _tabs(scope, place, asked)
    rows = progress.rows(scope, **asked.conditions, **place.conditions)
    try:
        page = paging.page(
            rows,
            [progress.COLUMN],
            descending=True,
            size=asked.size,
            cursor=request.GET.get("cursor", ""),
            keys_first=True,
        )
    except Refused:
        return redirect(f"{request.path}?{asked.query()}")
    count, exact = assignments.count(rows)
    fixed = tuple(place.fixed)
    keys = {(row.learner_id, row.training_id): str(row.uuid) for row in page.rows}
    mine = reach.visible_keys(scope, keys) if scope.assigns and keys else set()
    cursor = {"cursor": request.GET["cursor"]} if request.GET.get("cursor") else {}
    other_size = next(size for size in SIZES if size != asked.size)
    return rendered(
        request,
        "progress_list",
        scope,
        place=place,
        asked=asked,
        tabs=tabs,
        lists=asked.lists(choices.Choices() if place.course else choices.choices(scope), fixed),
        seldom=asked.seldom(fixed),
        narrowed=asked.narrowed(fixed),
        rows=words.shown(page.rows, progress_facts.facts(scope, page.rows)),
        choosable={id for key, id in keys.items() if key in mine},
        picked=picked if (picked := request.GET.get("picked", "")) in ("all", "matching") else "",
        page_query=asked.query(**cursor),
        plain_query=asked.query(),
        count=wording.number(count, exact),
        counted=count,
        seen=count if exact else "",
        other_size=other_size,
        resized_query=replace(asked, size=other_size).query(),
        next_query=asked.query(cursor=page.next) if page.next else "",
        previous_query=asked.query(cursor=page.previous) if page.previous else "",
        suggest_url=_url("people-suggest", place),
        export_url=f"{_url('progress-export', place)}?{asked.query()}",
        add_url=f"{_url('progress-add', place)}?{urlencode({'kind': asked.kind})}",
        recent=None if cursor or asked.narrowed(fixed) else recent(scope, **place.fixed),
    )


def _tabs(scope: Scope, place: Place, asked: ProgressFilter) -> tuple[ProgressFilter, list[dict[str, Any]]]:
    """The filter with a tab, the first that has rows where none was named, and the tabs with their numbers."""
    counts = {
        kind: assignments.count(progress.rows(scope, **{**asked.conditions, "kind": kind}, **place.conditions))
        for kind in TABS
    }
    if not asked.kind:
        asked = replace(asked, kind=next((kind for kind in TABS if counts[kind][0]), TrainingKind.COURSE))
    return asked, [
        {
            "text": words.TAB_NAMES[kind],
            "count": wording.number(*counts[kind]),
            "query": asked.query(kind=kind),
            "chosen": kind == asked.kind,
        }
        for kind in TABS
    ]


@require_safe
@staff_page
def export(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> StreamingHttpResponse:
    """The rows of the list with this filter as a file for spreadsheets."""
    if course_key:
        course_of(scope, course_key)
    rows = progress.rows(scope, **ProgressFilter.of(request.GET).conditions, course_key=course_key)
    lines = _lines(overview.in_chunks(rows, progress.COLUMN, descending=True), scope)
    answer = StreamingHttpResponse(csv_stream(words.heading(), lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="progress.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _lines(chunks: Iterator[Sequence[Any]], scope: Scope) -> Iterator[Sequence[object]]:
    """The lines in the language of the request, which is over by the time that they are read."""
    language = translation.get_language()
    for chunk in chunks:
        facts = progress_facts.facts(scope, chunk)
        with translation.override(language):
            lines = [words.line(row, facts) for row in chunk]
        yield from lines


def _url(what: str, place: Place) -> str:
    """The address that belongs to all, or to a course."""
    if place.course:
        return reverse(f"mandatory_assignments:staff-course-{what}", kwargs={"course_key": place.course.key})
    return reverse(f"mandatory_assignments:staff-{what}")
