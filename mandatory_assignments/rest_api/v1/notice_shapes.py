"""How notices, planned reminders and rounds look in answers. The words of a notice are those of its mail."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ...data import Repeat
from ...mailing import letters
from ...queries import assignments, noticing, people, standing
from ...queries.reminding import Planned
from ...wording import repetition
from .shapes import instant


def inbox(rows: Sequence[Any], now: datetime) -> list[dict[str, Any]]:
    """Notices as the person reads them, in the language of the call."""
    around = noticing.circumstances(rows)
    found = []
    for row in rows:
        item = letters.item(row, around, now)
        found.append(
            {
                "id": str(row.uuid),
                "kind": row.kind,
                "assignment": str(row.cycle.assignment.uuid),
                "title": item.title,
                "lines": list(item.lines),
                "url": item.url,
                "shown_at": instant(row.shown_at),
                "read_at": instant(row.read_at),
            }
        )
    return found


def log(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Notices with what became of their mails."""
    names = people.names({row.recipient_id: row.recipient for row in rows}.values())
    return [
        {
            "id": str(row.uuid),
            "kind": row.kind,
            "recipient": {
                "username": row.recipient.username,
                "name": names[row.recipient_id],
                "role": row.role,
            },
            "cycle": row.cycle.number,
            "made_at": instant(row.made_at),
            "planned_at": instant(row.slot_at),
            "state": row.state,
            "reason": row.reason,
            "attempts": row.attempts,
            "done_at": instant(row.done_at),
            "read_at": instant(row.read_at),
        }
        for row in rows
    ]


def plan(found: Collection[Planned]) -> list[dict[str, Any]]:
    """Planned mails, each with the day and the instant in its recipient's zone."""
    accounts = people.accounts({each.recipient_id for each in found})
    names = people.names(accounts.values())
    return [
        {
            "day": each.day.isoformat(),
            "at": instant(each.slot.at),
            "zone": each.zone,
            "offset_days": each.slot.offset_days,
            "recipient": {
                "username": accounts[each.recipient_id].username,
                "name": names[each.recipient_id],
                "role": each.slot.role,
            },
            "template": each.slot.template or None,
            "sent_at": instant(each.sent_at),
            "why_not": each.why_not,
        }
        for each in found
        if each.recipient_id in accounts
    ]


def foreseen(found: Any, repeat: Repeat | None) -> dict[str, Any]:
    """What an assignment would be, and what its repetition means in words."""
    leads = {"lead_days": found.lead_days, "min_lead_days": found.min_lead_days}
    due = found.deadline
    return {
        "due_on": due.due_on.isoformat(),
        "due_at": instant(due.due_at),
        "zone": due.zone,
        "reminders": plan(found.mails),
        "repetition": repeat
        and {
            "interval": repetition.interval(repeat),
            "consequence": repetition.consequence(repeat, due_on=due.due_on, **leads),
            "meaning": repetition.meaning(repeat),
        },
    }


def cycles(rows: Sequence[Any], now: datetime) -> list[dict[str, Any]]:
    """Rounds of an assignment, each as it stands or as it ended."""
    return [
        {
            "cycle": row.number,
            "status": standing.status_of(row, now),
            "late_days": assignments.days_late(row, now),
            "percent": row.percent,
            "units_done": row.units_done,
            "units_total": row.units_total,
            "opens_at": instant(row.opens_at),
            "due_on": row.due_on.isoformat(),
            "due_at": instant(row.due_at),
            "zone": row.zone,
            "completed_at": instant(row.completed_at),
            "closed_at": instant(row.closed_at),
        }
        for row in rows
    ]
