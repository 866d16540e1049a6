"""The staff pages about mail templates: the list, with the reminder sets, the form with its preview, deleting one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..data import NoticeKind, Refused, Scope
from ..mailing import previews
from ..queries import assignments, directory, people, policies, texts
from ..services.texts import delete_template, save_template
from ..wording import reminders as words
from .doors import check, rendered, staff_page
from .template_forms import EVERYBODY, TemplateForm, language_names, owners_for

SAMPLES = 10
"""So many assignments are offered to show a template with."""


@require_safe
@staff_page
def templates(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """Every template and every set of reminders that the role may use."""
    check(directory.keeps(scope))
    rows = list(texts.templates(scope).order_by("name", "id"))
    used, usual = texts.uses(scope, rows), texts.usual_sets(scope)
    names = language_names(())
    return rendered(
        request,
        "templates",
        scope,
        templates=[
            {
                "row": row,
                "languages": [names.get(text.language, text.language) for text in _texts(row)],
                "use": used[row.id],
            }
            for row in rows
        ],
        sets=[
            {
                "row": row,
                "lines": [_line(rule) for rule in row.rules.all()],
                "usual": (row.organization_id, row.name) in usual,
            }
            for row in texts.sets(scope).order_by("name", "id")
        ],
        known_sets=[
            (words.SET_NAMES[name], [capfirst(words.rule(each)) for each in rules])
            for name, rules in texts.EVERYBODYS_SETS.items()
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_template(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """The form to write one; `from` names another whose texts it begins with."""
    check(directory.keeps(scope))
    source = _from(scope, request.GET.get("from", ""))
    return _form_page(request, scope, now, None, _wordings(source) if source else {})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def template(request: HttpRequest, scope: Scope, now: datetime, template_id: UUID) -> HttpResponse:
    """The same form for one that exists; who may only use it reads it, and sends nothing."""
    row = _template(scope, template_id)
    if request.method == "POST" and "show" not in request.POST:
        check(texts.may_change(scope, row.organization_id))
    return _form_page(request, scope, now, row, _wordings(row))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def delete(request: HttpRequest, scope: Scope, now: datetime, template_id: UUID) -> HttpResponse:
    """Asks, telling where it is in use, and then deletes it; one that is in use stays."""
    row = _template(scope, template_id)
    check(texts.may_change(scope, row.organization_id))
    if request.method == "POST":
        try:
            delete_template(actor=request.user, id=row.uuid, now=now)
        except Refused as refusal:
            for problem in refusal.problems:
                messages.warning(request, problem.message, fail_silently=True)
            return redirect("mandatory_assignments:staff-template-delete", template_id=row.uuid)
        messages.success(request, _("%(name)s is deleted.") % {"name": row.name}, fail_silently=True)
        return redirect("mandatory_assignments:staff-templates")
    count, exact = assignments.count(texts.assignments_with(scope, row))
    use = texts.uses(scope, [row])[row.id]
    return rendered(request, "template_delete", scope, template=row, use=use, open_count=count, open_count_exact=exact)


@dataclass(frozen=True, slots=True)
class _Samples:
    """The assignments with which a template may be shown: their ids and titles, and which one is chosen."""

    choices: Sequence[tuple[str, str]]
    chosen: str


def _form_page(
    request: HttpRequest, scope: Scope, now: datetime, row: Any, stored: dict[str, tuple[str, str]]
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    editable = row is None or texts.may_change(scope, row.organization_id)
    owners = owners_for(scope, _("Everybody: the site")) if row is None else ()
    form = TemplateForm.of(sent if editable else None, stored, name=row.name if row else "", owners=owners)
    if form.saving and form.is_valid:
        kind = NoticeKind(row.kind) if row else NoticeKind.REMINDER
        try:
            save_template(actor=request.user, id=row.uuid if row else None, kind=kind, **form.said, now=now)
        except Refused as refusal:
            form.add_problems(refusal.problems)
        else:
            messages.success(request, _("Saved."), fail_silently=True)
            return redirect("mandatory_assignments:staff-templates")
    samples = _samples(scope, sent.get("sample") if sent else None)
    shown_in = sent.get("shown_in", "") if sent else ""
    wording = next((each for each in form.wordings if each.code == shown_in), form.wordings[0])
    unknown = [each.message for each in texts.wrong_in(*wording.texts) if each.code == "unknown_placeholder"]
    return rendered(
        request,
        "template_form",
        scope,
        form=form,
        template=row,
        editable=editable,
        placeholders=previews.explained(),
        samples=samples,
        shown_in=wording.code,
        preview=_preview(scope, wording, samples.chosen, now),
        preview_problems=unknown,
    )


def _preview(scope: Scope, wording: Any, sample: str, now: datetime) -> previews.Preview | None:
    subject, body = wording.texts
    if not subject.strip() and not body.strip():
        return None
    language = wording.language or get_language() or "en"
    notice = texts.sample(scope, assignment=UUID(sample)) if sample else None
    return previews.preview(subject, body, notice, language, now)


def _samples(scope: Scope, asked: str | None) -> _Samples:
    """The latest assignments; without another wish the first of them is chosen, of none an example."""
    cycles = texts.samples(scope, SAMPLES)
    names = people.names([cycle.learner for cycle in cycles])
    about = _("%(learner)s: %(training)s")
    choices = [
        (str(cycle.assignment.uuid), about % {"learner": names[cycle.learner_id], "training": cycle.training.name})
        for cycle in cycles
    ]
    ids = [id for id, _title in choices]
    return _Samples(choices, asked if asked in ids else ids[0] if ids and asked is None else "")


def _template(scope: Scope, template_id: UUID) -> Any:
    """The template; for who keeps none forbidden, outside the scope not found."""
    check(directory.keeps(scope))
    row = texts.template(scope, template_id)
    if row is None:
        raise Http404
    return row


def _from(scope: Scope, reference: str) -> Any:
    try:
        return texts.template(scope, UUID(reference)) if reference else None
    except ValueError:
        return None


def _line(row: Any) -> str:
    """A stored rule in words, with the template that it names."""
    told = capfirst(words.rule(policies.reminder(row)))
    return _("%(rule)s, with the text “%(name)s”") % {"rule": told, "name": row.template.name} if row.template else told


def _texts(row: Any) -> list[Any]:
    return sorted(row.texts.all(), key=lambda text: (text.language != EVERYBODY, text.language))


def _wordings(row: Any) -> dict[str, tuple[str, str]]:
    return {text.language: (text.subject, text.body) for text in _texts(row)}
