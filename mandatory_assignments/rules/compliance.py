"""What a report counts, and what its rate means. Knows no people, only how many assignments stand where."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

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

    def add(self, other: "Tally") -> None:
        """Counts those of the other, too."""
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

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

EVERY = "assigned"
"""Names all that are counted, where the name of one number is asked for."""


def weeks(first: date) -> list[tuple[date, date]]:
    """The first and last days of the weeks to come, the first of which begins on this day."""
    return [(begin, begin + timedelta(days=6)) for begin in (first + timedelta(weeks=n) for n in range(WEEKS))]


def by_week(first: date, per_day: Mapping[date, int]) -> list[int]:
    """How many fall into each of these weeks."""
    found = [0] * WEEKS
    for day, number in per_day.items():
        found[(day - first).days // 7] += number
    return found
