"""A repetition in plain words, as forms show it before anything is saved."""

from datetime import date

import pytest

from mandatory_assignments.data import Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Unfinished
from mandatory_assignments.wording import repetition


def every(number: int, unit: str, **named) -> Repeat:
    return Repeat(number, RepeatUnit(unit), **named)


@pytest.mark.parametrize(
    ("number", "unit", "told"),
    [
        (1, "days", "every day"),
        (10, "days", "every 10 days"),
        (1, "weeks", "every week"),
        (52, "weeks", "every 52 weeks"),
        (1, "months", "every month"),
        (6, "months", "every 6 months"),
        (1, "years", "every year"),
        (2, "years", "every 2 years"),
    ],
)
def test_how_often(number, unit, told):
    assert repetition.interval(every(number, unit)) == told


YEARLY = every(1, "years", anchor=RepeatAnchor.CALENDAR)


@pytest.mark.parametrize(
    ("repeat", "due_on", "done_on", "told"),
    [
        pytest.param(
            every(52, "weeks"),
            "2027-03-10",
            "2027-03-01",
            "done on 1 March 2027: opens again 28 February 2028, due 29 March 2028",
            id="after completion",
        ),
        pytest.param(
            every(52, "weeks"),
            "2027-03-01",
            None,
            "done on 1 March 2027: opens again 28 February 2028, due 29 March 2028",
            id="without a day it is done on the due day",
        ),
        pytest.param(
            YEARLY,
            "2027-03-10",
            "2027-03-01",
            "done on 1 March 2027: opens again 9 February 2028, due 10 March 2028",
            id="on the calendar",
        ),
        pytest.param(
            YEARLY,
            "2027-03-10",
            "2028-03-08",
            "done on 8 March 2028: 1 due date is missed, opens again 8 February 2029, due 10 March 2029",
            id="on the calendar, too late for the next",
        ),
    ],
)
def test_what_follows(repeat, due_on, done_on, told):
    done = date.fromisoformat(done_on) if done_on else None
    due = date.fromisoformat(due_on)
    assert repetition.consequence(repeat, due_on=due, lead_days=30, min_lead_days=3, done_on=done) == told


@pytest.mark.parametrize(
    ("repeat", "sentences", "word"),
    [
        (every(1, "years"), 2, "completion"),
        (YEARLY, 3, "stays open"),
        (every(1, "years", anchor=RepeatAnchor.CALENDAR, unfinished=Unfinished.ROLL), 3, "missed"),
        (every(1, "years", evidence=RepeatEvidence.KEEP), 2, "stays as it is"),
    ],
)
def test_what_its_choices_mean(repeat, sentences, word):
    told = repetition.meaning(repeat)
    assert len(told) == sentences
    assert word in " ".join(told)
