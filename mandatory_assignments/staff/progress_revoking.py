"""The pages that delete progress and take that back: everything that is affected first, then it is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from .. import wording
from ..data import Outcome, Refused, Scope, TrainingKind
from ..queries import people, progress, reach, revoking, revoking_effects
from ..services.bulk_revoke import plan_revocation
from ..services.jobs import confirm_job
from ..services.revoke import revoke_completions, undo_revocation
from ..settings import setting
from ..wording.progress import TAB_NAMES
from .acts import page_of
from .doors import check, course_of, rendered, staff_page, way_back
from .progress_filters import SIZES, ProgressFilter
from .progress_forms import RevokeForm
from .undo import offer

MOST_AT_ONCE = 500
"""So many rows are revoked while somebody waits; more become a job."""

MOST_FORESEEN = 5_000
"""Of so many rows it is counted what revoking them means."""

MOST_LINKED = 10

MOST_NAMED = 10
"""Of the chosen rows so many are named."""

Key = tuple[int, int]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def revoke(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """Tells what deleting the chosen rows means, or all that a filter finds, and then does it."""
    check(scope.assigns)
    sent, back = request.POST if request.method == "POST" else request.GET, _way_back(request)
    ids = [id for id in dict.fromkeys(map(_uuid, sent.getlist("id"))) if id]
    conditions = _conditions(scope, sent) if "query" in sent else {}
    if conditions:
        keys, count = _matching(request, scope, conditions, sent.get("seen", ""))
    else:
        keys = list(progress.keys_of(ids).values()) if len(ids) <= max(SIZES) else []
        visible = reach.visible_keys(scope, keys) if keys else set()
        keys = [key for key in keys if key in visible]
        count = len(keys)
    if not keys:
        told = "" if conditions else _("Choose at least one row first.")
        if told:
            messages.warning(request, told, fail_silently=True)
        return redirect(back)
    number, to_type = wording.number(count), count >= setting("BULK_TYPE_COUNT_FROM")
    data = request.POST if request.method == "POST" else None
    form = RevokeForm(data, count=count, to_type=number if to_type else "")
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("reason", "reset_course_state")}
        try:
            if count > MOST_AT_ONCE:
                return redirect(_job_of(request, conditions, said, count, now))
            outcome = revoke_completions(actor=request.user, keys=keys, **said, now=now)
            _tell(request, outcome)
            return redirect(back)
        except Refused as refusal:
            form.add_problems(refusal.problems)
    effects = revoking_effects.effects(keys[:MOST_FORESEEN], now=now)
    chosen = progress.named_rows(keys[:MOST_NAMED])
    names = people.names({row.learner for row in chosen})
    return rendered(
        request,
        "progress_revoke",
        scope,
        form=form,
        ids=[] if conditions else ids,
        sent={name: sent.get(name, "") for name in ("query", "course")} | {"seen": count} if conditions else {},
        count=count,
        number=number,
        foreseen=wording.number(MOST_FORESEEN) if count > MOST_FORESEEN else "",
        later=count > MOST_AT_ONCE,
        chosen=[(names[row.learner_id], row.training.name) for row in chosen],
        others=count - len(chosen),
        effects=effects,
        numbers={
            name: wording.number(getattr(effects, name))
            for name in ("completions", "in_progress", "people", "reopening_count", "staying_count", "told", "blocks")
        },
        losing=_by_kind(effects.losing),
        keeping=_by_kind(effects.keeping),
        reopening=[(wording.shown(each.cycle, now), wording.day(each.due_on)) for each in effects.reopening],
        reopening_others=effects.reopening_count - len(effects.reopening),
        staying=[wording.shown(cycle, now) for cycle in effects.staying],
        staying_others=effects.staying_count - len(effects.staying),
        back=back,
    )


def _conditions(scope: Scope, sent: QueryDict) -> dict[str, str]:
    """What the filter in `query` means as `progress.rows` takes it."""
    if course_key := sent.get("course", ""):
        course_of(scope, course_key)
    return {**ProgressFilter.of(QueryDict(sent.get("query", ""))).conditions, "course_key": course_key}


def _matching(request: HttpRequest, scope: Scope, conditions: dict[str, str], seen: str) -> tuple[list[Key], int]:
    """The first keys of what the filter finds, and how many there are; none where somebody saw another number."""
    rows = progress.rows(scope, **conditions)
    found = rows.count()
    if seen.isascii() and seen.isdigit() and len(seen) < 13 and int(seen) != found:
        told = _("You saw %(seen)s rows, and now there are %(count)s. Look again.")
        facts = {"seen": wording.number(int(seen)), "count": wording.number(found)}
        messages.warning(request, told % facts, fail_silently=True)
        return [], found
    if not found:
        messages.warning(request, _("Nothing fits this filter any more."), fail_silently=True)
    return progress.matching_keys(rows, MOST_FORESEEN), found


def _job_of(request: HttpRequest, conditions: dict[str, str], said: dict[str, Any], count: int, now: datetime) -> str:
    job = plan_revocation(actor=request.user, conditions=conditions, expected_count=count, **said, now=now)
    confirm_job(actor=request.user, token=job.uuid, now=now)
    return reverse("mandatory_assignments:staff-job", kwargs={"job_id": job.uuid})


def _tell(request: HttpRequest, outcome: Outcome) -> None:
    """What was deleted, which assignments are open again, with Undo; and what was not."""
    floors = [floor for _key, floor in outcome.changed]
    if floors:
        count = len(floors)
        told = ngettext("%(count)d row was deleted.", "%(count)d rows were deleted.", count) % {"count": count}
        opened = revoking.reopened_by(floors)
        if opened:
            links = format_html_join(
                ", ",
                '<a href="{}">{}: {}</a>',
                [
                    (page_of(cycle.assignment.uuid), cycle.sort_name or cycle.learner.username, cycle.training.name)
                    for cycle in opened[:MOST_LINKED]
                ],
            )
            again = ngettext(
                "%(count)d assignment is open again:", "%(count)d assignments are open again:", len(opened)
            ) % {"count": len(opened)}
            more = "" if len(opened) <= MOST_LINKED else "…"
            told = format_html("{} {} {}{}", told, again, links, more)
        offer(request, told, "revoke", [str(floor) for floor in floors] if count <= max(SIZES) else [])
    for message in dict.fromkeys(problem.message for _key, problem in outcome.refused):
        messages.warning(request, _("Not deleted: %(why)s") % {"why": message}, fail_silently=True)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def undo(request: HttpRequest, scope: Scope, now: datetime, floor_id: UUID) -> HttpResponse:
    """Asks, telling what that means, and then takes a revocation back."""
    check(scope.assigns)
    floor = revoking.seen(scope, floor_id)
    if floor is None:
        raise Http404
    back = _way_back(request)
    if request.method == "POST":
        try:
            undo_revocation(floor.uuid, actor=request.user, now=now)
            messages.success(request, _("Taken back: what counted before counts again."), fail_silently=True)
        except Refused as refusal:
            messages.warning(request, refusal.problems[0].message, fail_silently=True)
        return redirect(back)
    if not revoking.undoable(scope, [floor.uuid]):
        messages.warning(request, _("Something newer has happened since, so it cannot be undone."), fail_silently=True)
        return redirect(back)
    zone = people.zones([scope.actor_id])[scope.actor_id]
    acted = [user for user in (floor.learner, floor.set_by) if user]
    names = people.names(acted)
    return rendered(
        request,
        "progress_undo",
        scope,
        learner=names[floor.learner_id],
        training=floor.training.name,
        by=names.get(floor.set_by_id or 0, ""),
        at=wording.moment(floor.since, zone),
        why=floor.why,
        reopened=[(cycle.assignment.uuid, cycle.organization.name) for cycle in revoking.reopened_by([floor.uuid])],
        back=back,
    )


def _by_kind(counts: Any) -> Sequence[tuple[str, str]]:
    """Kind and number of each that there is."""
    return [(str(name), wording.number(counts[kind])) for kind, name in TAB_NAMES.items() if counts[TrainingKind(kind)]]


def _way_back(request: HttpRequest) -> str:
    """The page that `back` names, else the list of progress."""
    named = "back" in request.POST or "back" in request.GET
    return way_back(request) if named else reverse("mandatory_assignments:staff-progress")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
