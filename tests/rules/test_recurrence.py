"""When an assignment comes again: days, month ends, the grid, and what may not be repeated."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import Criterion, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Unfinished
from mandatory_assignments.rules import recurrence
from mandatory_assignments.rules.recurrence import Round

CALENDAR = RepeatAnchor.CALENDAR


def every(number: int, unit: str, **named) -> Repeat:
    return Repeat(number, RepeatUnit(unit), **named)


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "repeat", "times", "expected"),
    [
        pytest.param("2027-03-01", every(52, "weeks"), 1, "2028-02-28", id="52 weeks are 364 days"),
        pytest.param("2027-03-01", every(1, "years"), 1, "2028-03-01", id="a year is the same day next year"),
        pytest.param("2028-02-29", every(1, "years"), 1, "2029-02-28", id="29 February becomes 28 February"),
        pytest.param("2028-02-29", every(1, "years"), 4, "2032-02-29", id="and comes back after four years"),
        pytest.param("2027-01-31", every(1, "months"), 1, "2027-02-28", id="31 January + 1 month is 28 February"),
        pytest.param("2028-01-31", every(1, "months"), 1, "2028-02-29", id="or 29 February"),
        pytest.param("2027-01-31", every(1, "months"), 2, "2027-03-31", id="and then 31 March"),
        pytest.param("2027-01-31", every(1, "months"), 3, "2027-04-30", id="and then 30 April"),
        pytest.param("2027-08-31", every(6, "months"), 1, "2028-02-29", id="half a year from the end of August"),
        pytest.param("2027-12-31", every(2, "months"), 1, "2028-02-29", id="over the end of a year"),
        pytest.param("2027-03-27", every(1, "days"), 2, "2027-03-29", id="days are days whatever the clock does"),
        pytest.param("2027-12-30", every(3, "days"), 1, "2028-01-02", id="days over the end of a year"),
    ],
)
def test_an_interval_later(day, repeat, times, expected):
    assert recurrence.later(on(day), repeat, times) == on(expected)


@pytest.mark.parametrize(
    ("repeat", "lead_days", "expected"),
    [
        pytest.param(every(0, "weeks"), 0, ["bad_every"], id="not at all"),
        pytest.param(every(-1, "weeks"), 0, ["bad_every"], id="backwards"),
        pytest.param(every(1000, "years"), 0, [], id="a thousand is the most"),
        pytest.param(every(1001, "days"), 0, ["bad_every"], id="more than a thousand"),
        pytest.param(every(30, "days"), 30, ["interval_too_short"], id="as long as the lead time"),
        pytest.param(every(31, "days"), 30, [], id="a day longer than the lead time"),
        pytest.param(every(1, "days"), 0, [], id="daily, due the same day"),
        pytest.param(every(4, "weeks"), 28, ["interval_too_short"], id="four weeks are 28 days"),
        pytest.param(every(1, "months"), 28, ["interval_too_short"], id="a month counts 28 days"),
        pytest.param(every(1, "months"), 27, [], id="and is longer than 27"),
        pytest.param(every(12, "months"), 336, ["interval_too_short"], id="twelve months count 336"),
        pytest.param(every(1, "years"), 365, ["interval_too_short"], id="a year counts 365 days"),
        pytest.param(every(1, "years"), 364, [], id="and is longer than 364"),
    ],
)
def test_an_interval_has_to_be_longer_than_the_lead_time(repeat, lead_days, expected):
    found = recurrence.wrong(repeat, lead_days=lead_days, criterion=Criterion.CONTENT, offline=False)
    assert list(found) == expected


@pytest.mark.parametrize(
    ("criterion", "offline", "possible"),
    [
        (Criterion.CONTENT, False, False),
        (Criterion.PASSING, False, False),
        (Criterion.CONTENT_AND_PASSING, False, False),
        (Criterion.CERTIFICATE, False, True),
        (Criterion.CONTENT, True, True),
    ],
)
def test_finished_work_is_kept_only_where_no_content_completes_the_training(criterion, offline, possible):
    kept = every(1, "years", evidence=RepeatEvidence.KEEP)
    found = list(recurrence.wrong(kept, lead_days=7, criterion=criterion, offline=offline))
    assert found == ([] if possible else ["keep_not_possible"])
    assert not list(recurrence.wrong(every(1, "years"), lead_days=7, criterion=criterion, offline=offline))


def test_after_completion_it_opens_an_interval_later_and_is_due_a_lead_time_after_that():
    found = recurrence.after_completion(every(52, "weeks"), on("2027-03-01"), 30)
    assert found == Round(on("2028-02-28"), on("2028-03-29"))


MONTHLY = every(1, "months", anchor=CALENDAR)


@pytest.mark.parametrize(
    ("after", "today", "expected"),
    [
        pytest.param(
            "2027-01-31", "2027-01-10", Round(on("2027-02-14"), on("2027-02-28")), id="done early: the next on the grid"
        ),
        pytest.param("2027-02-28", "2027-02-28", Round(on("2027-03-17"), on("2027-03-31")), id="the 31st comes back"),
        pytest.param(
            "2027-01-31", "2027-02-20", Round(on("2027-02-20"), on("2027-02-28")), id="done late: it opens at once"
        ),
        pytest.param(
            "2027-01-31",
            "2027-02-25",
            Round(on("2027-02-25"), on("2027-02-28")),
            id="done with exactly the minimum lead left",
        ),
        pytest.param(
            "2027-01-31",
            "2027-02-26",
            Round(on("2027-03-17"), on("2027-03-31"), (on("2027-02-28"),)),
            id="with less than the minimum lead left, that period is skipped",
        ),
        pytest.param(
            "2027-01-31",
            "2027-05-29",
            Round(
                on("2027-06-16"),
                on("2027-06-30"),
                tuple(map(on, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"])),
            ),
            id="months late: all that passed are skipped",
        ),
    ],
)
def test_on_the_calendar(after, today, expected):
    assert recurrence.on_grid(MONTHLY, on("2027-01-31"), on(after), 14, 3, on(today)) == expected


def test_whoever_has_a_shorter_lead_than_the_minimum_keeps_it():
    daily = every(1, "days", anchor=CALENDAR)
    found = recurrence.on_grid(daily, on("2027-05-03"), on("2027-05-03"), 0, 3, on("2027-05-03"))
    assert found == Round(on("2027-05-04"), on("2027-05-04"))


def test_of_very_many_skipped_periods_the_latest_are_named():
    daily = every(1, "days", anchor=CALENDAR)
    found = recurrence.on_grid(daily, on("2027-01-01"), on("2027-01-01"), 0, 0, on("2028-01-01"))
    assert (len(found.skipped), found.skipped[-1], found.due_on) == (100, on("2027-12-31"), on("2028-01-01"))


@pytest.mark.parametrize(
    ("anchor", "unfinished", "frozen", "expected"),
    [
        ("completion", "hold", False, False),
        ("completion", "roll", False, False),
        ("calendar", "hold", False, False),
        ("calendar", "roll", False, True),
        ("completion", "hold", True, True),
        ("calendar", "hold", True, True),
    ],
)
def test_the_next_opens_while_one_is_unfinished_only_where_it_rolls_or_is_frozen(anchor, unfinished, frozen, expected):
    repeat = every(1, "years", anchor=RepeatAnchor(anchor), unfinished=Unfinished(unfinished))
    assert recurrence.opens_while_unfinished(repeat, frozen=frozen) is expected


def test_the_example_of_a_form_is_what_will_happen():
    asked = {"due_on": on("2027-02-20"), "lead_days": 30, "min_lead_days": 3}
    assert recurrence.example(every(52, "weeks"), done_on=on("2027-03-01"), **asked) == Round(
        on("2028-02-28"), on("2028-03-29")
    )
    yearly = every(1, "years", anchor=CALENDAR)
    assert recurrence.example(yearly, done_on=on("2027-03-01"), **asked) == Round(on("2028-01-21"), on("2028-02-20"))
    late = recurrence.example(yearly, done_on=on("2028-02-19"), **asked)
    assert late == Round(on("2029-01-21"), on("2029-02-20"), (on("2028-02-20"),))


# ----- whatever is asked --------------------------------------------------------------------------------------------

INTERVALS = st.one_of(
    st.builds(every, st.integers(1, 400), st.just("days")),
    st.builds(every, st.integers(1, 60), st.just("weeks")),
    st.builds(every, st.integers(1, 36), st.just("months")),
    st.builds(every, st.integers(1, 5), st.just("years")),
)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@given(DAYS, INTERVALS, st.integers(1, 40))
def test_the_grid_goes_on_and_each_of_its_days_is_the_anchor_s_or_the_last_of_its_month(anchor, repeat, times):
    before, day = recurrence.later(anchor, repeat, times - 1), recurrence.later(anchor, repeat, times)
    assert day - before >= timedelta(days=recurrence.shortest_days(repeat))
    if repeat.unit in (RepeatUnit.MONTHS, RepeatUnit.YEARS):
        last = day + relativedelta(day=31)
        assert day.day == min(anchor.day, last.day)


@given(DAYS, INTERVALS, st.data())
def test_the_next_on_the_calendar_lies_on_the_grid_with_time_enough_and_names_all_that_was_skipped(
    anchor, repeat, data
):
    lead = data.draw(st.integers(0, min(recurrence.shortest_days(repeat) - 1, 90)))
    least = data.draw(st.integers(0, 14))
    done = data.draw(st.integers(-lead, 800))
    after = recurrence.later(anchor, repeat, data.draw(st.integers(0, 10)))
    today = after + timedelta(days=done)
    found = recurrence.on_grid(repeat, anchor, after, lead, least, today)
    grid = []
    times = 0
    while not grid or grid[-1] <= found.due_on:
        grid.append(recurrence.later(anchor, repeat, times))
        times += 1
    assert found.due_on in grid
    assert today <= found.opens_on <= found.due_on
    assert found.due_on - found.opens_on <= timedelta(days=lead)
    assert found.due_on - found.opens_on >= timedelta(days=min(lead, least))
    between = [day for day in grid if after < day < found.due_on]
    assert list(found.skipped) == between[-recurrence.MOST_SKIPPED :]
    assert all(day - timedelta(days=min(lead, least)) < today for day in between)


@given(DAYS, INTERVALS, st.data())
def test_a_round_that_rolls_in_time_never_opens_before_the_one_before_it_is_over(due_on, repeat, data):
    lead = data.draw(st.integers(0, min(recurrence.shortest_days(repeat) - 1, 90)))
    found = recurrence.on_grid(repeat, due_on, due_on, lead, 3, due_on + timedelta(days=1))
    assert found.skipped == ()
    assert found.opens_on > due_on
