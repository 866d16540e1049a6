"""Exemptions and absences cover whole days, and move a deadline by what they took."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.rules import deadlines, holding

from .test_deadlines import DAYS, ZONES

BERLIN, NIUE = "Europe/Berlin", "Pacific/Niue"
DAY = timedelta(days=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(day=DAYS, more=st.integers(0, 60), zone=st.sampled_from(ZONES))
def test_a_hold_covers_its_first_day_its_last_day_and_nothing_around(day, more, zone):
    until_on = day + timedelta(days=more)
    from_at, until_at = holding.covered(day, until_on, zone)
    assert deadlines.local_day(from_at, zone) == day
    assert deadlines.local_day(from_at - timedelta(microseconds=1), zone) == day - DAY
    assert deadlines.local_day(until_at - timedelta(microseconds=1), zone) == until_on
    assert deadlines.local_day(until_at, zone) == until_on + DAY


@pytest.mark.parametrize(
    ("until_on", "lead", "least", "expected"),
    [
        pytest.param(date(2027, 6, 1), 11, 3, date(2027, 6, 12), id="the original lead time after the last day"),
        pytest.param(date(2027, 6, 1), 1, 3, date(2027, 6, 4), id="but never less than the minimum"),
        pytest.param(date(2028, 2, 28), 3, 3, date(2028, 3, 2), id="over a leap day"),
    ],
)
def test_after_an_exemption_the_obligation_begins_anew(until_on, lead, least, expected):
    assert holding.due_after_exemption(until_on, lead, least) == expected


@pytest.mark.parametrize(
    ("due_on", "away", "foreseen", "expected"),
    [
        pytest.param(14, (10, 19), False, 24, id="ten days away, ten days more"),
        pytest.param(10, (10, 10), False, 14, id="due on the only day away: three days from the day of the return"),
        pytest.param(30, (10, 10), False, 31, id="one day away, one day more"),
        pytest.param(10, (10, 19), False, 23, id="due on the first day away: the minimum after the return is more"),
        pytest.param(14, (10, 19), True, 23, id="set while that was known: the minimum lead after the return"),
        pytest.param(30, (10, 19), True, 30, id="set while that was known, and far enough: it stays"),
        pytest.param(14, (10, 9), False, 14, id="back on the first day: nothing was lost"),
        pytest.param(14, (10, 2), False, 14, id="called off before it began"),
    ],
)
def test_after_an_absence_the_due_day_lies_as_much_later_as_it_lasted(due_on, away, foreseen, expected):
    first, last = (date(2027, 5, day) for day in away)
    moved = holding.due_after_absence(date(2027, 5, due_on), first, last, 3, foreseen=foreseen)
    assert moved == date(2027, 5, expected)


@given(day=DAYS, due=st.integers(0, 90), length=st.integers(1, 90), least=st.integers(0, 30), foreseen=st.booleans())
def test_an_absence_never_makes_a_deadline_earlier_nor_leaves_less_than_the_minimum(day, due, length, least, foreseen):
    due_on, until_on = day + timedelta(days=due), day + timedelta(days=length - 1)
    moved = holding.due_after_absence(due_on, day, until_on, least, foreseen=foreseen)
    assert moved >= due_on
    assert moved - (until_on + DAY) >= timedelta(days=least)
    if not foreseen:
        assert moved - due_on >= timedelta(days=length)


FROM, UNTIL = holding.covered(date(2027, 5, 10), date(2027, 5, 19), BERLIN)
NIUE_FROM, NIUE_UNTIL = holding.covered(date(2027, 5, 10), date(2027, 5, 19), NIUE)


@pytest.mark.parametrize(
    ("zone", "now", "covered", "expected"),
    [
        pytest.param(
            BERLIN, "2027-05-03T08:00", (FROM, UNTIL), (NIUE_FROM, NIUE_UNTIL), id="ahead: both midnights move"
        ),
        pytest.param(BERLIN, "2027-05-12T08:00", (FROM, UNTIL), (FROM, NIUE_UNTIL), id="running: it has begun"),
        pytest.param(BERLIN, "2027-05-12T08:00", (FROM, None), (FROM, None), id="without end it has none there either"),
        pytest.param(
            NIUE,
            "2027-05-10T02:00",
            (NIUE_FROM, NIUE_UNTIL),
            (at("2027-05-10T02:00"), UNTIL),
            id="begins no earlier than now",
        ),
        pytest.param(
            NIUE,
            "2027-05-20T02:00",
            (NIUE_FROM, NIUE_UNTIL),
            (NIUE_FROM, at("2027-05-20T02:00")),
            id="ends no earlier than now",
        ),
    ],
)
def test_a_hold_has_the_same_days_in_another_zone_and_leaves_the_past_alone(zone, now, covered, expected):
    there = NIUE if zone == BERLIN else BERLIN
    assert holding.covered_in(there, from_at=covered[0], until_at=covered[1], zone=zone, now=at(now)) == expected
