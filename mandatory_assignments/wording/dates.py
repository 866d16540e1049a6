"""Days, instants and numbers in words, in the reader's language. Knows nothing of assignments."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..rules import deadlines


def day(value: date) -> str:
    """A day with its weekday: "Friday, 4 June 2027"."""
    if _english():
        return date_format(value, "l, j F Y")
    return _("%(weekday)s, %(date)s") % {"weekday": date_format(value, "l"), "date": date_format(value, "DATE_FORMAT")}


def full_day(value: date) -> str:
    """A day without its weekday, for a line that names several: "4 June 2027"."""
    return date_format(value, "j F Y" if _english() else "DATE_FORMAT")


def short_day(value: date) -> str:
    """A day where there is little room: "4 Jun 2027"."""
    return date_format(value, "j M Y" if _english() else "SHORT_DATE_FORMAT")


def written_day(iso: str) -> str:
    """A day that is written YYYY-MM-DD, with its weekday."""
    return day(date.fromisoformat(iso))


def day_of(at: datetime, zone: str) -> str:
    """The day in the zone on which the instant falls."""
    return day(deadlines.local_day(at, zone))


def last_day_before(at: datetime, zone: str) -> str:
    """The last day in the zone that is over at the instant: of what ends with the beginning of a day."""
    return day(deadlines.local_day(at - timedelta(microseconds=1), zone))


def moment(at: datetime, zone: str) -> str:
    """An instant as day and time in the zone: "Friday, 4 June 2027, 14:05"."""
    local = at.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(time)s") % {"day": day(local.date()), "time": date_format(local, "H:i")}


def number(value: int, exact: bool = True) -> str:
    """A number with its separators; "10,000+" where there are more than were counted."""
    told = number_format(value, use_l10n=True, force_grouping=True)
    return told if exact else f"{told}+"


def _english() -> bool:
    """Django's formats for English are American; the platform's English is not."""
    return (get_language() or "en").startswith("en")
