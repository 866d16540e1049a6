"""Due days and the instants they end at. All arithmetic is on local calendar days of an IANA zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..data import Ceiling, Deadline, LatePolicy, Policy

LAST_DUE_ON = date(2200, 12, 31)
"""No due date lies beyond: it would be a typing error, and instants must stay within what databases store."""


LAST_HOLD_ON = date(2150, 12, 31)
"""No exemption or absence ends later, so that the due dates after it are days that may be chosen."""


def is_zone(name: str) -> bool:
    """Whether this is an IANA zone that may be stored: "Area/Place" or UTC, never an abbreviation such as PST."""
    return _zone_exists(name) if "/" in name or name == "UTC" else False


@lru_cache(maxsize=1024)
def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def first_zone(*names: str | None) -> str:
    """The first of the names that is a zone, else UTC."""
    return next((name for name in names if name and is_zone(name)), "UTC")


ONE_DAY = timedelta(days=1)

OWN_ZONES = ("learner", "organization", "site")
"""What `Policy.deadline_zone` may name beside an IANA zone."""


def zone_of(policy: Policy, preferred: str | None) -> str:
    """The zone in which a learner's due days end: as the policy says, then the organization's, then the site's."""
    wanted = {"learner": preferred, "organization": policy.zone, "site": policy.site_zone}
    return first_zone(wanted.get(policy.deadline_zone, policy.deadline_zone), policy.zone, policy.site_zone)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day on which the instant falls in the zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The day's first instant: the earlier midnight where there are two, the end of the gap where there is none."""
    return start_of_hour(day, 0, zone)


def start_of_hour(day: date, hour: int, zone: str) -> datetime:
    """The first instant at which the clocks show this hour of the day or a later one: of two the earlier."""
    wanted, here = datetime.combine(day, time(hour)), ZoneInfo(zone)
    at = wanted.replace(tzinfo=here).astimezone(UTC)
    if at.astimezone(here).replace(tzinfo=None) == wanted:
        return at
    before, after = at - timedelta(days=1, hours=1), at
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(here).replace(tzinfo=None) < wanted:
            before = middle
        else:
            after = middle
    return after


def end_of_day(day: date, zone: str) -> datetime:
    """The day's last microsecond: of two 23:59:59 the later; where it is missing, the instant before the next day."""
    last = datetime.combine(day, time.max, ZoneInfo(zone)).replace(fold=1).astimezone(UTC)
    if last.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(day, time.max):
        return last
    return start_of_day(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def deadline(due_on: date, zone: str) -> Deadline:
    """The deadline of a due day in a zone."""
    return Deadline(due_on=due_on, zone=zone, due_at=end_of_day(due_on, zone))


def first_due_on(now: datetime, zone: str, lead_days: int) -> date:
    """The earliest due day that may be chosen now: `lead_days` after today, counted in the zone."""
    return local_day(now, zone) + timedelta(days=lead_days)


def days_late(completed_at: datetime, due_on: date, zone: str) -> int:
    """How many local days after the due day it was completed; 0 when in time."""
    return max((local_day(completed_at, zone) - due_on).days, 0)


STEADY = timedelta(hours=48)
"""A deadline that is nearer than this stays in its zone, whatever zone the learner chooses now."""


def moved_to(present: Deadline, zone: str, now: datetime) -> Deadline | None:
    """The same due day in the zone the learner is in now; None where it stays, being passed or near in either zone."""
    if zone == present.zone:
        return None
    moved = deadline(present.due_on, zone)
    return moved if min(present.due_at, moved.due_at) - now > STEADY else None


def ceiling(due: Deadline, late_policy: str, grace_days: int) -> Ceiling | None:
    """Up to when things count for the assignment under its late policy; None where late work is accepted."""
    if late_policy != LatePolicy.FREEZE:
        return None
    last = due.due_on + timedelta(days=grace_days)
    return Ceiling(end_of_day(last, due.zone), last)
