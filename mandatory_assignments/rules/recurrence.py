"""When an assignment comes again, and by when it is due then (product 6). Knows days; instants are the caller's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from ..data import Criterion, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Unfinished

MOST_EVERY = 1000
"""No interval is longer than so many units."""

MOST_SKIPPED = 100
"""Periods that one late completion may record as missed."""

SHORTEST_DAYS = {RepeatUnit.DAYS: 1, RepeatUnit.WEEKS: 7, RepeatUnit.MONTHS: 28, RepeatUnit.YEARS: 365}


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a series: the day it opens, the day it is due, and the due days that were skipped before it."""

    opens_on: date
    due_on: date
    skipped: tuple[date, ...] = ()


def later(day: date, repeat: Repeat, times: int = 1) -> date:
    """The day so many intervals later: the same day of the month, or its last where there is none."""
    match repeat.unit:
        case RepeatUnit.DAYS:
            return day + timedelta(days=repeat.every * times)
        case RepeatUnit.WEEKS:
            return day + timedelta(weeks=repeat.every * times)
        case RepeatUnit.MONTHS:
            return day + relativedelta(months=repeat.every * times)
    return day + relativedelta(years=repeat.every * times)


def shortest_days(repeat: Repeat) -> int:
    """The least number of days in the interval: a month counts 28 and a year 365."""
    return repeat.every * SHORTEST_DAYS[repeat.unit]


def wrong(repeat: Repeat, *, lead_days: int, criterion: Criterion, offline: bool) -> Iterator[str]:
    """Codes of all that forbids this repetition of a training with this criterion and lead time."""
    if not 1 <= repeat.every <= MOST_EVERY:
        yield "bad_every"
    elif shortest_days(repeat) <= lead_days:
        yield "interval_too_short"
    if repeat.evidence == RepeatEvidence.KEEP and not can_keep(criterion, offline=offline):
        yield "keep_not_possible"


def can_keep(criterion: Criterion, *, offline: bool) -> bool:
    """Whether a round can be done again although its finished blocks stay: no content completes it."""
    return offline or criterion == Criterion.CERTIFICATE


def after_completion(repeat: Repeat, completed_on: date, lead_days: int) -> Round:
    """The round after one that was completed on that day: an interval later, due a lead time after it opens."""
    opens_on = later(completed_on, repeat)
    return Round(opens_on, opens_on + timedelta(days=lead_days))


def on_grid(repeat: Repeat, anchor_on: date, after: date, lead_days: int, min_lead_days: int, today: date) -> Round:
    """The next round on the calendar for a round due on `after` that is over today.

    It is due on the first day of the grid after that one with the minimum lead ahead, and opens a lead time before, at
    the earliest today. Days of the grid for which it is too late are skipped; of more than MOST_SKIPPED the latest are
    named.
    """
    least = timedelta(days=min(lead_days, min_lead_days))
    skipped: list[date] = []
    for due_on in _grid(repeat, anchor_on):
        if due_on <= after:
            continue
        if due_on - least >= today:
            return Round(max(due_on - timedelta(days=lead_days), today), due_on, tuple(skipped[-MOST_SKIPPED:]))
        skipped.append(due_on)
    raise AssertionError("the grid has no end")  # pragma: no cover


def _grid(repeat: Repeat, anchor_on: date) -> Iterator[date]:
    """The days an interval apart, each counted from the anchor, so that the last of a month stays the last."""
    times = 0
    while True:
        yield later(anchor_on, repeat, times)
        times += 1


def example(repeat: Repeat, *, due_on: date, done_on: date, lead_days: int, min_lead_days: int) -> Round:
    """The round after one due on a day and done on a day: what a form shows before anything is saved."""
    if repeat.anchor == RepeatAnchor.COMPLETION:
        return after_completion(repeat, done_on, lead_days)
    return on_grid(repeat, due_on, due_on, lead_days, min_lead_days, done_on)


def opens_while_unfinished(repeat: Repeat, *, frozen: bool) -> bool:
    """Whether the next round opens although the one before is not done: rolled over, or frozen past its cut-off."""
    return frozen or (repeat.anchor == RepeatAnchor.CALENDAR and repeat.unfinished == Unfinished.ROLL)
