"""Sets of reminder rules: those of assignments are kept once for all that have the same, and never changed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from ..data import Problem, Reminder, Role
from ..models import EmailTemplate, ReminderRule, ReminderSet
from ..rules import reminders as rules


def shared_set(wanted: Sequence[Reminder]) -> ReminderSet | None:
    """The set with exactly these rules, made when there is none yet; None for no rules at all."""
    if not wanted:
        return None
    digest = hashlib.sha256(json.dumps([asdict(rule) for rule in wanted], sort_keys=True).encode()).hexdigest()
    found, new = ReminderSet.objects.get_or_create(key=f"rules:{digest}")
    if new:
        write(found, wanted)
    return found


def write(owner: ReminderSet, wanted: Sequence[Reminder]) -> None:
    """Gives the set these rules instead of what it had."""
    named = [rule.template for rule in wanted if rule.template]
    by_uuid = {str(row.uuid): row for row in EmailTemplate.objects.filter(uuid__in=named)}
    ReminderRule.objects.filter(reminder_set=owner).delete()
    ReminderRule.objects.bulk_create(
        ReminderRule(
            reminder_set=owner,
            position=position,
            days=rule.days,
            recipients=",".join(role for role in Role if role in rule.recipients),
            template=by_uuid.get(rule.template),
            repeat_every=rule.repeat_every,
            cap=rule.cap,
        )
        for position, rule in enumerate(wanted)
    )


def problems(wanted: Sequence[Reminder], usable_templates: set[str]) -> list[Problem]:
    """Everything that is wrong with these rules, about the field `reminders`; each names the rule by its number."""
    found = []
    if len(wanted) > rules.MOST_RULES:
        message = _("There are %(count)d reminders; at most %(most)d are allowed.")
        found.append(Problem("too_many", message % {"count": len(wanted), "most": rules.MOST_RULES}, "reminders"))
    for number, rule in enumerate(wanted, 1):
        for code, field in rules.wrong(rule):
            facts = {"number": number, "field": field, "value": getattr(rule, field), "allowed": _allowed(code)}
            message = _("Reminder %(number)d: %(field)s is %(value)s; allowed is %(allowed)s.") % facts
            found.append(Problem(code, message, "reminders"))
        if rule.template and rule.template not in usable_templates:
            message = _("Reminder %(number)d: there is no such template.") % {"number": number}
            found.append(Problem("unknown_template", message, "reminders"))
    return found


def _allowed(code: str) -> Any:
    days = {"most": rules.LONGEST_DAYS}
    return {
        "bad_days": _("a number of days from -%(most)d to %(most)d") % days,
        "recipients_required": _("one or more of student, assigned_by, managers"),
        "repeats_before_due": _("nothing, because it comes before the due date"),
        "bad_repeat_every": _("a number of days from 1 to %(most)d") % days,
        "cap_required": _("a number from 1 to %(most)d") % {"most": rules.MOST_REPEATS},
        "bad_cap": _("a number from 1 to %(most)d") % {"most": rules.MOST_REPEATS},
    }[code]
