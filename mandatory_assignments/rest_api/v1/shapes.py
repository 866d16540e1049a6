"""How things look in answers. Instants are UTC with Z, days YYYY-MM-DD, ids uuids."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ...data import Reminder, Repeat
from ...queries import assignments, recurring, reminding, standing, training_lists
from ...queries.items import Item


def assignment(cycle: Any, now: datetime) -> dict[str, Any]:
    """An assignment as it stands in its present round."""
    return assignments_of([cycle], now)[0]


def _assignment(cycle: Any, rules: Iterable[Reminder], now: datetime) -> dict[str, Any]:
    state, reason = assignments.enrollment(cycle)
    made = cycle.assignment
    return {
        "id": str(made.uuid),
        "learner": {"username": cycle.learner.username, "name": cycle.sort_name},
        "training": {
            "id": str(cycle.training.uuid),
            "kind": cycle.training.kind,
            "key": cycle.training.key,
            "name": cycle.training.name,
        },
        "status": standing.status_of(cycle, now),
        "late_days": assignments.days_late(cycle, now),
        "percent": cycle.percent,
        "units_done": cycle.units_done,
        "units_total": cycle.units_total,
        "due_on": cycle.due_on.isoformat(),
        "due_at": instant(cycle.due_at),
        "zone": cycle.zone,
        "assigned_at": instant(cycle.assigned_at),
        "assigned_by": made.assigned_by.username if made.assigned_by else None,
        "completed_at": instant(cycle.completed_at),
        "note": made.note,
        "cycle": cycle.number,
        "opens_at": instant(cycle.opens_at),
        "modifiers": standing.modifiers_of(cycle, now),
        "repeat": repeat(recurring.coming(made)),
        "next_opens_at": instant(made.next_opens_at),
        "reminders": [reminder(rule) for rule in rules],
        "enrollment": {"state": state, "reason": reason},
        "organization": cycle.organization.short_name,
        "notify_by_email": made.notify_by_email,
        "late_policy": made.late_policy,
        "grace_days": made.grace_days,
    }


def assignments_of(cycles: Iterable[Any], now: datetime) -> list[dict[str, Any]]:
    """Each of them; their reminders are read at once."""
    rows = list(cycles)
    rules = reminding.rules_of_cycles(rows)
    return [_assignment(cycle, rules[cycle.assignment.reminder_set_id], now) for cycle in rows]


def repeat(found: Repeat | None) -> dict[str, Any] | None:
    """How an assignment comes again."""
    return asdict(found) if found else None


def reminder(rule: Reminder) -> dict[str, Any]:
    """A reminder rule; a single recipient is told by its word alone."""
    return {
        "days": rule.days,
        "recipient": rule.recipients[0] if len(rule.recipients) == 1 else list(rule.recipients),
        "template": rule.template or None,
        "repeat_every": rule.repeat_every,
        "cap": rule.cap,
    }


def item(item: Item) -> dict[str, Any]:
    """A unit to be done."""
    return {
        "key": item.key,
        "title": item.title,
        "done": item.done,
        "url": item.url,
        "due_at": instant(item.due_at),
    }


def absence(row: Any, assignment_ids: Iterable[uuid.UUID]) -> dict[str, Any]:
    """The days on which somebody is away, and the assignments that it is about."""
    return {
        "username": row.learner.username,
        "organization": row.organization.short_name,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat(),
        "reason": row.reason,
        "assignments": [str(id) for id in assignment_ids],
    }


def training(row: Any) -> dict[str, Any]:
    """A training with all that can be said of it."""
    facts = training_lists.facts(row)
    return {
        "id": str(row.uuid),
        "kind": facts.kind,
        "key": facts.key,
        "name": facts.name,
        "description": facts.description,
        "context": facts.context,
        "goals": facts.goals,
        "organization": facts.organization,
        "criterion": facts.criterion,
        "offline": facts.offline,
        "shared_with": facts.shared_with,
        "archived": row.archived_at is not None,
        "blocks": facts.blocks,
        "parts": [{"course": part.course, "required": part.required} for part in facts.parts],
    }


def instant(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
