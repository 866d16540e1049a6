"""Status is judged from facts and now: the precedence, and every border to the microsecond."""

from datetime import UTC, datetime, timedelta

import pytest

from mandatory_assignments.data import Standing, Status
from mandatory_assignments.rules import standing

DUE = datetime(2027, 6, 4, 21, 59, 59, 999999, tzinfo=UTC)
TICK = timedelta(microseconds=1)
WEEK = timedelta(days=7)

LATE = DUE + WEEK
"""An instant after the deadline at which the holds below run."""

EXEMPT = {"exempt_from_at": LATE - WEEK, "exempt_until_at": LATE + WEEK}
EXEMPT_WITHOUT_END = {"exempt_from_at": LATE - WEEK}
PAUSED = {"paused_from_at": LATE - WEEK, "paused_until_at": LATE + WEEK}


def status(now: datetime, **facts: object) -> Status:
    """The status then of somebody who is due at DUE and of whom these facts are known."""
    return standing.status(Standing(**{"due_at": DUE, **facts}), now)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"closed_as": "completed", **EXEMPT, **PAUSED, "units_done": 4},
            Status.COMPLETED,
            id="completed, although exempt, paused and late",
        ),
        pytest.param({"closed_as": "completed"}, Status.COMPLETED, id="completed by earlier evidence, nothing done"),
        pytest.param(
            {"closed_as": "withdrawn", **EXEMPT, **PAUSED, "units_done": 4},
            Status.WITHDRAWN,
            id="withdrawn, although exempt, paused and late",
        ),
        pytest.param(
            {"closed_as": "missed", **EXEMPT, **PAUSED, "units_done": 4},
            Status.MISSED,
            id="missed, although exempt, paused and late",
        ),
        pytest.param({**EXEMPT, **PAUSED, "units_done": 4}, Status.EXEMPT, id="exempt comes before paused"),
        pytest.param({**EXEMPT_WITHOUT_END, **PAUSED}, Status.EXEMPT, id="exempt without end comes before paused"),
        pytest.param({**EXEMPT, "units_done": 4}, Status.EXEMPT, id="exempt, however late"),
        pytest.param({**PAUSED, "units_done": 4}, Status.PAUSED, id="paused, however late"),
        pytest.param({"units_done": 4}, Status.OVERDUE, id="late, however much is done"),
        pytest.param({}, Status.OVERDUE, id="late with nothing done"),
        pytest.param({"due_at": LATE, "units_done": 1}, Status.IN_PROGRESS, id="in time with one unit done"),
        pytest.param({"due_at": LATE}, Status.ASSIGNED, id="in time with nothing done"),
    ],
)
def test_the_first_that_holds(facts, expected):
    assert status(LATE, **facts) is expected


@pytest.mark.parametrize("units_done", [0, 3])
@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        pytest.param({}, DUE, None, id="the deadline's last microsecond is in time"),
        pytest.param({}, DUE + TICK, Status.OVERDUE, id="the next one is late"),
        pytest.param(EXEMPT, LATE - WEEK - TICK, None, id="just before the exemption begins"),
        pytest.param(EXEMPT, LATE - WEEK, Status.EXEMPT, id="the exemption's first instant"),
        pytest.param(EXEMPT, LATE + WEEK - TICK, Status.EXEMPT, id="the last microsecond before it ends"),
        pytest.param(EXEMPT, LATE + WEEK, Status.OVERDUE, id="the exemption's end is after it"),
        pytest.param(EXEMPT_WITHOUT_END, LATE - WEEK - TICK, None, id="just before an exemption without end"),
        pytest.param(EXEMPT_WITHOUT_END, LATE + 999 * WEEK, Status.EXEMPT, id="years into an exemption without end"),
        pytest.param(PAUSED, LATE - WEEK - TICK, None, id="just before the absence begins"),
        pytest.param(PAUSED, LATE - WEEK, Status.PAUSED, id="the absence's first instant"),
        pytest.param(PAUSED, LATE + WEEK - TICK, Status.PAUSED, id="the last microsecond away"),
        pytest.param(PAUSED, LATE + WEEK, Status.OVERDUE, id="the first instant back"),
        pytest.param(
            {**PAUSED, "due_at": LATE + WEEK}, LATE + WEEK, None, id="back in time, the deadline has not passed"
        ),
        pytest.param(
            {**PAUSED, "exempt_from_at": LATE - WEEK, "exempt_until_at": LATE},
            LATE,
            Status.PAUSED,
            id="an exemption that ends while the absence lasts",
        ),
        pytest.param(
            {**EXEMPT, "paused_from_at": LATE - WEEK, "paused_until_at": LATE},
            LATE + WEEK - TICK,
            Status.EXEMPT,
            id="an absence that ends while the exemption lasts",
        ),
    ],
)
def test_borders_to_the_microsecond(facts, now, expected, units_done):
    in_time = Status.IN_PROGRESS if units_done else Status.ASSIGNED
    assert status(now, units_done=units_done, **facts) is (expected or in_time)


@pytest.mark.parametrize(
    ("from_at", "until_at", "expected"),
    [
        pytest.param(None, None, False, id="without a first instant there is no hold"),
        pytest.param(None, DUE + WEEK, False, id="not even with a last one"),
        pytest.param(DUE, None, True, id="begins now, without end"),
        pytest.param(DUE + TICK, None, False, id="begins later"),
        pytest.param(DUE, DUE + TICK, True, id="one microsecond long"),
        pytest.param(DUE - WEEK, DUE, False, id="ends now"),
        pytest.param(DUE, DUE, False, id="ends as it begins"),
    ],
)
def test_what_a_hold_covers(from_at, until_at, expected):
    assert standing.holds(from_at, until_at, DUE) is expected


@pytest.mark.parametrize(
    ("cut_off_at", "expected"),
    [
        pytest.param(None, False, id="without a cut-off everything counts"),
        pytest.param(DUE + TICK, False, id="before the cut-off"),
        pytest.param(DUE, False, id="the cut-off's own microsecond counts"),
        pytest.param(DUE - TICK, True, id="the next one does not"),
    ],
)
def test_what_is_cut_off(cut_off_at, expected):
    assert standing.is_cut_off(cut_off_at, DUE) is expected
