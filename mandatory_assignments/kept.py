"""Terms and fields of assignments as JSON, and back: what jobs keep of them, and offers to undo carry."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from .data import (
    LatePolicy,
    PriorWork,
    Reminder,
    Repeat,
    RepeatAnchor,
    RepeatEvidence,
    RepeatUnit,
    Role,
    Terms,
    Unfinished,
)


def terms_json(terms: Terms) -> dict[str, Any]:
    """The terms as a job keeps them."""
    return {**asdict(terms), "due_on": terms.due_on.isoformat()}


def terms_of(told: Mapping[str, Any]) -> Terms:
    """The terms that `terms_json` gave."""
    repeat, remind, late_policy = told["repeat"], told["remind"], told["late_policy"]
    return Terms(
        **{
            **told,
            "due_on": date.fromisoformat(told["due_on"]),
            "prior_work": PriorWork(told["prior_work"]),
            "late_policy": LatePolicy(late_policy) if late_policy else None,
            "repeat": repeat and _repeat(repeat),
            "remind": None if remind is None else _reminders(remind),
        }
    )


def fields_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a change, as its verb takes them, as JSON; what is JSON already stays."""
    return {name: _json(value) for name, value in fields.items()}


def fields_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `fields_json` gave."""
    fields = dict(told)
    for name in ("due_on", "until"):
        if fields.get(name):
            fields[name] = date.fromisoformat(fields[name])
    if fields.get("reminders") is not None:
        fields["reminders"] = _reminders(fields["reminders"])
    if fields.get("repeat"):
        fields["repeat"] = _repeat(fields["repeat"])
    return fields


def _json(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Repeat() | Reminder():
            return asdict(value)
        case list() | tuple():
            return [_json(each) for each in value]
    return value


def _repeat(told: Mapping[str, Any]) -> Repeat:
    return Repeat(
        told["every"],
        RepeatUnit(told["unit"]),
        RepeatAnchor(told["anchor"]),
        Unfinished(told["unfinished"]),
        RepeatEvidence(told["evidence"]),
    )


def _reminders(told: Any) -> tuple[Reminder, ...]:
    return tuple(Reminder(**{**rule, "recipients": tuple(Role(name) for name in rule["recipients"])}) for rule in told)
