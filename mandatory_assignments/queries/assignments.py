"""Lists and single assignments, for staff by scope and for learners their own. A list reads the cycle's row."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Prefetch, Q, QuerySet
from organizations.models import Organization

from ..data import EnrollmentState, Scope, Status
from ..host import lms
from ..models import Assignment, AuditEntry, Completion, Cycle, RequiredEnrollment, Training
from ..rules import deadlines, enrolling
from ..rules.standing import is_cut_off
from ..settings import setting
from . import teams
from .access import only_people, visible_cycles, visible_parts
from .parts import (
    MOST_SCATTERED,
    MOST_TRAININGS,
    NOBODY,
    Part,
    Parted,
    apart,
    of_learners,
    of_organizations,
    of_people,
    of_trainings,
)
from .standing import EVERY_OPEN, has_status, status_of, status_parts

Rows = TypeVar("Rows", bound=QuerySet[Cycle])

ORDERINGS = ("due_at", "assigned_at", "percent", "sort_name", "last_reminder_at")
"""The columns that a list may be ordered by; who has no percent, or was never reminded, comes before all others."""

_ENROLLMENTS = "enrollments_by_course"
"""Where a list keeps an assignment's enrolments: plainly, which for a hundred rows costs half of a related set."""

_FEW = 1000

_A_DAY = timedelta(days=1)

MOST_COUNTED = 10_000
"""A list's count is exact up to here."""


def cycles(
    scope: Scope,
    *,
    now: datetime,
    statuses: Collection[Status] = (),
    training: str = "",
    course_key: str = "",
    learner: str = "",
    department: str = "",
    group: str = "",
    organization: str = "",
    due_after: date | None = None,
    due_before: date | None = None,
    search: str = "",
    needs_attention: bool = False,
) -> QuerySet[Cycle]:
    """What this scope sees, narrowed by statuses, training (uuid or key), username or e-mail, part of a name and so on.

    `department` (with everything below it) and `group` are uuids; the due days are inclusive.
    """
    wanted = frozenset(statuses or Status)
    if needs_attention:
        wanted &= EVERY_OPEN
    closed = Q() if wanted >= frozenset(Status) else has_status(wanted, now)
    by_closing = [_if_few(part) for part in status_parts(wanted, now)]
    narrowed = [visible_parts(scope)]
    if training:
        narrowed.append(of_trainings(trainings_meant(training)))
    if course_key:
        narrowed.append(of_trainings(trainings_meant(course_key)))
    if learner:
        meant = Q(email__iexact=learner) if "@" in learner else Q(username=learner)
        ids = get_user_model().objects.filter(meant).values_list("id", flat=True)
        narrowed.append([of_learners(list(ids))])
    if department:
        narrowed.append([of_people(teams.members_of_department(scope, department))])
    if group:
        narrowed.append([of_people(teams.members_of_group(scope, group))])
    if organization:
        named = Organization.objects.filter(short_name=organization).values_list("id", flat=True)
        narrowed.append(of_organizations(named))
    if due_after or due_before:
        narrowed.append([Part(_due_between(due_after or date.min, due_before or date.max))])
    if needs_attention:
        narrowed.append([_if_few(Part(Q(attention__gt=""), scattered=True))])
    if search:
        narrowed.append(_named(search, only_people(scope)))
    return _with_names(Parted(Cycle)).of_parts(closed, by_closing, *narrowed)


def cycle(scope: Scope, assignment_uuid: uuid.UUID) -> Cycle | None:
    """The present round of one assignment that this scope sees."""
    return _latest(_with_names(Cycle.objects.filter(visible_cycles(scope))), assignment_uuid)


def count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows, and whether that is exact: beyond 10,000 nobody counts on."""
    whole, parts = (
        (rows.whole, rows.counted) if isinstance(rows, Parted) and rows.whole is not None else (rows, [Part(Q())])
    )
    found = 0
    for part in parts:
        if found <= MOST_COUNTED:
            found += whole.filter(part.condition).order_by().values("pk")[: MOST_COUNTED + 1 - found].count()
    return min(found, MOST_COUNTED), found <= MOST_COUNTED


def my_cycles(learner_id: int, *, open: bool | None = None) -> QuerySet[Cycle]:
    """The learner's own: those that are open, those that are not, or all; open ones first, then by deadline."""
    rows = _with_names(Cycle.objects.filter(learner_id=learner_id)).order_by("closed_as", "due_at", "id")
    return rows if open is None else rows.filter(open=True if open else None)


