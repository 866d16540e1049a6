"""Due dates as a calendar (RFC 5545): one all-day entry for each, in the person's language. Decides nothing.

The same facts give the same bytes at any hour of a day, so that a program that asks again can be told "as before".
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vText

from ..data import Status
from ..host import lms
from ..models import Cycle
from ..queries import calendar, standing
from .obligations import STATUS_NAMES, units

REFRESH = "PT6H"
PRODUCT = "-//openedx-mandatory-assignments//EN"


def address(user_id: int) -> str | None:
    """The secret address of the person's calendar, None where they have none."""
    secret = calendar.secret_of(user_id)
    return lms.absolute(reverse("mandatory_assignments:api-calendar", args=[secret])) if secret else None


def calendar_of(user_id: int, now: datetime) -> bytes:
    """The person's calendar as it is now: two queries, whatever stands in it."""
    with override(lms.languages([user_id]).get(user_id) or settings.LANGUAGE_CODE):
        return _calendar(calendar.entries(user_id, now), now)


def _calendar(rows: Iterable[Cycle], now: datetime) -> bytes:
    told = Calendar()
    told.add("prodid", PRODUCT)
    told.add("version", "2.0")
    told.add("calscale", "GREGORIAN")
    name = _("Mandatory assignments – %(platform)s") % {"platform": lms.platform_name()}
    told.add("name", name)
    told.add("x-wr-calname", name)
    told["refresh-interval"] = every = vText(REFRESH)
    every.params["VALUE"] = "DURATION"
    told.add("x-published-ttl", REFRESH)
    for row in rows:
        told.add_component(_event(row, now))
    return bytes(told.to_ical())


def _event(row: Cycle, now: datetime) -> Event:
    url = lms.absolute(reverse("mandatory_assignments:my-assignment", args=[row.assignment.uuid]))
    status = standing.status_of(row, now)
    withdrawn = status == Status.WITHDRAWN
    changed_at: datetime = (row.closed_at if withdrawn else None) or getattr(row, "told_at", None) or row.assigned_at
    event = Event()
    event.add("uid", f"{row.assignment.uuid}-{row.number}@mandatory-assignments")
    event.add("dtstamp", changed_at.astimezone(UTC).replace(microsecond=0))
    # Withdrawing is a change after the last one of the due date.
    event.add("sequence", row.deadline_version + withdrawn)
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + timedelta(days=1))
    event.add("summary", _("Due: %(training)s") % {"training": row.training.name})
    event.add("description", _description(row, status, url))
    event.add("url", url)
    event.add("status", "CANCELLED" if withdrawn else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _description(row: Cycle, status: Status, url: str) -> str:
    told = [str(STATUS_NAMES[status])]
    if status != Status.WITHDRAWN:
        told += [
            units(row.units_done, row.units_total),
            _("Due until the end of this day (%(zone)s).") % {"zone": row.zone},
        ]
    return "\n".join([*told, url])
