"""Exemptions and absences: which instants they cover, and to which due day they move a deadline."""

from datetime import date, datetime, timedelta

from . import deadlines


def covered(from_on: date, until_on: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of the first day, and the first instant after the last day."""
    return deadlines.start_of_day(from_on, zone), deadlines.start_of_day(until_on + deadlines.ONE_DAY, zone)


def covered_in(
    new_zone: str, *, from_at: datetime, until_at: datetime | None, zone: str, now: datetime
) -> tuple[datetime, datetime | None]:
    """What a hold that is not over covers when its days are those of another zone.

    What has begun stays begun, and nothing begins or ends before now: the past is as it was.
    """
    if from_at > now:
        from_at = max(_same_midnight(from_at, zone, new_zone), now)
    return from_at, until_at and max(_same_midnight(until_at, zone, new_zone), now)


def _same_midnight(at: datetime, zone: str, new_zone: str) -> datetime:
    return deadlines.start_of_day(deadlines.local_day(at, zone), new_zone)


def due_after_exemption(until_on: date, lead_days: int, min_lead_days: int) -> date:
    """The obligation resumes after this day with its original lead time, at least the minimum."""
    return until_on + timedelta(days=max(lead_days, min_lead_days))


def due_after_absence(
    due_on: date, from_on: date, until_on: date, min_lead_days: int, *, foreseen: bool = False
) -> date:
    """The due day moved by the length of the absence, at least the minimum lead after the first day back.

    One that was set when the absence was known already (`foreseen`) moves only as far as that needs. An absence that
    ends before it began, for somebody is back on its first day, moves nothing.
    """
    back_on = until_on + deadlines.ONE_DAY
    if back_on <= from_on:
        return due_on
    moved = due_on if foreseen else due_on + (back_on - from_on)
    return max(moved, first_due_after(back_on, min_lead_days))


def first_due_after(back_on: date, min_lead_days: int) -> date:
    """The earliest due day for whoever is back on this day."""
    return back_on + timedelta(days=min_lead_days)
