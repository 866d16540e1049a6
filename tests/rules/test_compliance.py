"""What a rate means, and how what falls due is put into weeks."""

from datetime import date, timedelta

import pytest

from mandatory_assignments.rules.compliance import WEEKS, Tally, by_week, weeks


@pytest.mark.parametrize(
    ("tally", "rate"),
    [
        pytest.param(Tally(), None, id="nothing at all has no rate"),
        pytest.param(Tally(open=3, paused=2), None, id="what is open in time or paused says nothing"),
        pytest.param(Tally(completed=1, open=9), 100, id="what is open in time is left out"),
        pytest.param(Tally(exempt=1, overdue=1), 50, id="who is exempt is compliant"),
        pytest.param(Tally(completed=2, missed=1), 66, id="it is rounded down, and missed is not compliant"),
        pytest.param(Tally(completed=999, overdue=1), 99, id="hundred is all"),
        pytest.param(Tally(completed=1, overdue=999), 1, id="one is the least for any"),
        pytest.param(Tally(completed=1, late=1), 100, id="what was completed late is compliant now"),
        pytest.param(Tally(overdue=5), 0, id="none is nought"),
    ],
)
def test_the_rate(tally, rate):
    assert tally.rate == rate


def test_every_assignment_is_in_one_number_and_late_ones_are_completed():
    tally = Tally(completed=3, late=2, exempt=1, overdue=1, missed=1, open=1, paused=1, recorded_later=1)
    assert tally.assigned == 8
    tally.add(tally.numbers)
    assert (tally.assigned, tally.late, tally.recorded_later) == (16, 4, 2)
    tally.add(Tally(completed=1).numbers)
    assert (tally.assigned, tally.late, tally.recorded_later) == (17, 4, 2)


def test_weeks_follow_each_other_and_hold_every_day_once():
    first = date(2027, 5, 5)
    found = weeks(first)
    assert len(found) == WEEKS
    assert found[0] == (first, date(2027, 5, 11))
    days = {first + timedelta(days=n): 1 for n in range(7 * WEEKS)}
    assert by_week(first, days) == [7] * WEEKS
    assert max(days) == found[-1][1]
    assert by_week(first, {date(2027, 5, 11): 2, date(2027, 5, 12): 5})[:3] == [2, 5, 0]
