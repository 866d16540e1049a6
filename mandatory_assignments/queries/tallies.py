"""How many rounds stand where, by what they have in common: counted by the database now, judged by rules of a day.

Each assignment is counted by its latest round. What is told apart are columns that all rounds of one share.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from ..data import Status
from ..models import Cycle, Deadline, Reopening
from ..rules import compliance
from ..rules.compliance import OPEN, PLACES, Past, Reopened
from . import past
from .standing import OPEN_STATUSES, has_status

CHUNK = 5000
"""So many groups are read at once."""

SOME = 1000
"""Of so many rounds the history is read at once."""

Counted = Iterator[tuple[tuple[int, ...], Sequence[int]]]
"""The values of the columns, and a number for each of compliance.NAMES; the same values may come more than once."""


def conditions(now: datetime) -> Mapping[str, Q]:
    """By the name of a number what is counted in it now."""
    completed = Q(closed_as=Status.COMPLETED.value)
    return {
        "completed": completed,
        "late": completed & Q(completed_on__gt=F("due_on")),
        "missed": Q(closed_as=Status.MISSED.value),
        OPEN: has_status(OPEN_STATUSES, now),
        **{status.value: has_status([status], now) for status in (Status.EXEMPT, Status.PAUSED, Status.OVERDUE)},
    }


def counted_now(rows: QuerySet[Cycle], columns: Sequence[str], now: datetime) -> Counted:
    """The tallies of these cycles, which are all rounds of some assignments, in two queries.

    All rounds are counted over an index that holds everything asked for; what came before a later round is then taken
    off again. To ask each whether there is a later one would be to fetch every row.
    """
    yield from _numbers(rows, columns, conditions(now), 1)
    completed = Q(**{f"{BEFORE}closed_as": Status.COMPLETED.value})
    replaced = {
        "completed": completed,
        "late": completed & Q(**{f"{BEFORE}completed_on__gt": F(f"{BEFORE}due_on")}),
        "missed": Q(**{f"{BEFORE}closed_as": Status.MISSED.value}),
    }
    yield from _numbers(_later_rounds(rows), columns, replaced, -1)


BEFORE = "assignment__cycles__"
"""Leads from a later round to the one before it."""


def _later_rounds(rows: QuerySet[Cycle]) -> QuerySet[Cycle]:
    """All rounds but the first of each assignment, each with the one BEFORE it: they are numbered without a gap."""
    return rows.filter(number__gt=1).filter(**{f"{BEFORE}number": F("number") - 1})


def _numbers(rows: QuerySet[Cycle], columns: Sequence[str], found: Mapping[str, Q], sign: int) -> Counted:
    width, places = len(columns), [PLACES[name] for name in found]
    counts = {name: Count("pk", filter=condition) for name, condition in found.items()}
    for row in rows.order_by().values_list(*columns).annotate(**counts).iterator(chunk_size=CHUNK):
        numbers = [0] * len(PLACES)
        for place, number in zip(places, row[width:], strict=True):
            numbers[place] = sign * number
        yield row[:width], numbers


# ----- an earlier day -----


def counted_then(rows: QuerySet[Cycle], columns: Sequence[str], day: date, now: datetime) -> Counted:
    """The tallies as they were recorded by the end of the day, wherever each organization is, or by now.

    The database counts by what the rows say, as above. Of those few that were something else in between it is told
    what they were: those are counted by rules.compliance instead.
    """
    for at, organizations in past.instants(day, now):
        there = rows.filter(organizations, opens_at__lte=at)
        yield from _numbers(there, columns, _by_columns("", at), 1)
        yield from _numbers(_later_rounds(there), columns, _by_columns(BEFORE, at), -1)
        yield from _corrections(there, columns, at, day)


def _by_columns(prefix: str, at: datetime) -> dict[str, Q]:
    """As rules.compliance.stood, of a round of which the columns tell everything."""

    def q(**named: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in named.items()})

    completed, closed = q(closed_as=Status.COMPLETED.value), q(closed_at__lte=at)
    in_time, open_then = q(due_at__gte=at), q(closed_at=None) | q(closed_at__gt=at)
    return {
        "completed": closed & completed,
        "late": closed & completed & q(completed_on__gt=F(f"{prefix}due_on")),
        "missed": closed & q(closed_as=Status.MISSED.value),
        "overdue": open_then & ~in_time,
        OPEN: open_then & in_time,
        "recorded_later": completed & q(closed_at__gt=at, completed_at__lte=at),
    }


def _corrections(rows: QuerySet[Cycle], columns: Sequence[str], at: datetime, day: date) -> Counted:
    """By how much the tallies differ from those by columns alone, some rounds at a time."""
    later_round = Cycle.objects.filter(
        assignment=OuterRef("assignment"), number__gt=OuterRef("number"), opens_at__lte=at
    )
    facts = ("closed_as", "closed_at", "completed_on", "completed_at", "fulfilled_by__happened_on", "due_on", "due_at")
    ids = sorted(_eventful(rows, at, day))
    for begin in range(0, len(ids), SOME):
        chunk = Cycle.objects.filter(~Exists(later_round), id__in=ids[begin : begin + SOME])
        rounds: dict[int, Past] = {}
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for id, *told in chunk.values_list("id", *facts, *columns):
            rounds[id] = Past(*told[: len(facts)])
            alike[tuple(told[len(facts) :])].append(id)
        by_columns = {id: compliance.stood(replace(one, done_on=None), at, day) for id, one in rounds.items()}
        _look_back(rounds, at)
        for values, members in alike.items():
            yield values, [-number for number in compliance.counted(by_columns[id] for id in members)]
            yield values, compliance.counted(compliance.stood(rounds[id], at, day) for id in members)


def _eventful(rows: QuerySet[Cycle], at: datetime, day: date) -> set[int]:
    """The rounds of which the columns do not tell how they stood: what was open had another deadline or a hold, what
    was completed had been reopened, or was completed on a day that was not over for whoever recorded it.
    """
    open_then = rows.filter(Q(closed_at=None) | Q(closed_at__gt=at))
    completed_since = rows.filter(closed_as=Status.COMPLETED.value, closed_at__gt=at, completed_at__gt=at)
    return {
        *open_then.filter(deadlines__recorded_at__gt=at).values_list("id", flat=True),
        *open_then.filter(holds__in=past.holds(at)).values_list("id", flat=True),
        *rows.filter(reopenings__isnull=False).values_list("id", flat=True),
        *completed_since.filter(completed_on__lte=day).values_list("id", flat=True),
    }


def _look_back(rounds: Mapping[int, Past], at: datetime) -> None:
    """Adds to these rounds what was otherwise at the instant: reopenings, the deadline and holds."""
    reopenings = Reopening.objects.filter(cycle_id__in=rounds).order_by("id")
    completion = ("completion__happened_at", "completion__happened_on")
    for id, *facts in reopenings.values_list("cycle_id", "closed_at", "reopened_at", "ended_at", *completion):
        rounds[id].reopened = [*rounds[id].reopened, Reopened(*facts)]
    known = Deadline.objects.filter(cycle_id__in=rounds, recorded_at__lte=at).order_by("version", "revision")
    for id, due_on, due_at in known.values_list("cycle_id", "due_on", "due_at"):
        rounds[id].due_on, rounds[id].due_at = due_on, due_at
    for id, kind in past.holds(at).filter(cycle_id__in=rounds).values_list("cycle_id", "kind"):
        rounds[id].held = [*rounds[id].held, kind]
