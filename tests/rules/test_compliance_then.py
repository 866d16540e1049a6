"""How a round stood on an earlier day: whatever became of it since, what is told is what was seen that evening."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.rules.compliance import NAMES, OPEN, PLACES, Past, Reopened, counted, stood

LAST = 14
ACTS = st.one_of(
    st.tuples(st.just("extend"), st.integers(1, 6)),
    st.tuples(st.just("complete"), st.integers(0, 4)),
    st.tuples(st.just("complete_by_day"), st.integers(0, 4)),
    st.tuples(st.just("exempt"), st.integers(1, 4)),
    *(st.tuples(st.just(act), st.just(0)) for act in ("revoke", "undo", "lift", "withdraw", "miss")),
)
HISTORIES = st.lists(st.tuples(st.integers(0, LAST), ACTS), max_size=10)


def day(number: int) -> date:
    return date(2027, 5, 1) + timedelta(days=number)


def evening(number: int) -> datetime:
    return datetime(2027, 5, 1, 23, 59, tzinfo=UTC) + timedelta(days=number)


def noon(number: int) -> datetime:
    return datetime(2027, 5, 1, 12, tzinfo=UTC) + timedelta(days=number)


@dataclass
class Round:
    """A round as it goes, with what is kept of it; days are numbers."""

    due: int = 3
    closed_as: str = ""
    closed: int = 0
    done: int = 0
    by_day: bool = False
    deadlines: list[tuple[int, int]] = field(default_factory=lambda: [(0, 3)])
    holds: list[list[int]] = field(default_factory=list)
    revoked: list[Reopened] = field(default_factory=list)
    undoable: bool = False

    def act(self, today: int, act: str, days: int) -> None:
        """Does what can be done as it stands; at most one act of a kind that closes or opens it a day."""
        is_open = not self.closed_as
        if act == "extend" and is_open:
            self.due = today + days
            self.deadlines.append((today, self.due))
        elif act in ("complete", "complete_by_day") and is_open:
            self.closed_as, self.closed, self.done = "completed", today, max(today - days, 0)
            self.by_day, self.undoable = act == "complete_by_day", False
        elif act == "revoke" and self.closed_as == "completed" and self.closed < today:
            done = (evening(self.done), day(self.done)) if self.by_day else (noon(self.done), None)
            self.revoked.append(Reopened(noon(self.closed), noon(today), None, *done))
            self.closed_as, self.undoable, self.again = "", True, (self.closed, self.done, self.by_day, self.due)
        elif act == "undo" and is_open and self.undoable and self.revoked[-1].reopened_at < noon(today):
            self.revoked[-1].ended_at = noon(today)
            self.closed, self.done, self.by_day, due = self.again
            self.closed_as, self.undoable = "completed", False
            if due != self.due:
                self.due = due
                self.deadlines.append((today, due))
        elif act == "exempt" and is_open and not self.is_held(today):
            self.holds.append([today, today + days, LAST + 9])
        elif act == "lift" and is_open and self.is_held(today):
            self.holds[-1][2] = today
        elif act in ("withdraw", "miss") and is_open:
            self.closed_as, self.closed = {"withdraw": "withdrawn", "miss": "missed"}[act], today

    def is_held(self, today: int) -> bool:
        return any(first <= today < min(until, ended) for first, until, ended in self.holds)

    def seen(self, today: int) -> tuple[str, bool]:
        """What anybody sees in the evening."""
        if self.closed_as:
            return self.closed_as, self.closed_as == "completed" and self.done > self.due
        if self.is_held(today):
            return "exempt", False
        return ("overdue" if self.due < today else OPEN), False

    def looked_back(self, then: int) -> Past:
        """What is known now, and of the deadlines and holds what was in force then."""
        is_done = self.closed_as == "completed"
        due = [due for recorded, due in self.deadlines if recorded <= then][-1]
        return Past(
            closed_as=self.closed_as,
            closed_at=noon(self.closed) if self.closed_as else None,
            completed_on=day(self.done) if is_done else None,
            done_at=(evening(self.done) if self.by_day else noon(self.done)) if is_done else None,
            done_on=day(self.done) if is_done and self.by_day else None,
            due_on=day(due),
            due_at=evening(due),
            held=["exempt" for first, until, ended in self.holds if first <= then < min(until, ended)],
            reopened=self.revoked,
        )


@given(HISTORIES)
def test_every_evening_is_told_as_it_was_seen(history):
    one, evenings = Round(), []
    for today in range(LAST + 1):
        for when, (act, days) in history:
            if when == today:
                one.act(today, act, days)
        evenings.append(one.seen(today))
    told = [stood(one.looked_back(then), evening(then), day(then))[:2] for then in range(LAST + 1)]
    assert told == evenings


@given(HISTORIES)
def test_recorded_later_is_what_had_happened_and_was_not_known(history):
    one = Round()
    for today, (act, days) in sorted(history, key=lambda each: each[0]):
        one.act(today, act, days)
    for then in range(LAST + 1):
        status, _late, later = stood(one.looked_back(then), evening(then), day(then))
        known_since = one.closed if one.closed_as == "completed" else LAST + 1
        assert later == (one.closed_as == "completed" and one.done <= then < known_since and status != "completed")


@pytest.mark.parametrize("wide", [1, 7])
def test_what_is_withdrawn_is_counted_nowhere(wide):
    stands = [("withdrawn", False, False), ("completed", True, False), ("overdue", False, True)] * wide
    numbers = counted(stands)
    assert {name: numbers[PLACES[name]] for name in NAMES if numbers[PLACES[name]]} == {
        "completed": wide,
        "late": wide,
        "overdue": wide,
        "recorded_later": wide,
    }
