"""What a report counts, how a round stood on an earlier day, and what a rate means. Knows no people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from ..data import HoldKind, Status

WEEKS = 12
"""So far ahead is told what falls due."""


@dataclass(slots=True)
class Tally:
    """How many assignments stand where; what was withdrawn is in none. Each is in one, but `late` ones are completed.

    `recorded_later` is counted among the others, too: not known to be completed then, although it had happened.
    """

    completed: int = 0
    late: int = 0
    exempt: int = 0
    overdue: int = 0
    missed: int = 0
    open: int = 0
    paused: int = 0
    recorded_later: int = 0

    def add(self, numbers: Sequence[int]) -> None:
        """Counts these, too: a number for each of NAMES, in their order."""
        for name, number in zip(NAMES, numbers, strict=True):
            if number:
                setattr(self, name, getattr(self, name) + number)

    @property
    def numbers(self) -> list[int]:
        """The number of each of NAMES, in their order."""
        return [getattr(self, name) for name in NAMES]

    @property
    def assigned(self) -> int:
        """All of them: whoever had to."""
        return self.completed + self.exempt + self.overdue + self.missed + self.open + self.paused

    @property
    def compliant(self) -> int:
        """Those that are as they should be although their time may be over."""
        return self.completed + self.exempt

    @property
    def rate(self) -> int | None:
        """Percent of the compliant among those and what is overdue or missed; None where there is nothing of either.

        What is open in time or paused says nothing yet. Rounded down, so that 100 is all; at least 1 for any.
        """
        judged = self.compliant + self.overdue + self.missed
        if not judged:
            return None
        return max(self.compliant * 100 // judged, 1 if self.compliant else 0)


NAMES = tuple(field.name for field in fields(Tally))

PLACES = {name: place for place, name in enumerate(NAMES)}
"""Where among NAMES each of them is."""

OPEN = "open"
"""How a round stood that could still be done in time: how many units were done is known of no earlier day."""

EVERY = "assigned"
"""Names all that are counted, where the name of one number is asked for."""


# ----- an earlier day -----


@dataclass(slots=True)
class Reopened:
    """A round was open again from `reopened_at` on, until that was undone: what had closed it, and when it had."""

    closed_at: datetime
    reopened_at: datetime
    ended_at: datetime | None
    done_at: datetime
    done_on: date | None


@dataclass(slots=True)
class Past:
    """A round as it is now, and of its history what it takes to tell how it stood at an instant.

    `done_at` and `done_on` (when a day was recorded) tell of what fulfils it now, `completed_on` is the day that
    decides about lateness. `due_on` and `due_at` are the deadline and `held` the kinds of holds in force at the
    instant, `reopened` all reopenings recorded by then or since, in order.
    """

    closed_as: str
    closed_at: datetime | None
    completed_on: date | None
    done_at: datetime | None
    done_on: date | None
    due_on: date
    due_at: datetime
    held: Sequence[str] = ()
    reopened: Sequence[Reopened] = ()


def stood(past: Past, at: datetime, day: date) -> tuple[str, bool, bool]:
    """How a round stood at the instant, the end of the day: a Status or OPEN, whether it was completed late by then,
    and whether it is known now, though it was not then, that it had been done by that day.
    """
    closed = past.closed_at is not None and past.closed_at <= at
    completed = closed and past.closed_as == Status.COMPLETED
    late = completed and past.completed_on is not None and past.completed_on > past.due_on
    if past.reopened:
        before = next((one for one in past.reopened if one.closed_at <= at < one.reopened_at), None)
        open_again = any(one.ended_at and one.reopened_at <= at < one.ended_at for one in past.reopened)
        if before and not closed:
            late = before.done_on > past.due_on if before.done_on else before.done_at > past.due_at
        completed = (completed or before is not None) and not open_again
    if completed:
        return Status.COMPLETED, late, False
    later = (
        past.closed_as == Status.COMPLETED
        and not closed
        and ((past.done_at is not None and past.done_at <= at) or (past.done_on is not None and past.done_on <= day))
    )
    if closed and past.closed_as in (Status.WITHDRAWN, Status.MISSED):
        return past.closed_as, False, later
    if past.held:
        return (Status.EXEMPT if HoldKind.EXEMPT in past.held else Status.PAUSED), False, later
    return (Status.OVERDUE if past.due_at < at else OPEN), False, later


def counted(stands: Iterable[tuple[str, bool, bool]]) -> list[int]:
    """How many of these stand where, by PLACES: what is withdrawn is in none."""
    found = [0] * len(NAMES)
    for status, late, recorded_later in stands:
        if status != Status.WITHDRAWN:
            found[PLACES[status]] += 1
            found[PLACES["late"]] += late
            found[PLACES["recorded_later"]] += recorded_later
    return found


# ----- what is to come -----


def weeks(first: date) -> list[tuple[date, date]]:
    """The first and last days of the weeks to come, the first of which begins on this day."""
    return [(begin, begin + timedelta(days=6)) for begin in (first + timedelta(weeks=n) for n in range(WEEKS))]


def by_week(first: date, per_day: Mapping[date, int]) -> list[int]:
    """How many fall into each of these weeks."""
    found = [0] * WEEKS
    for day, number in per_day.items():
        found[(day - first).days // 7] += number
    return found
