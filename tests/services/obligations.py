"""The days on which the tests of obligations play, what they see then, and whether facts and columns agree."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import HoldKind
from mandatory_assignments.models import AuditEntry, Cycle, Deadline, Hold, OrganizationMember
from mandatory_assignments.queries import standing
from mandatory_assignments.rules import deadlines

from .conftest import COURSE


def may(day: int, hour: int = 8) -> datetime:
    """An instant of May 2027, UTC; days beyond the 31st are those of June."""
    return datetime(2027, 5 + (day > 31), day - 31 * (day > 31), hour, tzinfo=UTC)


def on(day: int) -> date:
    """A day of May 2027, or of June beyond the 31st."""
    return may(day).date()


def round_of(username: str = "lena") -> Cycle:
    """The learner's latest cycle."""
    return Cycle.objects.select_related("assignment").filter(learner__username=username).latest("id")


def ids(*usernames: str) -> list[Any]:
    """The uuids of their assignments."""
    return [round_of(name).assignment.uuid for name in usernames or ["lena"]]


def status(now: datetime, username: str = "lena") -> str:
    """What the learner's latest cycle shows at that instant."""
    return standing.status_of(round_of(username), now).value


def marks(now: datetime) -> list[str]:
    """What is shown beside the status."""
    return [mark.value for mark in standing.modifiers_of(round_of(), now)]


def work(campus: Any, units: int | None, at: datetime) -> None:
    """The learner does the first units, or all, at that instant; nobody looks."""
    build.complete(campus.learner, COURSE, units=units, at=at)


def tick(at: datetime) -> None:
    """The scheduler comes by, and everything waiting is done."""
    with clock.at(at):
        api.tick(now=at)
        build.drain()


def record(campus: Any, day: date, now: datetime, source: str = "import") -> Any:
    """Staff record that the learner completed the course on that day."""
    asked = {"training": COURSE, "learners": ["lena"], "completed_on": day, "source": source, "now": now}
    return api.record_completions(actor=campus.coordinator, **asked)


def join(user: Any, organization: str) -> None:
    """The person belongs to this organization, too."""
    OrganizationMember.objects.create(organization=build.organization(organization), user=user, joined_at=may(1))


def codes(outcome: Any) -> list[str]:
    """Why something was refused."""
    return [problem.code for _, problem in outcome.refused]


def told(act: str) -> AuditEntry:
    """The latest audit entry of this kind."""
    return AuditEntry.objects.filter(act=act).latest("id")


def assert_facts_and_columns_agree(now: datetime) -> None:
    """What the cycle's row repeats is what the facts say, for every cycle there is."""
    for cycle in Cycle.objects.select_related("assignment"):
        _assert_deadline(cycle)
        if cycle.open:
            assert (cycle.closed_as, cycle.closed_at, cycle.fulfilled_by, cycle.assignment.open) == (
                "",
                None,
                None,
                True,
            )
            _assert_hold(cycle, HoldKind.EXEMPT, (cycle.exempt_from_at, cycle.exempt_until_at), now)
            _assert_hold(cycle, HoldKind.PAUSE, (cycle.paused_from_at, cycle.paused_until_at), now)
        else:
            assert cycle.closed_as
            assert cycle.closed_at
            assert cycle.open is None
            assert (cycle.closed_as == "completed") == bool(cycle.fulfilled_by_id) == bool(cycle.completed_at)


def _assert_deadline(cycle: Cycle) -> None:
    rows = list(Deadline.objects.filter(cycle=cycle).order_by("version", "revision"))
    steps = [(row.version, row.revision) for row in rows]
    assert steps[0] == (1, 0)
    for before, after in pairwise(steps):
        assert after in ((before[0], before[1] + 1), (before[0] + 1, 0))
    last = rows[-1]
    present = (cycle.deadline_version, cycle.deadline_revision, cycle.due_on, cycle.zone, cycle.due_at)
    assert (last.version, last.revision, last.due_on, last.zone, last.due_at) == present
    assert deadlines.deadline(cycle.due_on, cycle.zone).due_at == cycle.due_at
    if cycle.frozen_at and cycle.open:
        assert (last.frozen_units_done, last.frozen_units_total) == (cycle.units_done, cycle.units_total)


def _assert_hold(cycle: Cycle, kind: HoldKind, columns: tuple[datetime | None, datetime | None], now: datetime) -> None:
    rows = Hold.objects.filter(cycle=cycle, kind=kind, ended_at=None).exclude(until_at__lte=now)
    live = [(row.from_at, row.until_at) for row in rows]
    shown = columns[0] is not None and (columns[1] is None or columns[1] > now)
    assert live == ([columns] if shown else [])
