"""Compliance in numbers, now and at the end of an earlier day: by organization, department, training; and who they are.

Each assignment is counted once, by its latest round. What a number means is for rules.compliance to say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from organizations.models import Organization

from ..data import Scope, Status
from ..models import Cycle, Department, Training
from ..rules import compliance, deadlines
from ..rules.compliance import Tally
from ..settings import setting
from . import departing, past, tallies, teams
from .access import visible_cycles
from .assignments import trainings_meant
from .standing import OPEN_STATUSES, has_status

CHUNK = 5000


class GroupBy(StrEnum):
    """By what the numbers are told apart."""

    ORGANIZATION = "organization"
    DEPARTMENT = "department"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about: short name of an organization, uuid of a department, uuid or key of a training.

    Without `as_of` it tells how things stand now, else how they stood at the end of that day, by what was known then.
    """

    as_of: date | None = None
    organization: str = ""
    department: str = ""
    training: str = ""


@dataclass(slots=True)
class Row:
    """What is told of one organization (key: short name), department or training (key: uuid).

    The key is empty for those who are in none of the departments. Of a department `organization` is the short name, and
    `deeper` tells that there are others below.
    """

    key: str
    name: str
    tally: Tally = field(default_factory=Tally)
    organization: str = ""
    deeper: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The rows by name and what they come to: somebody in several departments is in each of them, and once in total."""

    rows: Sequence[Row]
    total: Tally


def last_day(now: datetime) -> date:
    """The latest day that can be asked about: today, wherever that is the latest."""
    return deadlines.local_day(now, "Pacific/Kiritimati")


def today(now: datetime) -> date:
    """The day on which the site is."""
    return deadlines.local_day(now, deadlines.first_zone(setting("SITE_ZONE")))


def report(scope: Scope, asked: Asked, by: GroupBy, now: datetime) -> Report:
    """The numbers. By department: of the departments right below the one asked for, else of the topmost that are seen,
    each with everybody below it.
    """
    match by:
        case GroupBy.DEPARTMENT:
            return _by_department(scope, asked, now)
        case GroupBy.TRAINING:
            return _by_column(scope, asked, now, "training_id", _named_trainings)
        case GroupBy.ORGANIZATION:
            return _by_column(scope, asked, now, "organization_id", _named_organizations)


def _by_column(
    scope: Scope, asked: Asked, now: datetime, column: str, named: Callable[[Sequence[int]], dict[int, Row]]
) -> Report:
    by_key: dict[int, Tally] = {}
    total = Tally()
    for (key,), numbers in _counted(scope, asked, [column], now):
        total.add(numbers)
        by_key.setdefault(key, Tally()).add(numbers)
    rows = named(list(by_key))
    for key, tally in by_key.items():
        rows[key].tally = tally
    return Report(sorted((row for row in rows.values() if row.tally.assigned), key=_by_name), total)


def _named_trainings(ids: Sequence[int]) -> dict[int, Row]:
    rows = Training.objects.filter(id__in=ids).values_list("id", "uuid", "name")
    return {id: Row(str(uuid), name) for id, uuid, name in rows}


def _named_organizations(ids: Sequence[int]) -> dict[int, Row]:
    rows = Organization.objects.filter(id__in=ids).values_list("id", "short_name", "name")
    return {id: Row(short_name, name) for id, short_name, name in rows}


def _by_department(scope: Scope, asked: Asked, now: datetime) -> Report:
    tree = departing.tree(scope, asked.organization, asked.department)
    rows = {
        node.id: Row(str(node.uuid), node.name, organization=node.organization, deeper=node.deeper)
        for node in tree.nodes
    }
    alike: dict[frozenset[int], Tally] = {}
    for (organization_id, learner_id), numbers in _counted(scope, asked, ["organization_id", "learner_id"], now):
        alike.setdefault(tree.nodes_of.get((organization_id, learner_id), NOWHERE), Tally()).add(numbers)
    nowhere, total = Row("", "", alike.get(NOWHERE, Tally())), Tally()
    for node_ids, tally in alike.items():
        total.add(tally.numbers)
        for node_id in node_ids:
            rows[node_id].tally.add(tally.numbers)
    found = sorted(rows.values(), key=_by_name)
    return Report([*found, nowhere] if nowhere.tally.assigned else found, total)


NOWHERE: frozenset[int] = frozenset()


def _by_name(row: Row) -> tuple[str, str]:
    return row.name.casefold(), row.key


# ----- counting -----


def _counted(scope: Scope, asked: Asked, columns: Sequence[str], now: datetime) -> tallies.Counted:
    """Numbers by the values of these columns."""
    rows = _narrowed(scope, asked)
    if asked.as_of is None:
        return tallies.counted_now(rows, columns, now)
    return tallies.counted_then(rows, columns, asked.as_of, now)


def _narrowed(scope: Scope, asked: Asked) -> QuerySet[Cycle]:
    """The cycles that a report is about, in whatever round."""
    rows = Cycle.objects.filter(visible_cycles(scope))
    if asked.organization:
        rows = rows.filter(organization__in=_ids(Organization.objects.filter(short_name=asked.organization)))
    if asked.training:
        rows = rows.filter(training_id__in=trainings_meant(asked.training))
    if asked.department:
        owner = _ids(Department.objects.filter(uuid=asked.department), "organization_id")
        rows = rows.filter(organization__in=owner, learner_id__in=teams.members_of_department(scope, asked.department))
    return rows


def _ids(rows: QuerySet[Any], column: str = "id") -> list[int]:
    return list(rows.values_list(column, flat=True))


def _present(rows: QuerySet[Cycle]) -> QuerySet[Cycle]:
    """The latest round of each assignment; one that is open is the latest.

    Only where there are several rounds at all, which is seldom, is it asked for each whether there is a later one.
    """
    several = Cycle.objects.filter(number__gt=1).values("assignment_id")
    later = Cycle.objects.filter(assignment=OuterRef("assignment"), number__gt=OuterRef("number"))
    return rows.filter(Q(open=True) | ~Q(assignment_id__in=several) | ~Exists(later))


# ----- who they are -----


def people(scope: Scope, asked: Asked, number: str, now: datetime) -> QuerySet[Cycle]:
    """The rounds behind a number (a name of rules.compliance); of an earlier day with what `past.as_of` tells."""
    rows = _narrowed(scope, asked).select_related("learner", "training", "organization", "assignment")
    if asked.as_of is None:
        withdrawn = Q(closed_as=Status.WITHDRAWN.value)
        wanted = ~withdrawn if number == compliance.EVERY else tallies.conditions(now).get(number, Q(pk__in=()))
        return _present(rows).filter(wanted)
    judged: QuerySet[Any] = past.rounds_on(rows, asked.as_of, now)
    match number:
        case compliance.EVERY:
            return judged.exclude(status_then=Status.WITHDRAWN.value)
        case "late" | "recorded_later":
            return judged.filter(**{"late_then" if number == "late" else number: True})
        case _:
            return judged.filter(status_then=number)


def in_chunks(rows: QuerySet[Cycle]) -> Iterator[list[Cycle]]:
    """All of these rows, some at a time: not all of them are in memory at once."""
    last = 0
    while chunk := list(rows.order_by("pk").filter(pk__gt=last)[: CHUNK // 5]):
        yield chunk
        last = chunk[-1].pk


# ----- what is to come -----


def falling_due(scope: Scope, asked: Asked, now: datetime) -> list[tuple[date, date, int]]:
    """First and last day of each of the coming weeks, and how much that is open now falls due in it."""
    weeks = compliance.weeks(today(now))
    rows = _narrowed(scope, asked).filter(
        has_status(OPEN_STATUSES, now), due_on__gte=weeks[0][0], due_on__lte=weeks[-1][1]
    )
    per_day = dict(rows.order_by().values_list("due_on").annotate(Count("pk")))
    numbers = compliance.by_week(weeks[0][0], per_day)
    return [(first, last, number) for (first, last), number in zip(weeks, numbers, strict=True)]
