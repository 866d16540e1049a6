"""Keeping e-mail templates and reminder sets: what they may say, and who may change them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Conflict, Forbidden, Invalid, NoticeKind, Outcome, Problem, Reminder, Scope
from ..models import Assignment, EmailTemplate, OrganizationPolicy, ReminderSet, TemplateText
from ..queries import access, noticing, people, texts
from ..records import audit, reminders
from ..rules import reminders as rules
from ..verb import verb

LONGEST_NAME = 255


@verb()
def save_template(
    *,
    actor: Any,
    id: uuid.UUID | None = None,
    organization: str | None = None,
    name: str,
    kind: NoticeKind,
    wordings: Mapping[str, tuple[str, str]],
    now: datetime,
) -> Outcome:
    """Makes a template, or gives the one with this uuid another name, kind and texts.

    `wordings` maps a language code, empty for all others, to subject and body. `created` or `changed` holds the uuid.
    Raises Forbidden; Invalid `unknown_template`, `unknown_organization`, `name_required`, `name_taken`, `bad_kind`,
    `text_required`, `unknown_language`, `too_long`, `unknown_placeholder`, `line_break`, about name, kind and texts.
    """
    scope = _scope(actor)
    row = texts.template(scope, id) if id else None
    if id and (row is None or not texts.may_change(scope, row.organization_id)):
        raise Invalid(Problem("unknown_template", _("There is no such template.")))
    owner = row.organization if row else _organization(scope, organization)
    problems = [*_name_problems(name), *_text_problems(wordings)]
    if kind not in list(NoticeKind):
        problems.append(Problem("bad_kind", _('There is no kind of notice "%(kind)s".') % {"kind": kind}, "kind"))
    key = owner.short_name if owner else ""
    if EmailTemplate.objects.filter(owner_key=key, name=name.strip()).exclude(id=row.id if row else 0).exists():
        problems.append(Problem("name_taken", _('There is a template "%(name)s" already.') % {"name": name}, "name"))
    if problems:
        raise Invalid(*problems)
    saved = row or EmailTemplate(organization=owner, owner_key=key)
    before = _shown(row) if row else {}
    saved.name, saved.kind, saved.changed_at = name.strip(), kind, now
    saved.save()
    TemplateText.objects.filter(template=saved).delete()
    TemplateText.objects.bulk_create(
        TemplateText(template=saved, language=language, subject=subject, body=body)
        for language, (subject, body) in sorted(wordings.items())
    )
    _note("template_saved", owner, actor, now, before, {"name": saved.name, "kind": saved.kind, "id": str(saved.uuid)})
    return Outcome(changed=[saved.uuid]) if row else Outcome(created=[saved.uuid])


@verb()
def delete_template(*, actor: Any, id: uuid.UUID, now: datetime) -> Outcome:
    """Deletes a template. Raises Forbidden, Invalid `unknown_template`, Conflict `in_use` while a rule names it.

    Rules that no assignment has any more do not count.
    """
    scope = _scope(actor)
    row = texts.template(scope, id)
    if row is None or not texts.may_change(scope, row.organization_id):
        raise Invalid(Problem("unknown_template", _("There is no such template.")))
    forgotten = ReminderSet.objects.filter(name="", rules__template=row)
    forgotten.exclude(Exists(Assignment.objects.filter(reminder_set=OuterRef("pk")))).delete()
    if texts.is_used(row):
        raise Conflict(Problem("in_use", _("Reminders use this template; it cannot be deleted.")))
    _note("template_deleted", row.organization, actor, now, _shown(row), {})
    row.delete()
    return Outcome(changed=[id])


@verb()
def save_reminder_set(
    *,
    actor: Any,
    id: uuid.UUID | None = None,
    organization: str | None = None,
    name: str,
    wanted: Sequence[Reminder],
    now: datetime,
) -> Outcome:
    """Makes a set of rules to choose from, or changes the one with this uuid; assignments keep the rules they have.

    An organization whose usual set it is follows a new name.
    `created` or `changed` holds the uuid. Raises Forbidden; Invalid `unknown_set`, `unknown_organization`,
    `organization_required`, `name_required`, `name_taken`, `too_long`, and what is wrong with the rules.
    """
    scope = _scope(actor)
    row = texts.reminder_set(scope, id) if id else None
    if id and row is None:
        raise Invalid(Problem("unknown_set", _("There is no such set of reminders.")))
    owner = row.organization if row else _organization(scope, organization)
    if owner is None:
        raise Invalid(Problem("organization_required", _("Name the organization."), "organization"))
    problems = [*_name_problems(name), *reminders.problems(wanted, noticing.usable_templates(owner.id))]
    key = f"{owner.short_name}/{name.strip()}"[:LONGEST_NAME]
    taken = ReminderSet.objects.filter(key=key).exclude(id=row.id if row else 0).exists()
    if taken or name.strip().lower() in rules.SETS:
        problems.append(Problem("name_taken", _('There is a set "%(name)s" already.') % {"name": name}, "name"))
    if problems:
        raise Invalid(*problems)
    saved = row or ReminderSet(organization=owner)
    _usual_in(saved).update(reminders=name.strip())
    saved.name, saved.key = name.strip(), key
    saved.save()
    reminders.write(saved, wanted)
    _note("reminder_set_saved", owner, actor, now, {}, {"name": saved.name, "id": str(saved.uuid)})
    return Outcome(changed=[saved.uuid]) if row else Outcome(created=[saved.uuid])


@verb()
def delete_reminder_set(*, actor: Any, id: uuid.UUID, now: datetime) -> Outcome:
    """Deletes a set to choose from; assignments keep the rules they have. Raises Forbidden, Invalid `unknown_set`.

    Where it was the organization's usual set, the site's is from then on.
    """
    scope = _scope(actor)
    row = texts.reminder_set(scope, id)
    if row is None:
        raise Invalid(Problem("unknown_set", _("There is no such set of reminders.")))
    _note("reminder_set_deleted", row.organization, actor, now, {"name": row.name}, {})
    _usual_in(row).update(reminders="")
    row.delete()
    return Outcome(changed=[id])


def _usual_in(row: ReminderSet) -> QuerySet[OrganizationPolicy]:
    """The policy of the set's organization, where it names the set as the usual one."""
    return OrganizationPolicy.objects.filter(organization=row.organization, reminders=row.name).exclude(reminders="")


