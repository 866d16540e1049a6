"""An assignment's fields as a text that can be carried, compared and read again, as `change_assignments` takes them."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from ..data import Reminder, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Role, Unfinished


def written(fields: Mapping[str, Any]) -> str:
    """The fields as a text; equal ones give equal texts."""
    return json.dumps({name: _plain(value) for name, value in fields.items()}, sort_keys=True)


def read(text: str) -> dict[str, Any]:
    """The fields out of what `written` made of them."""
    fields: dict[str, Any] = json.loads(text)
    if "due_on" in fields:
        fields["due_on"] = date.fromisoformat(fields["due_on"])
    if said := fields.get("repeat"):
        fields["repeat"] = Repeat(
            said["every"],
            RepeatUnit(said["unit"]),
            RepeatAnchor(said["anchor"]),
            Unfinished(said["unfinished"]),
            RepeatEvidence(said["evidence"]),
        )
    if "reminders" in fields:
        fields["reminders"] = tuple(
            Reminder(**{**rule, "recipients": tuple(Role(role) for role in rule["recipients"])})
            for rule in fields["reminders"]
        )
    return fields


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Repeat() | Reminder():
            return asdict(value)
        case tuple() | list():
            return [_plain(each) for each in value]
    return value
