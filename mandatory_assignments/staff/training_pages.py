"""The staff pages about trainings: the list, one of them, the forms to make and change it, the archive."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ..data import Course, Refused, Scope, Status, TrainingFacts, TrainingKind
from ..queries import assignments, paging, people, training_lists, trainings
from ..services.trainings import archive_training, change_training, create_training, restore_training
from ..wording import KIND_NAMES
from .doors import PAGE_SIZE, check, rendered, staff_page
from .training_forms import CRITERIA, ModuleContent, PathContent, TrainingForm

NEW = {
    "module": TrainingFacts(TrainingKind.MODULE),
    "path": TrainingFacts(TrainingKind.PATH),
    "course": TrainingFacts(TrainingKind.COURSE),
    "in-person": TrainingFacts(TrainingKind.COURSE, offline=True),
}
"""By the last part of the address what is made there."""

ARCHIVED = {"": False, "archived": True, "all": None}
LONGEST_SEARCH = 255


@require_safe
@staff_page
def trainings_list(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """What the role may assign, by name, narrowed by kind, a search, archived or not."""
    check(scope.assigns)
    asked = {
        "kind": request.GET.get("kind", ""),
        "search": request.GET.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        "show": request.GET.get("show", ""),
    }
    rows = training_lists.visible(
        scope,
        kinds=[kind for kind in TrainingKind if kind == asked["kind"]],
        search=asked["search"],
        archived=ARCHIVED.get(asked["show"], False),
    )
    try:
        page = paging.page(rows, ["name"], size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except Refused:
        return redirect(f"{request.path}?{urlencode(asked)}")
    count, exact = assignments.count(rows)
    return rendered(
        request,
        "trainings",
        scope,
        asked=asked,
        kinds=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        rows=[{"training": row, "kind": _kind(row), "content": _size(row)} for row in page.rows],
        count=count,
        count_exact=exact,
        next_query=urlencode({**asked, "cursor": page.next}) if page.next else "",
        previous_query=urlencode({**asked, "cursor": page.previous}) if page.previous else "",
        narrowed=any(asked.values()),
    )


@require_safe
@staff_page
def training(request: HttpRequest, scope: Scope, now: datetime, training_id: UUID) -> HttpResponse:
    """What is said of a training, what it is made of, and what the actor may do with it."""
    row = _training(scope, training_id)
    facts = training_lists.facts(row)
    return rendered(
        request,
        "training",
        scope,
        training=row,
        kind=_kind(row),
        facts=facts,
        lines=ModuleContent.of(scope, None, facts.blocks, ()).lines,
        criterion=CRITERIA[facts.criterion],
        may_change=training_lists.may_change(scope, row),
        open_count=_open_count(scope, row, now),
    )


@require_safe
@staff_page
def new_kinds(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """The choice of what to make."""
    check(scope.assigns)
    return rendered(request, "training_kinds", scope)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_training(request: HttpRequest, scope: Scope, now: datetime, what: str) -> HttpResponse:
    """The form to make a training; once done it leads to it."""
    check(scope.assigns)
    facts = NEW[what]
    if what in ("path", "in-person"):
        check(scope.everything or bool(scope.organization_ids))
    return _form_page(request, scope, now, facts, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_training(request: HttpRequest, scope: Scope, now: datetime, training_id: UUID) -> HttpResponse:
    """The same form for a training that exists."""
    row = _training(scope, training_id)
    check(training_lists.may_change(scope, row))
    return _form_page(request, scope, now, training_lists.facts(row), row)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def archive(request: HttpRequest, scope: Scope, now: datetime, training_id: UUID) -> HttpResponse:
    """Asks, telling what happens, and then archives the training, or takes it out of the archive."""
    row = _training(scope, training_id)
    check(training_lists.may_change(scope, row))
    if request.method == "POST":
        act = restore_training if row.archived_at else archive_training
        act(row.uuid, actor=request.user, now=now)
        told = _("%(name)s is in use again.") if row.archived_at else _("%(name)s is archived.")
        messages.success(request, told % {"name": row.name}, fail_silently=True)
        return redirect("mandatory_assignments:staff-training", training_id=row.uuid)
    return rendered(
        request, "training_archive", scope, training=row, kind=_kind(row), open_count=_open_count(scope, row, now)
    )


def _form_page(request: HttpRequest, scope: Scope, now: datetime, facts: TrainingFacts, row: Any) -> HttpResponse:
    """The form as it is, with the lists as the last button left them; saved, it leads to the training."""
    sent = request.POST if request.method == "POST" else None
    saving = sent is not None and "save" in sent
    courses = trainings.courses_for(scope)
    form = TrainingForm(
        sent if saving else None,
        facts=facts,
        new=row is None,
        typed=sent.dict() if sent else None,
        courses=courses,
        organizations=people.organizations_to_assign_for(scope),
    )
    content = _content(scope, sent, facts, row, courses)
    if saving and form.is_valid():
        said = {**form.said, **(content.said if content else {})}
        try:
            return _saved(request, facts, row, said, now)
        except Refused as refusal:
            form.add_problems(refusal.problems)
    return rendered(
        request,
        "training_form",
        scope,
        form=form,
        facts=facts,
        training=row,
        content=content,
        kind=KIND_NAMES[facts.kind] if not facts.offline else _("In person"),
    )


def _content(
    scope: Scope, sent: QueryDict | None, facts: TrainingFacts, row: Any, courses: Sequence[Course]
) -> ModuleContent | PathContent | None:
    if facts.offline or facts.kind == TrainingKind.COURSE:
        return None
    if facts.kind == TrainingKind.MODULE:
        return ModuleContent.of(scope, sent, facts.blocks, courses)
    names = {part.course.key: part.course.name for part in row.parts.all()} if row else {}
    choices = {course.key: course.name for course in courses}
    choices |= {each.key: each.name for each in training_lists.in_person(scope)}
    return PathContent.of(sent, facts.parts, names, choices)


def _saved(request: HttpRequest, facts: TrainingFacts, row: Any, said: dict[str, Any], now: datetime) -> HttpResponse:
    if row is not None:
        change_training(row.uuid, actor=request.user, fields=said, now=now)
        training_id, told = row.uuid, _("Saved.")
    else:
        outcome = create_training(actor=request.user, kind=facts.kind, offline=facts.offline, **said, now=now)
        training_id = [*outcome.created, *outcome.unchanged][0]
        told = _("Saved.") if outcome.created else _("This course is a training already.")
    messages.success(request, told, fail_silently=True)
    return redirect("mandatory_assignments:staff-training", training_id=training_id)


def _training(scope: Scope, training_id: UUID) -> Any:
    """The training; for who assigns nothing forbidden, outside the scope not found."""
    check(scope.assigns)
    row = training_lists.training(scope, training_id)
    if row is None:
        raise Http404
    return row


def _open_count(scope: Scope, row: Any, now: datetime) -> int:
    """How many open assignments of it the actor sees."""
    open_statuses = [Status.ASSIGNED, Status.IN_PROGRESS, Status.OVERDUE]
    return assignments.count(assignments.cycles(scope, now=now, statuses=open_statuses, training=str(row.uuid)))[0]


def _kind(row: Any) -> str:
    name = KIND_NAMES[TrainingKind(row.kind)]
    return _("%(kind)s, in person") % {"kind": name} if row.offline else str(name)


def _size(row: Any) -> str:
    """What it is made of, in a few words."""
    blocks, parts = len(row.blocks.all()), len(row.parts.all())
    if blocks:
        return ngettext("%(count)d part of a course", "%(count)d parts of courses", blocks) % {"count": blocks}
    return ngettext("%(count)d course", "%(count)d courses", parts) % {"count": parts} if parts else ""
