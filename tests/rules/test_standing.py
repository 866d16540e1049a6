"""Status is judged from facts and now."""

from datetime import UTC, datetime, timedelta

import pytest

from mandatory_assignments.data import Status
from mandatory_assignments.rules import enrolling, standing

DUE = datetime(2027, 6, 4, 21, 59, 59, 999999, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("completed", "units_done", "now", "expected"),
    [
        pytest.param(False, 0, DUE, Status.ASSIGNED, id="nothing done, the last instant has not passed"),
        pytest.param(False, 1, DUE, Status.IN_PROGRESS, id="one unit done"),
        pytest.param(False, 0, DUE + TICK, Status.OVERDUE, id="the deadline passed"),
        pytest.param(False, 5, DUE + TICK, Status.OVERDUE, id="the deadline passed, however much is done"),
        pytest.param(True, 5, DUE - TICK, Status.COMPLETED, id="completed in time"),
        pytest.param(True, 5, DUE + TICK, Status.COMPLETED, id="completed stays completed"),
        pytest.param(True, 0, DUE, Status.COMPLETED, id="completed by earlier evidence"),
    ],
)
def test_the_first_that_holds(completed, units_done, now, expected):
    assert standing.status(completed=completed, due_at=DUE, units_done=units_done, now=now) is expected


@pytest.mark.parametrize(("attempts", "hours"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (50, 24)])
def test_a_refused_enrolment_is_tried_again_ever_more_seldom_but_daily(attempts, hours):
    assert enrolling.retry_after(attempts) == timedelta(hours=hours)
