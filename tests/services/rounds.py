"""How the tests of repetition speak of rounds and instants, and what holds of every series at any time."""

from datetime import UTC, date, datetime
from typing import Any

from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.data import Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Status, Unfinished
from mandatory_assignments.models import Assignment, Cycle, EvidenceFloor

from .conftest import COURSE

YEARLY = Repeat(1, RepeatUnit.YEARS)


def every(
    number: int, unit: str, anchor: str = "completion", unfinished: str = "hold", evidence: str = "clear"
) -> Repeat:
    return Repeat(number, RepeatUnit(unit), RepeatAnchor(anchor), Unfinished(unfinished), RepeatEvidence(evidence))


def at(text: str) -> datetime:
    """An instant, UTC: a day alone is its noon."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def on(text: str) -> date:
    return date.fromisoformat(text)


def tick(text: str) -> None:
    """The scheduler comes by, and everything waiting is done."""
    with clock.at(at(text)):
        periodic.tick()
        build.drain()


def does(user: Any, text: str, units: int | None = None, course: Any = COURSE) -> None:
    """The learner works through the first units, or all, and everything waiting is done."""
    with clock.at(at(text)):
        build.complete(user, course, units=units)
        build.drain()


def series(username: str = "lena") -> Assignment:
    return Assignment.objects.select_related("training", "learner").get(learner__username=username)


def opens(username: str = "lena") -> datetime | None:
    """When the next cycle opens."""
    return series(username).next_opens_at


def latest(username: str = "lena") -> Cycle:
    rows = Cycle.objects.filter(learner__username=username).select_related("assignment", "training", "fulfilled_by")
    return rows.latest("number")


def rounds(username: str = "lena") -> list[str]:
    """Every round: its due day, and how it ended."""
    rows = Cycle.objects.filter(learner__username=username).order_by("number")
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [f"{row.due_on} {row.closed_as or 'open'}" for row in rows]


def change(campus: Any, text: str, **fields: Any) -> Any:
    """The coordinator changes the learner's assignment."""
    with clock.at(at(text)):
        found = api.change_assignments(actor=campus.coordinator, ids=[series().uuid], fields=fields, now=at(text))
        build.drain()
    return found


def codes(outcome: Any) -> list[str]:
    """Why something was refused."""
    return [problem.code for _, problem in outcome.refused]


def assert_series_hold(now: datetime) -> None:
    """What holds of every assignment: rounds follow one another, one is open at most, and no series is lost."""
    for made in Assignment.objects.all():
        cycles = list(Cycle.objects.filter(assignment=made).order_by("number").select_related("fulfilled_by"))
        told = [(row.number, str(row.due_on), row.closed_as, str(row.opens_at), str(row.closed_at)) for row in cycles]
        assert [row.number for row in cycles] == list(range(1, len(cycles) + 1)), told
        *past, present = cycles
        assert not any(row.open for row in past), told
        assert all(row.closed_as and row.closed_at and row.opens_at <= row.closed_at for row in past), told
        assert all(row.opens_at <= later.opens_at for row, later in zip(past, cycles[1:], strict=True)), told
        alive = bool(made.open) and bool(made.repeat_every) and made.repetition_ended_at is None
        if alive:
            assert present.open or made.next_opens_at, told
        else:
            assert made.next_opens_at is None, told
            assert bool(made.open) == bool(present.open), told
        if made.open and not present.open:
            assert present.closed_as == Status.COMPLETED, told
        for row in cycles:
            _assert_evidence(row, told)
        assert present.opens_at <= now, told


def _assert_evidence(cycle: Cycle, told: Any) -> None:
    floor = EvidenceFloor.objects.filter(cycle=cycle).first()
    skipped = cycle.closed_as == Status.MISSED and cycle.opens_at == cycle.closed_at
    if cycle.number > 1:
        assert (floor is None) == skipped, told
    if floor:
        assert floor.since == cycle.opens_at, told
        if cycle.fulfilled_by:
            assert cycle.fulfilled_by.happened_at > floor.since, told
