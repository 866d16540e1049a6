"""A due date is a day; the deadline is its last instant in a zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import Deadline
from mandatory_assignments.rules import deadlines

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Havana",
    "America/Asuncion",
    "Asia/Beirut",
    "America/St_Johns",
]
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        pytest.param(date(2027, 6, 4), "UTC", "2027-06-04T23:59:59.999999", id="in UTC the day ends with the day"),
        pytest.param(date(2027, 6, 4), "Pacific/Kiritimati", "2027-06-04T09:59:59.999999", id="Kiritimati is first"),
        pytest.param(date(2027, 6, 4), "Pacific/Pago_Pago", "2027-06-05T10:59:59.999999", id="Pago Pago is last"),
        pytest.param(date(2027, 3, 28), "Europe/Berlin", "2027-03-28T21:59:59.999999", id="a day of 23 hours"),
        pytest.param(date(2027, 10, 31), "Europe/Berlin", "2027-10-31T22:59:59.999999", id="a day of 25 hours"),
        pytest.param(date(2027, 4, 4), "Australia/Lord_Howe", "2027-04-04T13:29:59.999999", id="a day of 24.5 hours"),
        pytest.param(
            date(2027, 4, 29), "Africa/Cairo", "2027-04-29T21:59:59.999999", id="the midnight after is missing"
        ),
        pytest.param(
            date(2027, 10, 28), "Africa/Cairo", "2027-10-28T21:59:59.999999", id="23:59 comes twice: the later"
        ),
        pytest.param(
            date(2010, 11, 6), "America/St_Johns", "2010-11-07T03:29:59.999999", id="the clock goes back over midnight"
        ),
        pytest.param(date(2011, 12, 30), "Pacific/Apia", "2011-12-30T09:59:59.999999", id="a day that never was"),
        pytest.param(date(1919, 3, 30), "America/Toronto", "1919-03-31T04:29:59.999999", id="23:59 is missing"),
    ],
)
def test_a_day_ends_at_one_defined_instant(day, zone, expected):
    assert deadlines.end_of_day(day, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        pytest.param(
            date(2027, 4, 30), "Africa/Cairo", "2027-04-29T22:00:00", id="midnight is missing: the first instant"
        ),
        pytest.param(
            date(2027, 11, 7), "America/Havana", "2027-11-07T04:00:00", id="midnight comes twice: the earlier"
        ),
        pytest.param(date(2027, 6, 4), "Asia/Kathmandu", "2027-06-03T18:15:00", id="an offset of 5:45"),
        pytest.param(
            date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30:00", id="23:30 is followed by 00:30 of the next day"
        ),
    ],
)
def test_a_day_begins_at_its_first_instant(day, zone, expected):
    assert deadlines.start_of_day(day, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(day=DAYS, zone=st.sampled_from(ZONES))
def test_the_last_instant_belongs_to_the_day_and_the_next_does_not(day, zone):
    end = deadlines.end_of_day(day, zone)
    assert end.utcoffset() == timedelta(0)
    assert deadlines.local_day(end, zone) == day
    assert deadlines.local_day(end + timedelta(microseconds=1), zone) == day + timedelta(days=1)


@given(day=DAYS, zone=st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_or_overlap(day, zone):
    start = deadlines.start_of_day(day, zone)
    assert deadlines.local_day(start, zone) == day
    assert deadlines.local_day(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)
    assert deadlines.end_of_day(day - timedelta(days=1), zone) == start - timedelta(microseconds=1)


@pytest.mark.parametrize("name", ["PST", "EST", "CET", "", "Europe/Atlantis", "../etc/passwd", "europe/\x00", "Mars/"])
def test_abbreviations_and_nonsense_are_no_zones(name):
    assert not deadlines.is_zone(name)
    assert deadlines.first_zone(name, "Asia/Tokyo") == "Asia/Tokyo"


def test_without_any_zone_days_are_counted_in_utc():
    assert deadlines.first_zone(None, "PST", "") == "UTC"


def test_the_first_due_day_is_counted_on_the_learners_calendar():
    now = datetime(2027, 6, 4, 11, 0, tzinfo=UTC)
    assert deadlines.first_due_on(now, "Pacific/Kiritimati", 3) == date(2027, 6, 8)
    assert deadlines.first_due_on(now, "Pacific/Pago_Pago", 3) == date(2027, 6, 7)


def test_lateness_is_counted_in_days_of_the_deadlines_zone():
    done = datetime(2027, 6, 5, 20, 0, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    assert deadlines.days_late(done, date(2027, 6, 4), "America/Los_Angeles") == 1
    assert deadlines.days_late(done, date(2027, 6, 5), "America/Los_Angeles") == 0


def test_a_deadline_keeps_the_day_the_zone_and_the_instant():
    assert deadlines.deadline(date(2027, 6, 4), "Pacific/Kiritimati") == Deadline(
        due_on=date(2027, 6, 4),
        zone="Pacific/Kiritimati",
        due_at=datetime(2027, 6, 4, 9, 59, 59, 999999, tzinfo=UTC),
    )
