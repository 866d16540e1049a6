"""The e-mail templates and reminder sets that staff keep, by scope: an organization's own, and the site's to read."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from ..data import Problem, Reminder, Role, Scope
from ..models import Assignment, Cycle, EmailTemplate, Notice, OrganizationPolicy, ReminderRule, ReminderSet
from ..rules import filling, reminders
from . import access
from .policies import reminder

EVERYBODYS_SETS = reminders.SETS
"""The sets that everybody may choose, by name."""

PLACEHOLDERS = filling.PLACEHOLDERS
"""Everything a template may name, in braces."""


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


@dataclass(frozen=True, slots=True)
class Use:
    """Where a template is in use, as a scope sees it: the sets that name it, and whether rules of assignments do."""

    sets: Sequence[ReminderSet] = ()
    assigned: bool = False

    @property
    def is_used(self) -> bool:
        """Whether it is in use at all."""
        return bool(self.sets) or self.assigned


def uses(scope: Scope, rows: Collection[EmailTemplate]) -> Mapping[int, Use]:
    """By template its use by sets and assignments of this scope: one query."""
    named: dict[int, dict[int, ReminderSet]] = defaultdict(dict)
    assigned = set()
    mine = _assignments(scope).filter(reminder_set=OuterRef("reminder_set"))
    found = ReminderRule.objects.filter(template__in=rows).annotate(assigned=Exists(mine))
    found = found.select_related("reminder_set__organization")
    for rule in found.order_by("reminder_set__name", "reminder_set_id"):
        assert rule.template_id
        if rule.assigned:
            assigned.add(rule.template_id)
        if rule.reminder_set.name and may_change(scope, rule.reminder_set.organization_id):
            named[rule.template_id][rule.reminder_set_id] = rule.reminder_set
    return {row.id: Use(list(named[row.id].values()), row.id in assigned) for row in rows}


def assignments_with(scope: Scope, row: EmailTemplate) -> QuerySet[Assignment]:
    """The open assignments of this scope with a rule that names the template."""
    sets = ReminderRule.objects.filter(template=row, reminder_set__name="").values("reminder_set")
    return _assignments(scope).filter(reminder_set__in=sets, open=True)


def _assignments(scope: Scope) -> QuerySet[Assignment]:
    rows = Assignment.objects.all()
    return rows if scope.everything else rows.filter(organization_id__in=scope.organization_ids)


def wrong_in(subject: str, body: str) -> Iterator[Problem]:
    """What is wrong with a wording, about the fields subject and body."""
    parts = (("subject", subject, filling.LONGEST_SUBJECT), ("body", body, filling.LONGEST_BODY))
    for field, said, longest in parts:
        if not said.strip():
            yield Problem("text_required", _("Subject and text must not be empty."), field)
        if len(said) > longest:
            facts = {"subject": filling.LONGEST_SUBJECT, "body": filling.LONGEST_BODY}
            message = _("A subject has at most %(subject)d characters and a text %(body)d.")
            yield Problem("too_long", message % facts, field)
        for name in filling.unknown_placeholders(said):
            named = {"name": name, "allowed": ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)}
            message = _('"%(name)s" cannot be filled in; these can: %(allowed)s')
            yield Problem("unknown_placeholder", message % named, field)
    if {"\r", "\n"}.intersection(subject):
        yield Problem("line_break", _("A subject is one line, without line breaks."), "subject")


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


def usual_sets(scope: Scope) -> set[tuple[int, str]]:
    """Organization and name of the sets that organizations of this scope chose as their usual one."""
    rows = OrganizationPolicy.objects.exclude(reminders="")
    rows = rows if scope.everything else rows.filter(organization_id__in=scope.organization_ids)
    return set(rows.values_list("organization_id", "reminders"))


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


def samples(scope: Scope, most: int) -> list[Cycle]:
    """The latest open cycles of the organizations in this scope, to show a template with."""
    rows = Cycle.objects.filter(open=True).select_related("learner", "training", "assignment")
    rows = rows if scope.everything else rows.filter(organization_id__in=scope.organization_ids)
    return list(rows.order_by("-assigned_at", "-id")[:most])
