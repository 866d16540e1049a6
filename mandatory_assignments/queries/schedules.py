"""What a form about repetition and reminders offers to choose from, and which numbers it takes."""

from dataclasses import dataclass

from django.db.models import Q

from ..data import NoticeKind, Reminder, Scope
from ..models import EmailTemplate, ReminderRule
from ..rules import recurrence, reminders
from . import policies, texts

LONGEST_DAYS, MOST_REPEATS, MOST_RULES = reminders.LONGEST_DAYS, reminders.MOST_REPEATS, reminders.MOST_RULES
MOST_EVERY = recurrence.MOST_EVERY


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A set of reminders to choose. The name and the organization are empty for the sets that everybody knows."""

    reference: str
    rules: tuple[Reminder, ...]
    name: str = ""
    organization: str = ""


def known_sets(scope: Scope, organization_id: int | None = None) -> list[KnownSet]:
    """Everybody's sets, and those that organizations of this scope keep, or this organization alone: by name."""
    own = texts.sets(scope).order_by("name", "id")
    own = own if organization_id is None else own.filter(organization_id=organization_id)
    return [
        *(KnownSet(name, rules) for name, rules in reminders.SETS.items()),
        *(
            KnownSet(
                str(row.uuid),
                tuple(policies.reminder(rule) for rule in row.rules.all()),
                row.name,
                row.organization.name if row.organization else "",
            )
            for row in own
        ),
    ]


def reminder_templates(scope: Scope, organization_id: int | None = None) -> list[tuple[str, str]]:
    """The uuid and the name of each template to choose for a reminder: what the scope knows, or what one organization.

    Both know the site's. Those for other notices are there as far as a reminder uses them already.
    """
    if organization_id is None:
        rows = texts.templates(scope)
    else:
        rows = EmailTemplate.objects.filter(Q(organization_id=organization_id) | Q(organization=None))
    used = ReminderRule.objects.exclude(template=None).values("template")
    found = rows.filter(Q(kind=NoticeKind.REMINDER) | Q(id__in=used)).order_by("name", "id")
    return [(str(uuid), name) for uuid, name in found.values_list("uuid", "name")]


def usual_rules(organization_id: int | None) -> tuple[Reminder, ...]:
    """The rules of a new assignment of the organization that names none; without one those of the site."""
    owner = organization_id or 0
    return policies.default_reminders(policies.policy(owner), owner)