def _scope(actor: Any) -> Scope:
    scope = access.scope(actor)
    if not (scope.everything or scope.organization_ids):
        raise Forbidden(Problem("forbidden", _("Your role does not let you keep templates and reminders.")))
    return scope


def _organization(scope: Scope, short_name: str | None) -> Organization | None:
    """The organization that is named, or the only one; None is the site, for global staff alone."""
    owners = {row.short_name: row for row in people.organizations_to_assign_for(scope)}
    if short_name:
        if short_name in owners:
            return owners[short_name]
        message = _('No organization "%(name)s" can be found.') % {"name": short_name}
        raise Invalid(Problem("unknown_organization", message, "organization"))
    if scope.everything:
        return None
    if len(owners) == 1:
        return next(iter(owners.values()))
    raise Invalid(Problem("organization_required", _("Name the organization."), "organization"))


def _name_problems(name: str) -> list[Problem]:
    if not name.strip():
        return [Problem("name_required", _("Give it a name."), "name")]
    if len(name) > LONGEST_NAME:
        message = _("The name has more than %(longest)d characters.") % {"longest": LONGEST_NAME}
        return [Problem("too_long", message, "name")]
    return []


def _text_problems(wordings: Mapping[str, tuple[str, str]]) -> list[Problem]:
    languages = {code for code, _name in settings.LANGUAGES}
    found = []
    if not wordings:
        found.append(Problem("text_required", _("Write a subject and a text in at least one language."), "texts"))
    for language, (subject, body) in wordings.items():
        if language and language not in languages:
            message = _('The platform has no language "%(language)s".') % {"language": language}
            found.append(Problem("unknown_language", message, "texts"))
        found += [replace(problem, field="texts") for problem in texts.wrong_in(subject, body)]
    return found


def _shown(row: EmailTemplate) -> dict[str, Any]:
    return {"name": row.name, "kind": row.kind, "id": str(row.uuid)}


def _note(
    act: str, owner: Organization | None, actor: Any, now: datetime, before: dict[str, Any], after: dict[str, Any]
) -> None:
    organization_id = owner.id if owner else None
    audit.append([audit.entry(act, now=now, actor=actor, organization_id=organization_id, before=before, after=after)])
