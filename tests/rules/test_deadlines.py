"""A due date is a day; the deadline is its last instant in a zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import Ceiling, Deadline, LatePolicy, Policy, Unenrollment
from mandatory_assignments.rules import deadlines

ZONES = [
    "UTC",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Niue",
    "Pacific/Pago_Pago",
]
LENGTHS = {timedelta(hours=hours) for hours in (22, 23, 23.5, 24, 24.5, 25, 26)}
"""How long a day lasts; in Troll, which is two hours ahead in summer, it may be 22 or 26."""
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


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        pytest.param(date(2027, 3, 28), "Europe/Berlin", 23, id="spring in Berlin takes an hour"),
        pytest.param(date(2027, 10, 31), "Europe/Berlin", 25, id="autumn in Berlin gives it back"),
        pytest.param(date(2027, 10, 3), "Australia/Lord_Howe", 23.5, id="spring on Lord Howe takes half an hour"),
        pytest.param(date(2027, 4, 4), "Australia/Lord_Howe", 24.5, id="autumn on Lord Howe gives half an hour back"),
        pytest.param(date(2027, 4, 30), "Africa/Cairo", 23, id="the day without midnight is an hour short"),
        pytest.param(date(2027, 10, 28), "Africa/Cairo", 25, id="the day whose last hour comes twice is an hour long"),
        pytest.param(date(2027, 3, 14), "America/Havana", 23, id="in Havana the clock goes forward at midnight"),
        pytest.param(date(2027, 11, 7), "America/Havana", 25, id="in Havana the day has two midnights"),
        pytest.param(date(2027, 4, 3), "America/Santiago", 25, id="in Santiago Saturday ends twice"),
        pytest.param(date(2027, 9, 5), "America/Santiago", 23, id="in Santiago Sunday begins at one"),
        pytest.param(date(2027, 3, 28), "Asia/Beirut", 23, id="in Beirut Sunday begins at one"),
        pytest.param(date(2027, 3, 28), "Antarctica/Troll", 22, id="spring in Troll takes two hours"),
        pytest.param(date(2027, 4, 4), "Pacific/Chatham", 25, id="Chatham is an odd zone with an ordinary autumn"),
        pytest.param(date(2027, 3, 22), "Asia/Tehran", 24, id="Tehran has given summer time up"),
        pytest.param(date(2027, 3, 14), "America/Los_Angeles", 23, id="spring in Los Angeles takes an hour"),
        pytest.param(date(2027, 6, 4), "Pacific/Kiritimati", 24, id="Kiritimati never changes"),
    ],
)
def test_a_day_lasts_as_long_as_the_clocks_there_say(day, zone, hours):
    lasted = deadlines.end_of_day(day, zone) - deadlines.start_of_day(day, zone) + timedelta(microseconds=1)
    assert lasted == timedelta(hours=hours)


@given(day=DAYS, zone=st.sampled_from(ZONES))
def test_every_day_has_a_known_length_and_ends_after_the_one_before(day, zone):
    start, end = deadlines.start_of_day(day, zone), deadlines.end_of_day(day, zone)
    assert end - start + timedelta(microseconds=1) in LENGTHS
    assert (
        deadlines.end_of_day(day - timedelta(days=1), zone) < end < deadlines.end_of_day(day + timedelta(days=1), zone)
    )


@given(day=DAYS, one=st.sampled_from(ZONES), other=st.sampled_from(ZONES))
def test_the_same_due_day_ends_within_a_day_and_two_hours_all_over_the_world(day, one, other):
    apart = abs(deadlines.end_of_day(day, one) - deadlines.end_of_day(day, other))
    assert apart <= timedelta(hours=26)


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


@given(day=DAYS, zone=st.sampled_from(ZONES), hours=st.integers(0, 26), lead=st.integers(0, 400))
def test_the_first_due_day_is_so_many_local_days_ahead_at_every_hour(day, zone, hours, lead):
    now = deadlines.start_of_day(day, zone) + timedelta(hours=hours)
    first = deadlines.first_due_on(now, zone, lead)
    assert first - deadlines.local_day(now, zone) == timedelta(days=lead)
    assert deadlines.end_of_day(first, zone) >= now


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


# ----- whose zone ---------------------------------------------------------------------------------------------------


def policy(deadline_zone="learner", zone="", site_zone="UTC"):
    return Policy(zone, deadline_zone, site_zone, 3, LatePolicy.ACCEPT, 0, Unenrollment.REFUSE)


@pytest.mark.parametrize(
    ("rules", "preferred", "expected"),
    [
        pytest.param(policy(zone="Asia/Tokyo"), "Europe/Berlin", "Europe/Berlin", id="the learner's own"),
        pytest.param(policy(zone="Asia/Tokyo"), None, "Asia/Tokyo", id="nothing chosen: the organization's"),
        pytest.param(policy(zone="Asia/Tokyo"), "", "Asia/Tokyo", id="chosen empty: the organization's"),
        pytest.param(policy(zone="Asia/Tokyo"), "Mars/Olympus", "Asia/Tokyo", id="no such zone: the organization's"),
        pytest.param(policy(zone="Asia/Tokyo"), "PST", "Asia/Tokyo", id="an abbreviation: the organization's"),
        pytest.param(
            policy(site_zone="America/Havana"), None, "America/Havana", id="nor has the organization: the site's"
        ),
        pytest.param(
            policy(zone="EST", site_zone="America/Havana"), None, "America/Havana", id="both invalid: the site's"
        ),
        pytest.param(policy(site_zone="nowhere"), "nowhere", "UTC", id="nobody has one: UTC"),
        pytest.param(policy("organization", "Asia/Tokyo"), "Europe/Berlin", "Asia/Tokyo", id="by the organization"),
        pytest.param(
            policy("organization", "", "Asia/Beirut"), "Europe/Berlin", "Asia/Beirut", id="which has none: by the site"
        ),
        pytest.param(policy("site", "Asia/Tokyo", "Asia/Beirut"), "Europe/Berlin", "Asia/Beirut", id="by the site"),
        pytest.param(
            policy("site", "Asia/Tokyo", ""), "Europe/Berlin", "Asia/Tokyo", id="which has none: whose is known"
        ),
        pytest.param(
            policy("America/Los_Angeles", "Asia/Tokyo"), "Europe/Berlin", "America/Los_Angeles", id="by a fixed zone"
        ),
        pytest.param(
            policy("PDT", "Asia/Tokyo"), "Europe/Berlin", "Asia/Tokyo", id="which is none: the organization's"
        ),
    ],
)
def test_whose_zone_ends_the_day(rules, preferred, expected):
    assert deadlines.zone_of(rules, preferred) == expected


# ----- another zone, 48 hours ---------------------------------------------------------------------------------------

BERLIN = deadlines.deadline(date(2027, 6, 4), "Europe/Berlin")
TOKYO = deadlines.deadline(date(2027, 6, 4), "Asia/Tokyo")
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("present", "zone", "now", "expected"),
    [
        pytest.param(BERLIN, "Europe/Berlin", BERLIN.due_at - timedelta(days=9), None, id="the zone is the same"),
        pytest.param(BERLIN, "Asia/Tokyo", BERLIN.due_at - timedelta(days=9), TOKYO, id="days ahead it moves"),
        pytest.param(
            BERLIN, "Asia/Tokyo", TOKYO.due_at - deadlines.STEADY - TICK, TOKYO, id="eastward: just more than 48 hours"
        ),
        pytest.param(
            BERLIN, "Asia/Tokyo", TOKYO.due_at - deadlines.STEADY, None, id="eastward: 48 hours before the new one"
        ),
        pytest.param(
            TOKYO, "Europe/Berlin", TOKYO.due_at - deadlines.STEADY - TICK, BERLIN, id="westward: more than 48 hours"
        ),
        pytest.param(
            TOKYO, "Europe/Berlin", TOKYO.due_at - deadlines.STEADY, None, id="westward: 48 hours before the old one"
        ),
        pytest.param(BERLIN, "Pacific/Niue", BERLIN.due_at + TICK, None, id="what has passed stays passed"),
    ],
)
def test_a_deadline_follows_its_learner_until_it_is_near(present, zone, now, expected):
    assert deadlines.moved_to(present, zone, now) == expected


@given(
    day=DAYS,
    zones=st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
    before=st.timedeltas(timedelta(hours=-30), timedelta(hours=90)),
)
def test_moving_to_another_zone_neither_makes_overdue_nor_saves_what_is_near(day, zones, before):
    present = deadlines.deadline(day, zones[0])
    moved = deadlines.moved_to(present, zones[1], present.due_at - before)
    if moved:
        now = present.due_at - before
        assert min(present.due_at, moved.due_at) > now + deadlines.STEADY
        assert (moved.due_on, moved.zone) == (day, zones[1])
        assert deadlines.moved_to(moved, zones[0], now) == present


# ----- up to when things count --------------------------------------------------------------------------------------


def test_where_late_work_is_accepted_everything_counts():
    assert deadlines.ceiling(BERLIN, LatePolicy.ACCEPT, 5) is None


@pytest.mark.parametrize(
    ("due_on", "grace", "last", "instant"),
    [
        pytest.param(
            date(2027, 6, 4), 0, date(2027, 6, 4), "2027-06-04T21:59:59.999999", id="without grace: the deadline"
        ),
        pytest.param(date(2027, 6, 4), 5, date(2027, 6, 9), "2027-06-09T21:59:59.999999", id="five local days later"),
        pytest.param(
            date(2027, 3, 26), 3, date(2027, 3, 29), "2027-03-29T21:59:59.999999", id="over a day of 23 hours"
        ),
        pytest.param(
            date(2027, 10, 29), 3, date(2027, 11, 1), "2027-11-01T22:59:59.999999", id="over a day of 25 hours"
        ),
    ],
)
def test_what_is_frozen_counts_to_the_end_of_the_last_day_of_grace(due_on, grace, last, instant):
    found = deadlines.ceiling(deadlines.deadline(due_on, "Europe/Berlin"), LatePolicy.FREEZE, grace)
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found == Ceiling(at, last)
    assert found.reaches(at)
    assert not found.reaches(at + TICK)


def test_what_is_known_as_a_day_is_compared_as_a_day():
    found = deadlines.ceiling(BERLIN, LatePolicy.FREEZE, 1)
    end_of_that_day_in_los_angeles = deadlines.end_of_day(date(2027, 6, 5), "America/Los_Angeles")
    assert not found.reaches(end_of_that_day_in_los_angeles)
    assert found.reaches(end_of_that_day_in_los_angeles, date(2027, 6, 5))
    assert not found.reaches(BERLIN.due_at, date(2027, 6, 6))