def my_dashboard(learner_id: int, now: datetime) -> tuple[list[Cycle], int]:
    """What the learner's dashboard shows: what is to do by deadline, what is frozen, what waits, what is completed.

    And how many older ones are still to do. What was withdrawn or missed is not shown.
    """
    earliest = (now - timedelta(days=setting("HIDE_AFTER_DAYS") + 2)).date()
    completed = Q(closed_as=Status.COMPLETED, due_on__gte=earliest)
    rows = list(my_cycles(learner_id).filter(Q(open=True) | completed))
    waiting = {row.id for row in rows if status_of(row, now) in (Status.EXEMPT, Status.PAUSED)}
    frozen = {row.id for row in rows if is_cut_off(row.cut_off_at, now)}
    shown = sorted(on_dashboard(rows, now), key=lambda row: (not row.open, row.id in waiting, row.id in frozen))
    to_do = {row.id for row in rows if row.open} - waiting
    return shown, len(to_do - {row.id for row in shown})


def my_cycle(learner_id: int, assignment_uuid: uuid.UUID) -> Cycle | None:
    """The present round of one of the learner's own assignments."""
    return _latest(_with_names(Cycle.objects.filter(learner_id=learner_id)), assignment_uuid)


def rounds(scope: Scope, assignment_uuid: uuid.UUID) -> list[Cycle]:
    """Every round of one assignment that this scope sees, the latest first."""
    return _rounds(Cycle.objects.filter(visible_cycles(scope), assignment__uuid=assignment_uuid))


def my_rounds(learner_id: int, assignment_uuid: uuid.UUID) -> list[Cycle]:
    """Every round of one of the learner's own assignments, the latest first."""
    return _rounds(Cycle.objects.filter(learner_id=learner_id, assignment__uuid=assignment_uuid))


def _rounds(rows: QuerySet[Cycle]) -> list[Cycle]:
    return list(rows.select_related("fulfilled_by__recorded_by").order_by("-number"))


def on_dashboard(rows: Collection[Cycle], now: datetime) -> list[Cycle]:
    """Those still on the dashboard: until the local midnight so many days after the due day, whatever the status."""
    keep = timedelta(days=setting("HIDE_AFTER_DAYS"))
    return [row for row in rows if now < deadlines.start_of_day(row.due_on + keep, row.zone)]


def already_assigned(training_id: int, organization_id: int, learner_ids: Collection[int]) -> set[int]:
    """Those of the learners to whom this organization assigned the training and who are not through yet."""
    return set(
        Assignment.objects.filter(
            training_id=training_id, organization_id=organization_id, learner_id__in=learner_ids, open=True
        ).values_list("learner_id", flat=True)
    )


def replaceable(training_id: int, organization_id: int, learner_ids: Collection[int], now: datetime) -> list[Cycle]:
    """Of what is assigned already, the cycles frozen past their cut-off: a new assignment takes their place."""
    rows = Cycle.objects.filter(
        training_id=training_id,
        organization_id=organization_id,
        learner_id__in=learner_ids,
        open=True,
        cut_off_at__lt=now,
    )
    return list(rows.select_related("assignment"))


def enrollment(cycle: Cycle) -> tuple[EnrollmentState, str]:
    """The state and reason for a cycle read `with_enrollments`: of several courses the one that needs somebody most."""
    rows: list[RequiredEnrollment] = getattr(cycle.assignment, _ENROLLMENTS)
    return enrolling.worst((row.state, row.reason) for row in rows)


def history(cycle: Cycle) -> list[AuditEntry]:
    """What happened to the assignment, oldest first."""
    return list(
        AuditEntry.objects.filter(assignment_id=cycle.assignment_id).select_related("actor").order_by("at", "id")
    )


def proofs(entries: Iterable[AuditEntry]) -> dict[int, Completion]:
    """By the id of an entry that tells of a fulfilled round the completion that did it, with who recorded it."""
    told = {entry.id: entry.after.get("completion") for entry in entries if entry.act == "completed"}
    rows = Completion.objects.filter(uuid__in=[uuid for uuid in told.values() if uuid]).select_related("recorded_by")
    by_uuid = {str(row.uuid): row for row in rows}
    return {id: by_uuid[uuid] for id, uuid in told.items() if uuid in by_uuid}


