"""Exemptions and absences: which instants they cover, and to which due day they move a deadline."""

from datetime import date, datetime, timedelta

from . import deadlines


def covered(from_on: date, until_on: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of the first day, and the first instant after the last day."""
    return deadlines.start_of_day(from_on, zone), deadlines.start_of_day(until_on + timedelta(days=1), zone)


def due_after_exemption(until_on: date, lead_days: int, min_lead_days: int) -> date:
    """The obligation resumes after this day with its original lead time, at least the minimum."""
    return until_on + timedelta(days=max(lead_days, min_lead_days))


def due_after_absence(due_on: date, from_on: date, until_on: date, min_lead_days: int) -> date:
    """The due day moved by the length of the absence, at least the minimum lead after the last day away."""
    length = until_on - from_on + timedelta(days=1)
    return max(due_on + length, until_on + timedelta(days=min_lead_days))
