"""The e-mail templates and reminder sets that staff keep, by scope: an organization's own, and the site's to read."""

import uuid

from django.db.models import Prefetch, Q, QuerySet

from ..data import Reminder, Role, Scope
from ..models import Cycle, EmailTemplate, Notice, ReminderRule, ReminderSet
from ..rules import reminders
from . import access
from .policies import reminder

EVERYBODYS_SETS = tuple(reminders.SETS)
"""The names of the sets that everybody may choose."""


def templates(scope: Scope) -> QuerySet[EmailTemplate]:
    """The templates that this scope may use, each with its texts: its organizations' and the site's."""
    rows = EmailTemplate.objects.select_related("organization").prefetch_related("texts")
    return (
        rows if scope.everything else rows.filter(Q(organization_id__in=scope.organization_ids) | Q(organization=None))
    )


def template(scope: Scope, id: uuid.UUID) -> EmailTemplate | None:
    """One of them."""
    return templates(scope).filter(uuid=id).first()


def may_change(scope: Scope, organization_id: int | None) -> bool:
    """Whether the scope may change what belongs to this organization; the site's is global staff's."""
    return scope.everything or (organization_id is not None and organization_id in scope.organization_ids)


def is_used(row: EmailTemplate) -> bool:
    """Whether a reminder rule names the template."""
    return ReminderRule.objects.filter(template=row).exists()


def sets(scope: Scope) -> QuerySet[ReminderSet]:
    """The reminder sets that organizations of this scope keep to choose from, each with its rules in order."""
    rules = ReminderRule.objects.order_by("position").select_related("template")
    rows = (
        ReminderSet.objects.exclude(name="").select_related("organization").prefetch_related(Prefetch("rules", rules))
    )
    return rows if scope.everything else rows.filter(organization_id__in=scope.organization_ids)


def reminder_set(scope: Scope, id: uuid.UUID) -> ReminderSet | None:
    """One of them."""
    return sets(scope).filter(uuid=id).first()


def rules_named(scope: Scope, reference: str) -> tuple[Reminder, ...] | None:
    """The rules of a set by the name that everybody knows, or by the uuid of one that this scope keeps; else None."""
    if reference in reminders.SETS:
        return reminders.SETS[reference]
    try:
        row = reminder_set(scope, uuid.UUID(reference))
    except ValueError:
        return None
    return tuple(reminder(rule) for rule in row.rules.all()) if row else None


def sample(scope: Scope, *, notice: uuid.UUID | None = None, assignment: uuid.UUID | None = None) -> Notice | None:
    """A notice with which a template can be shown: this one, one about this assignment, or else the newest there is.

    None outside the scope. The one about an assignment is not stored.
    """
    visible = Cycle.objects.filter(access.visible_cycles(scope))
    if assignment and not notice:
        cycles = visible.filter(assignment__uuid=assignment).order_by("-number")
        cycle = cycles.select_related("organization", "training", "learner", "assignment__assigned_by").first()
        if cycle is None:
            return None
        return Notice(cycle=cycle, recipient=cycle.learner, organization=cycle.organization, role=Role.STUDENT)
    rows = Notice.objects.filter(cycle__in=visible)
    rows = rows.filter(uuid=notice) if notice else rows
    needed = ("recipient", "organization", "cycle__training", "cycle__learner", "cycle__assignment__assigned_by")
    return rows.select_related(*needed).order_by("-id").first()