def due_bounds(now: datetime) -> tuple[date, date]:
    """The first and the last due day that can be chosen now, counted in the site's zone; a learner's own may differ."""
    zone = deadlines.first_zone(setting("SITE_ZONE"))
    return deadlines.first_due_on(now, zone, setting("MIN_LEAD_DAYS")), deadlines.LAST_DUE_ON


def days_late(cycle: Cycle, now: datetime) -> int:
    """Days after the due day: of the completion, of the closing if missed, of now while overdue; else 0."""
    if status_of(cycle, now) not in (Status.COMPLETED, Status.MISSED, Status.OVERDUE):
        return 0
    if cycle.completed_on:
        return max((cycle.completed_on - cycle.due_on).days, 0)
    return deadlines.days_late(cycle.completed_at or cycle.closed_at or now, cycle.due_on, cycle.zone)


def days_left(cycle: Cycle, now: datetime) -> int:
    """Local days until the due day, negative after it."""
    return (cycle.due_on - deadlines.local_day(now, cycle.zone)).days


def _with_names(rows: Rows) -> Rows:
    named = rows.select_related(
        "training", "organization", "learner", "assignment__assigned_by", "assignment__reminder_set"
    )
    return with_enrollments(named.defer(*_unshown_columns()))


def with_enrollments(rows: Rows) -> Rows:
    """The cycles with what `enrollment` reads."""
    enrollments = RequiredEnrollment.objects.order_by("course_key")
    return rows.prefetch_related(Prefetch("assignment__enrollments", enrollments, to_attr=_ENROLLMENTS))


@cache
def _unshown_columns() -> tuple[str, ...]:
    """What a list leaves in the tables that it joins: of accounts and organizations it shows names alone."""
    account = get_user_model()
    accounts = {"learner": account, "assignment__assigned_by": account}
    joined = {"training": Training, "organization": Organization, **accounts}
    shown = {"id", "uuid", "kind", "key", "name", "short_name", "username", "offline", "criterion", "archived_at"}
    return tuple(
        f"{path}__{field.name}"
        for path, model in joined.items()
        for field in model._meta.concrete_fields
        if field.name not in shown
    )


def _latest(rows: QuerySet[Cycle], assignment_uuid: uuid.UUID) -> Cycle | None:
    return rows.filter(assignment__uuid=assignment_uuid).order_by("-number").first()


def trainings_meant(reference: str) -> list[int]:
    """The id of the training with this uuid or key, if there is one."""
    try:
        meant = Q(uuid=uuid.UUID(reference))
    except ValueError:
        meant = Q(key=reference)
    return list(Training.objects.filter(meant).values_list("id", flat=True))


def _if_few(part: Part) -> Part:
    """The part, scattered only where its rows are few among those of everybody."""
    if not part.scattered:
        return part
    few = Cycle.objects.filter(part.condition).values("pk")[: _FEW + 1].count() <= _FEW
    return replace(part, scattered=few)


def _due_between(first: date, last: date) -> Q:
    """Due on these days or on one between. The days are those of each row's zone, at most a day off those of UTC."""
    found = Q(due_on__gte=first, due_on__lte=last)
    if first > date.min:
        found &= Q(due_at__gte=datetime.combine(first, time.min, UTC))
    if last < date.max - _A_DAY:
        found &= Q(due_at__lt=datetime.combine(last + 2 * _A_DAY, time.min, UTC))
    return found


def _named(text: str, among: Collection[int] | QuerySet[Any, int] | None) -> list[Part]:
    """Whose name or training's name contains the text."""
    trainings = list(Training.objects.filter(name__icontains=text).values_list("id", flat=True)) or [NOBODY]
    learners = lms.people_named(text, MOST_SCATTERED + 1, among)
    many = len(learners) > MOST_SCATTERED
    people = Part(Q(sort_name__icontains=text)) if many else of_learners(learners)
    return apart([people, Part(Q(training_id__in=trainings), scattered=len(trainings) <= MOST_TRAININGS)])
