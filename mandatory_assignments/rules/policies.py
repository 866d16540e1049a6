"""What an organization may say otherwise than the site; left empty, a field says nothing (product 4, 7)."""

from typing import Any

from ..data import LatePolicy, Unenrollment
from . import deadlines, filling

CHOICES = {"late_policy": tuple(LatePolicy), "unenrollment": tuple(Unenrollment)}
NUMBERS = {"min_lead_days": 365, "grace_days": 3650}
"""The fields that are whole numbers from 0 on, each with the most that is allowed."""

TEXTS = {"reminders": 255, "sender_name": 100, "sender_address": 254}
"""The fields that are one line of text, each with the most characters; what they may name is not decided here."""

TRUTHS = ("force_email",)

FIELDS = (
    "zone",
    "deadline_zone",
    "min_lead_days",
    "late_policy",
    "grace_days",
    "unenrollment",
    "reminders",
    "force_email",
    "sender_name",
    "sender_address",
)


def empty(field: str) -> str | None:
    """What the field holds when the organization says nothing there."""
    return None if field in NUMBERS or field in TRUTHS else ""


def may_be(field: str, value: Any) -> bool:
    """Whether an organization may say this."""
    if value == empty(field):
        return True
    if field in NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= NUMBERS[field]
    if field in TRUTHS:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if field in TEXTS:
        return len(value) <= TEXTS[field] and value == filling.as_header(value)
    if field in CHOICES:
        return value in CHOICES[field]
    return deadlines.is_zone(value) or (field == "deadline_zone" and value in deadlines.OWN_ZONES)
