"""The learner's pages: all of one's assignments, one of them unit by unit, and the way on to the next unit."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import clock, wording
from ..data import Refused
from ..queries import access, assignments, entrances, holds, items, noticing, paging, people
from ..settings import setting
from ..wording import repetition

PAGE_SIZE = 25

MOST_UNFOLDED = 40
"""Items that are listed one below the other; where there are more, each part is folded and tells how far it is."""


@require_safe
@never_cache
@login_required
def my_assignments(request: HttpRequest) -> HttpResponse:
    """What is still to be done, most urgent first, what waits, then page by page what is over, latest first."""
    now, user_id = clock.now(), _id(request)
    try:
        page = paging.page(
            assignments.my_cycles(user_id, open=False),
            ["due_at"],
            descending=True,
            size=PAGE_SIZE,
            cursor=request.GET.get("cursor", ""),
        )
    except Refused:
        return redirect("mandatory_assignments:my-assignments")
    zone = people.zones([user_id])[user_id]
    open_now = [wording.shown(row, now, reader_zone=zone) for row in assignments.my_cycles(user_id, open=True)]
    return _rendered(
        request,
        "mine",
        to_do=sorted((row for row in open_now if not row.held), key=lambda row: row.frozen),
        waiting=[row for row in open_now if row.held],
        over=[wording.shown(row, now, reader_zone=zone) for row in page.rows],
        next_query=urlencode({"cursor": page.next}) if page.next else "",
        previous_query=urlencode({"cursor": page.previous}) if page.previous else "",
    )


@require_safe
@never_cache
@login_required
def my_assignment(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """One assignment: how far, by when, every unit with its tick, and what is missing."""
    now = clock.now()
    cycle = _mine(request, assignment_id)
    by = cycle.assignment.assigned_by
    work = items.work(cycle)
    return _rendered(
        request,
        "assignment",
        row=wording.shown(cycle, now, people.names([by]) if by else {}),
        training=cycle.training,
        completed=wording.completed(cycle),
        missing=wording.missing(cycle),
        completes_when=wording.completes_when(cycle),
        after_the_deadline=wording.after_the_deadline(cycle, now),
        held=wording.held(cycle, now),
        reason=holds.reason(cycle, now),
        items=work.items,
        parts=_parts(work.items),
        folded=len(work.items) > MOST_UNFOLDED,
        done_before=wording.done_before(cycle, work.percent_before),
        comes_back=repetition.comes_back(cycle, now),
        earlier=wording.rounds(assignments.my_rounds(_id(request), assignment_id), now)[1:],
    )


@require_safe
@never_cache
@login_required
def continue_assignment(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """On to the first unit that is not done; back to the assignment's page where there is nothing to open."""
    url = items.next_url(_mine(request, assignment_id))
    return redirect(url) if url else redirect("mandatory_assignments:my-assignment", assignment_id=assignment_id)


@require_safe
@never_cache
@login_required
def course(request: HttpRequest, course_key: str) -> HttpResponse:
    """The way in from a course: for its staff to the course's list, for learners to what they have to do there."""
    if access.is_course_staff(request.user, course_key):
        return redirect("mandatory_assignments:staff-course", course_key=course_key)
    mine = entrances.my_assignments_in(_id(request), course_key)
    if len(mine) == 1:
        return redirect("mandatory_assignments:my-assignment", assignment_id=mine[0])
    return redirect("mandatory_assignments:my-assignments")


def _parts(found: list[items.Item]) -> list[dict[str, Any]]:
    """The items by the part that they stand in; `open` is the first part in which something is left to do."""
    parts: list[dict[str, Any]] = []
    for section, group in groupby(found, key=lambda item: item.section):
        listed = list(group)
        done = sum(item.done for item in listed)
        waits = done < len(listed) and not any(part["open"] for part in parts)
        told = wording.units(done, len(listed))
        parts.append({"name": section, "items": listed, "told": told, "done": done == len(listed), "open": waits})
    return parts


def _id(request: HttpRequest) -> int:
    """Who asks; `login_required` has seen to it that there is somebody."""
    assert request.user.id is not None
    return request.user.id


def _mine(request: HttpRequest, assignment_id: UUID) -> Any:
    """The learner's own assignment; other people's do not exist here."""
    cycle = assignments.my_cycle(_id(request), assignment_id)
    if cycle is None:
        raise Http404
    return cycle


def _rendered(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    context |= {
        "base_template": setting("BASE_TEMPLATE"),
        "scope": access.scope(request.user),
        "unread": noticing.unread(_id(request)),
    }
    return render(request, f"mandatory_assignments/learner/{name}.html", context)
