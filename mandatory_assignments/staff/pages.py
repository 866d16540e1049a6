"""The staff pages: the list (everything the role shows, or one course), and one assignment."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import wording
from ..data import Course, EnrollmentState, Refused, Scope, Status
from ..queries import (
    acting,
    assignments,
    choices,
    dossier,
    mail_trouble,
    noticing,
    paging,
    people,
    recurring,
    reminding,
    standing,
    training_lists,
)
from ..wording import notices as notice_words
from ..wording import repetition
from .doors import course_of, rendered, staff_page
from .filters import SIZES, ListFilter, tiles
from .next_steps import Line, next_step
from .person_pages import undoable


@require_safe
@staff_page
def assignments_list(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """What the role shows, narrowed by the filter; with a course only its assignments."""
    course = course_of(scope, course_key) if course_key else None
    asked = ListFilter.of(request.GET)

    def found(wanted: ListFilter) -> Any:
        return assignments.cycles(scope, now=now, course_key=course_key, **wanted.conditions)

    rows = found(asked)
    try:
        page = paging.page(
            rows,
            [asked.column],
            descending=asked.descending,
            size=asked.size,
            cursor=request.GET.get("cursor", ""),
            keys_first=True,
        )
    except Refused:
        return redirect(f"{request.path}?{asked.query()}")
    names = people.names([row.assignment.assigned_by for row in page.rows if row.assignment.assigned_by])
    troubles = mail_trouble.mail_troubles([row for row in page.rows if standing.status_of(row, now) == Status.OVERDUE])
    count, exact = assignments.count(rows)
    choosable, mine = acting.to_choose(scope, page.rows)
    reminded = noticing.reminded_lately([row.id for row in page.rows if row.open], now)
    told = [
        wording.shown(row, now, names, mail_trouble=notice_words.mail_trouble(troubles.get(row.id), row.zone))
        for row in page.rows
    ]
    cursor = {"cursor": request.GET["cursor"]} if request.GET.get("cursor") else {}
    return rendered(
        request,
        "list",
        scope,
        course=course,
        asked=asked,
        training=training_lists.training(scope, asked.training) if asked.training else None,
        lists=asked.lists(choices.Choices() if course else choices.choices(scope)),
        headings=_headings(asked, course),
        tiles=[
            (
                name,
                text,
                wording.number(*assignments.count(found(each))),
                each.query(),
                each.conditions == asked.conditions,
            )
            for name, text, each in tiles(now)
        ],
        rows=told,
        lines=[
            Line(shown, next_step(row, shown, scope, mine=row.id in mine, reminded=reminded), row.id in choosable)
            for row, shown in zip(page.rows, told, strict=True)
        ],
        choosable=bool(choosable),
        picked=picked if (picked := request.GET.get("picked", "")) in ("all", "matching") else "",
        page_query=asked.query(**cursor),
        plain_query=asked.query(),
        count=wording.number(count, exact),
        counted=count,
        seen=count if exact else "",
        other_size=next(size for size in SIZES if size != asked.size),
        resized_query=replace(asked, size=next(size for size in SIZES if size != asked.size)).query(),
        next_query=asked.query(cursor=page.next) if page.next else "",
        previous_query=asked.query(cursor=page.previous) if page.previous else "",
        new_url=_url("new", course_key),
        suggest_url=_url("people-suggest", course_key),
        export_url=f"{_url('export', course_key)}?{asked.query()}",
        charts_url="" if course else f"{reverse('mandatory_assignments:staff-reports')}?{asked.report_query}",
    )


def _headings(asked: ListFilter, course: Course | None) -> list[dict[str, str]]:
    return [
        asked.heading(_("Learner"), "sort_name"),
        *([] if course else [asked.heading(_("Training"))]),
        asked.heading(_("Status")),
        asked.heading(_("Progress"), "percent"),
        asked.heading(_("Due"), "due_at"),
        asked.heading(_("Assigned"), "assigned_at"),
        asked.heading(_("Last reminder"), "last_reminder_at"),
    ]


@require_safe
@staff_page
def assignment(request: HttpRequest, scope: Scope, now: datetime, assignment_id: UUID) -> HttpResponse:
    """All that is known of one assignment, and what the actor may do with it."""
    cycle = assignments.cycle(scope, assignment_id)
    if cycle is None:
        raise Http404
    by, known = cycle.assignment.assigned_by, dossier.dossier(cycle, now)
    may_change = acting.may_change(scope, assignment_id)
    person = acting.person(scope, cycle.learner.username) if may_change else None
    trouble = mail_trouble.mail_troubles([cycle]).get(cycle.id) if cycle.assignment.open else None
    names = people.names([by]) if by else {}
    history = wording.history(cycle, known.courses)
    return rendered(
        request,
        "assignment",
        scope,
        row=wording.shown(cycle, now, names, mail_trouble=notice_words.mail_trouble(trouble, cycle.zone)),
        rounds=_rounds(cycle, scope, now),
        may_change=may_change,
        may_pause=bool(person and cycle.organization in person.organizations),
        organization=cycle.organization.short_name,
        absence=wording.absence(known.absence) if known.absence else "",
        away=known.absence is not None,
        enrollments=wording.enrollments(known.enrollments, known.courses),
        may_retry=any(row.state == EnrollmentState.REFUSED for row in known.enrollments),
        percent_before=known.percent_before or 0,
        managers=known.managers,
        late_policy=wording.late_policy(cycle.assignment),
        frozen=wording.frozen(cycle, now),
        due_dates=wording.due_dates(known.deadlines, known.names),
        holds=wording.holds(known.holds, cycle.zone, known.names),
        completed=wording.completed(cycle),
        missing=wording.missing(cycle),
        history=history,
        undoable=undoable(scope, [event.floor for event in history]),
        **_told(cycle, scope, now),
    )


def _rounds(cycle: Any, scope: Scope, now: datetime) -> list[wording.Round]:
    """Every round, the latest first; none where there is one and no other to come."""
    found = assignments.rounds(scope, cycle.assignment.uuid)
    if len(found) < 2 and not recurring.coming(cycle.assignment):
        return []
    recorded = [by for row in found if row.fulfilled_by and (by := row.fulfilled_by.recorded_by)]
    return wording.rounds(found, now, people.names(recorded))


def _told(cycle: Any, scope: Scope, now: datetime) -> dict[str, Any]:
    """What people were told and will be, and how the assignment comes again."""
    log, planned = noticing.log_of(cycle.assignment_id), reminding.plan_of(cycle, now)
    names = people.names_of({row.recipient_id for row in log} | {each.recipient_id for each in planned})
    repeat, next_at = recurring.coming(cycle.assignment), cycle.assignment.next_opens_at
    return {
        "notices": notice_words.log(log, names, cycle.zone),
        "reminders": notice_words.reminders(planned, names),
        "may_remind": bool(cycle.open),
        "may_resend": scope.assigns and bool(noticing.failed_of(cycle.assignment_id)),
        "repeat": repetition.interval(repeat) if repeat else "",
        "repeat_means": repetition.meaning(repeat) if repeat else [],
        "next_opens": wording.day_of(next_at, cycle.zone) if repeat and next_at else "",
    }


def _url(what: str, course_key: str) -> str:
    """The address that belongs to the whole list or to a course's."""
    if course_key:
        return reverse(f"mandatory_assignments:staff-course-{what}", kwargs={"course_key": course_key})
    return reverse(f"mandatory_assignments:staff-{what}")
