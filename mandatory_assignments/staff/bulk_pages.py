"""Assigning to many, steps one to three: what and when, for whom, reminders. Each has its address and can be reloaded.

What was filled in is kept in a draft on the server; the fourth step is bulk_preview.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import wording
from ..data import Refused, Scope
from ..queries import crowd_choices, people
from ..services.bulk_drafts import begin_draft, examples, hold_draft, meant_by, save_draft
from ..settings import setting
from .ahead import Ahead, ahead_of_many
from .bulk_forms import BulkForm, PeopleForm, fields_of, people_of
from .bulk_preview import make_preview
from .bulk_steps import Draft, draft_page, shown
from .doors import check, course_of, rendered, staff_page
from .filters import text_of

LONGEST_SEARCH = 255
MOST_NAMED = 10
"""So many of the entries that are nobody are named beside the number of people."""


@require_safe
@staff_page
def begin(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """Leads to the first step of a new draft."""
    check(scope.assigns)
    if course_key:
        course_of(scope, course_key)
    draft = begin_draft(actor=request.user, course_key=course_key, now=now)
    return redirect("mandatory_assignments:staff-bulk-what", draft_id=draft.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def what(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The first step: training, due date, note, repetition, e-mail, late policy."""
    form = draft.form(request.POST if request.method == "POST" else None, step="what")
    form.narrow(text_of(request.GET, "find"))
    if request.method == "POST":
        valid = form.is_valid()
        elsewhere = not set(form.errors) - {"remind"}  # what is wrong there is said in the third step
        if (valid or elsewhere) and _kept(request, draft, form, what=fields_of(request.POST, schedule=False)):
            return redirect(draft.address("people"))
    return shown(
        request,
        draft,
        "what",
        form=form,
        first_day=wording.day(form.first_due_on),
        lead_days=setting("MIN_LEAD_DAYS"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def people_step(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The second step: whom it is for."""
    if "what" not in draft.kept:
        return redirect(draft.address("what"))
    kept = draft.kept.get("people", {})
    sent = request.method == "POST"
    form = PeopleForm(request.POST if sent else None, request.FILES if sent else None, kept=kept)
    if sent and form.is_valid():
        new = form.to_keep
        if "next" not in request.POST:
            _keep(request, draft, people=new)
            return redirect(f"{draft.address('people')}?find={_search(request)}#ma-chosen")
        found = _counted(request, draft, new, form)
        if found and not found["nobody"]:
            _keep(request, draft, people=new)
            return redirect(draft.address("reminders"))
        if found:
            form.add_error(None, _("Name at least one person, department or group."))
    return shown(
        request,
        draft,
        "people",
        form=form,
        file=kept.get("file", ""),
        listed=wording.number(len(kept.get("listed", ()))),
        find=_search(request),
        **_offered(draft, form, _search(request)),
        counted=None if form.is_bound else _counted(request, draft, kept),
        count_url=f"{draft.address('people')}count/",
    )


@require_POST
@draft_page
def people_count(request: HttpRequest, draft: Draft) -> HttpResponse:
    """How many the form as it stands means; stores nothing."""
    form = PeopleForm(request.POST, None, kept=draft.kept.get("people", {}))
    counted = _counted(request, draft, form.to_keep, form) if form.is_valid() else None
    problems = [] if counted else [error for _id, _label, error in form.complaints] + form.non_field_errors()
    return rendered(request, "bulk_count", draft.scope, counted=counted, problems=problems)


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def reminders(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The third step: reminders, with the dates of somebody as an example."""
    if "people" not in draft.kept:
        return redirect(draft.address("people"))
    sent = request.POST if request.method == "POST" else None
    form = draft.form(sent, step="reminders")
    if sent and not form.asked:
        kept = _kept(request, draft, form, reminders=fields_of(sent, schedule=True)) if form.is_valid() else None
        if kept:
            return make_preview(request, kept)
        if set(form.errors) - {"remind"}:
            messages.warning(request, _("Something in the first step has to be corrected."), fail_silently=True)
            return redirect(draft.address("what"))
    if sent and form.asked == "show" and form.is_valid():
        _keep(request, draft, reminders=fields_of(sent, schedule=True))
        return redirect(f"{draft.address('reminders')}#ma-plan")
    ahead, example = _ahead(request, draft, form)
    if form.asked:
        form.forget_errors()
    return shown(
        request, draft, "reminders", form=form, ahead=ahead, example=example, ahead_url=f"{request.path}dates/"
    )


@require_POST
@draft_page
def dates(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the reminders as they stand would mean for the example; stores nothing."""
    ahead, _example = _ahead(request, draft, draft.form(request.POST, step="reminders"))
    return rendered(request, "ahead", draft.scope, ahead=ahead)


def _kept(request: HttpRequest, draft: Draft, form: BulkForm, **keep: Any) -> Draft | None:
    """The draft that keeps it; None where the terms are refused, and then the form says why."""
    try:
        return _keep(request, draft, terms=form.all_terms if form.is_valid() else None, **keep)
    except Refused as refusal:
        form.add_problems(refusal.problems)
        return None


def _keep(request: HttpRequest, draft: Draft, terms: Any = None, **keep: Any) -> Draft:
    with transaction.atomic():
        held = hold_draft(actor=request.user, token=draft.job.uuid, now=draft.now)
        return replace(draft, job=save_draft(held, actor=request.user, keep=keep, terms=terms, now=draft.now))


def _counted(
    request: HttpRequest, draft: Draft, kept: dict[str, Any], form: PeopleForm | None = None
) -> dict[str, Any] | None:
    """How many are meant, in words; None where that cannot be said, and then the form says why."""
    terms = draft.terms()
    if terms is None:
        if form:
            form.add_error(None, _("Something in the first step has to be corrected."))
        return None
    try:
        found = meant_by(actor=request.user, terms=terms, people=people_of(kept))
    except Refused as refusal:
        if form:
            form.add_problems(refusal.problems)
        return None
    number, unknown = len(found.ids), len(found.unknown)
    told = ngettext("%(count)s person", "%(count)s people", number) % {"count": wording.number(number)}
    return {
        "told": told,
        "nobody": not (number or unknown),
        "unknown": ", ".join(found.unknown[:MOST_NAMED]),
        "unknown_count": wording.number(unknown) if unknown else "",
        "unknown_more": wording.number(unknown - MOST_NAMED) if unknown > MOST_NAMED else "",
    }


def _offered(draft: Draft, form: PeopleForm, search: str) -> dict[str, Any]:
    """The people to be suggested, and the departments and groups to choose from; none inside a course."""
    if draft.course or not (draft.scope.everything or draft.scope.organization_ids):
        return {"suggestions": people.suggestions(draft.scope, draft.course)}
    owner = draft.job.organization_id
    return {
        "suggestions": people.suggestions(draft.scope),
        "departments": crowd_choices.departments(draft.scope, owner, search=search, chosen=form.chosen["departments"]),
        "groups": crowd_choices.groups(draft.scope, owner, search=search, chosen=form.chosen["groups"]),
        "by_places": True,
    }


def _ahead(request: HttpRequest, draft: Draft, form: BulkForm) -> tuple[Ahead, str]:
    """The dates of an example, and who that is."""
    terms, found = draft.terms(), list[str]()
    if terms:
        with suppress(Refused):
            found = examples(actor=request.user, terms=terms, people=draft.people)
    return ahead_of_many(form, found, actor=request.user, now=draft.now)


def _search(request: HttpRequest) -> str:
    sent = request.POST if request.method == "POST" else request.GET
    return sent.get("find", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
