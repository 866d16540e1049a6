"""The staff pages about the reminder sets of an organization: the form with its rows, and deleting one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..data import Refused, Scope
from ..queries import directory, policies, schedules, texts
from ..services.texts import delete_reminder_set, save_reminder_set
from .doors import check, rendered, staff_page
from .schedule_forms import NEW_ROW, reminder_rows, row_of, sent_rows
from .template_forms import KeepForm, owners_for


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_set(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """The form to make a set."""
    check(directory.keeps(scope))
    return _form_page(request, scope, now, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def reminder_set(request: HttpRequest, scope: Scope, now: datetime, set_id: UUID) -> HttpResponse:
    """The same form for a set that exists; what is assigned already keeps its rules."""
    return _form_page(request, scope, now, _set(scope, set_id))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def delete(request: HttpRequest, scope: Scope, now: datetime, set_id: UUID) -> HttpResponse:
    """Asks, telling what stays as it is, and then deletes the set."""
    row = _set(scope, set_id)
    if request.method == "POST":
        delete_reminder_set(actor=request.user, id=row.uuid, now=now)
        messages.success(request, _("%(name)s is deleted.") % {"name": row.name}, fail_silently=True)
        return redirect("mandatory_assignments:staff-templates")
    return rendered(request, "reminder_set_delete", scope, set=row, usual=_is_usual(scope, row))


def _form_page(request: HttpRequest, scope: Scope, now: datetime, row: Any) -> HttpResponse:
    """The form as it is, with the rows as the last button left them; saved, it leads to all sets."""
    sent = request.POST if request.method == "POST" else None
    saving = sent is not None and "save" in sent
    typed = {name: sent.get(name, "") for name in ("name", "organization")} if sent else {}
    head = KeepForm(
        sent if saving else None,
        initial={"name": row.name if row else "", **typed},
        owners=() if row else owners_for(scope),
    )
    templates = schedules.reminder_templates(scope, row.organization_id if row else None)
    values, focus = _rows(sent, row)
    rows = reminder_rows(values, templates, focus)
    if saving and all([head.is_valid(), rows.is_valid()]):
        try:
            save_reminder_set(actor=request.user, id=row.uuid if row else None, wanted=rows.rules, now=now, **head.said)
        except Refused as refusal:
            head.add_problems(refusal.problems)
        else:
            messages.success(request, _("Saved."), fail_silently=True)
            return redirect("mandatory_assignments:staff-templates")
    if not saving:
        rows.forget_errors()
    return rendered(
        request,
        "reminder_set_form",
        scope,
        form=head,
        rows=rows,
        problems=[*head.problems, *rows.complaints] if saving else [],
        set=row,
        usual=row is not None and _is_usual(scope, row),
    )


def _rows(sent: QueryDict | None, row: Any) -> tuple[Sequence[Mapping[str, Any]], int | None]:
    """What stands in the rows after one button, and the row to go to."""
    if sent is None:
        return ([row_of(policies.reminder(rule)) for rule in row.rules.all()] if row else [NEW_ROW]), None
    values = sent_rows(sent)
    if "add" in sent:
        return [*values, NEW_ROW], len(values)
    gone = sent.get("remove", "")
    return [value for number, value in enumerate(values) if str(number) != gone], None


def _is_usual(scope: Scope, row: Any) -> bool:
    return (row.organization_id, row.name) in texts.usual_sets(scope)


def _set(scope: Scope, set_id: UUID) -> Any:
    """The set; for who keeps none forbidden, outside the scope not found."""
    check(directory.keeps(scope))
    row = texts.reminder_set(scope, set_id)
    if row is None:
        raise Http404
    return row
