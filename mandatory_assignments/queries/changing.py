"""Assignments that somebody wants to change: those in reach, each with its present round, and what forbids it."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import HoldKind, Invalid, LatePolicy, Problem, Scope, Status
from ..models import Absence, Cycle, Deadline, Hold, Training
from ..rules import deadlines
from ..settings import setting
from . import access, assignments
from .policies import MOST_GRACE_DAYS

CHUNK = 2000
"""Rows that are looked up at once."""


def learner_ids(scope: Scope, ids: Collection[uuid.UUID]) -> set[int]:
    """Whose assignments these are, as far as the scope may change them."""
    rows = Cycle.objects.filter(access.changeable_cycles(scope), assignment__uuid__in=ids)
    return set(rows.values_list("learner_id", flat=True))


def latest_cycles(scope: Scope, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Cycle]:
    """The present round of each of these assignments that the scope may change, in the order of the ids."""
    rows = Cycle.objects.filter(access.changeable_cycles(scope), assignment__uuid__in=ids)
    found = {row.assignment.uuid: row for row in rows.select_related("assignment", "training").order_by("number")}
    return {id: found[id] for id in dict.fromkeys(ids) if id in found}


def visible_cycles(scope: Scope, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Cycle]:
    """The present round of each of these assignments that the scope sees, a manager's team among them."""
    rows = Cycle.objects.filter(access.visible_cycles(scope), assignment__uuid__in=ids)
    found = {row.assignment.uuid: row for row in rows.select_related("assignment", "training").order_by("number")}
    return {id: found[id] for id in dict.fromkeys(ids) if id in found}


def matching_rows(scope: Scope, *, now: datetime, conditions: Mapping[str, Any], most: int) -> list[Cycle]:
    """The rounds that the conditions of `assignments.cycles` find, of each assignment the latest; at most so many."""
    found: dict[int, Cycle] = {}
    for row in (
        assignments.cycles(scope, now=now, **conditions).select_related(None).only(*_JUDGED).order_by("id")[:most]
    ):
        before = found.get(row.assignment_id)
        if before is None or before.number < row.number:
            found[row.assignment_id] = row
    return list(found.values())


_JUDGED = (
    *("id", "assignment_id", "learner_id", "training_id", "organization_id", "number", "open", "closed_as"),
    *("zone", "due_on", "due_at", "cut_off_at", "units_done"),
    *("exempt_from_at", "exempt_until_at", "paused_from_at", "paused_until_at"),
)
"""The columns of a round by which it is told what forbids to change it."""


def with_assignments(rows: Collection[Cycle]) -> list[Cycle]:
    """The same rounds, each with its assignment and training: one query."""
    found = Cycle.objects.filter(id__in=[row.id for row in rows]).select_related("assignment", "training")
    return list(found.order_by("id"))


def archived_trainings() -> frozenset[int]:
    """The ids of all trainings that are archived."""
    return frozenset(Training.objects.filter(archived_at__isnull=False).values_list("id", flat=True))


def changeable_ids(scope: Scope, rows: Collection[Cycle]) -> set[int]:
    """The ids of these rounds' assignments that the scope may change."""
    if scope.everything:
        return {row.assignment_id for row in rows}
    found: set[int] = set()
    ids = [row.id for row in rows]
    for begin in range(0, len(ids), CHUNK):
        mine = Cycle.objects.filter(access.changeable_cycles(scope), id__in=ids[begin : begin + CHUNK])
        found |= set(mine.values_list("assignment_id", flat=True))
    return found


def open_cycles(learner_id: int, organization_id: int) -> list[Cycle]:
    """The open rounds of one person's assignments of one organization."""
    rows = Cycle.objects.filter(learner_id=learner_id, organization_id=organization_id, open=True)
    return list(rows.select_related("assignment").order_by("id"))


def live_holds(cycles: Collection[Cycle], kind: HoldKind) -> dict[int, Hold]:
    """By cycle the latest hold of this kind that nobody ended."""
    rows = Hold.objects.filter(cycle__in=cycles, kind=kind, ended_at=None).order_by("id")
    return {row.cycle_id: row for row in rows}


def holds_not_over(cycles: Collection[Cycle], now: datetime) -> list[Hold]:
    """The holds of these cycles that nobody ended and whose end has not come."""
    return list(Hold.objects.filter(cycle__in=cycles, ended_at=None).exclude(until_at__lte=now).order_by("id"))


def deadlines_before(holds: Collection[Hold]) -> dict[int, Deadline]:
    """By cycle the deadline that it had before its hold."""
    versions = {hold.cycle_id: hold.version_before for hold in holds}
    rows = Deadline.objects.filter(cycle_id__in=versions).order_by("revision")
    return {row.cycle_id: row for row in rows if row.version == versions[row.cycle_id]}


def absences(organization_id: int, learner_ids: Collection[int]) -> dict[int, Absence]:
    """By person the absence that was not ended; it may lie ahead, and be over by now."""
    rows = Absence.objects.filter(organization_id=organization_id, learner_id__in=learner_ids, live=True)
    return {row.learner_id: row for row in rows}


def absences_during(cycles: Collection[Cycle]) -> dict[tuple[int, int], Absence]:
    """By (organization id, learner id) of these cycles the absence that was not ended; it may be over by now."""
    learner_ids = {cycle.learner_id for cycle in cycles}
    owners = {cycle.organization_id for cycle in cycles}
    rows = Absence.objects.filter(organization_id__in=owners, learner_id__in=learner_ids, live=True) if cycles else ()
    return {(row.organization_id, row.learner_id): row for row in rows}


def absence(absence_uuid: uuid.UUID) -> Absence:
    """One absence with its person and its organization."""
    return Absence.objects.select_related("learner", "organization").get(uuid=absence_uuid)


def not_found() -> Problem:
    """The one answer for what does not exist and what is out of reach."""
    return Problem("not_found", _("There is no such assignment."))


def closed(cycle: Cycle) -> Problem | None:
    """What forbids to change a round that is over."""
    if cycle.open:
        return None
    messages = {
        Status.COMPLETED: _("This assignment is completed and cannot be changed any more."),
        Status.WITHDRAWN: _("This assignment was withdrawn."),
        Status.MISSED: _("This assignment was missed and is closed."),
    }
    return Problem(cycle.closed_as, messages[Status(cycle.closed_as)])


def is_exempt(cycle: Cycle, now: datetime) -> bool:
    """Whether an exemption holds now."""
    until = cycle.exempt_until_at
    return cycle.exempt_from_at is not None and (until is None or now < until)


def check_reason(reason: str, *, required: bool = False) -> None:
    """Raises Invalid `reason_too_long`, and where a reason has to be given `reason_required`."""
    longest = setting("NOTE_MAX_LENGTH")
    if len(reason) > longest:
        message = _("The reason has more than %(longest)d characters.") % {"longest": longest}
        raise Invalid(Problem("reason_too_long", message, "reason"))
    if required and not reason.strip():
        raise Invalid(Problem("reason_required", _("Say why."), "reason"))


def check_fields(action: str, fields: Mapping[str, Any]) -> None:
    """Raises Invalid for what is wrong with the fields of a change, whichever assignments it is about.

    That is `note_too_long`, `due_too_late`, `bad_late_policy`, `bad_grace_days`, `reason_too_long`, `reason_required`.
    """
    check_reason(fields.get("reason", ""), required=action == "exempt")
    longest = setting("NOTE_MAX_LENGTH")
    problems = []
    if len(fields.get("note", "")) > longest:
        message = _("The note has %(length)d characters; at most %(longest)d are allowed.")
        problems.append(Problem("note_too_long", message % {"length": len(fields["note"]), "longest": longest}, "note"))
    due_on = fields.get("due_on") or date.min
    due_on = date.fromisoformat(due_on) if isinstance(due_on, str) else due_on
    if due_on > deadlines.LAST_DUE_ON:
        message = _("%(due_on)s is too far ahead; the last date allowed is %(last)s.")
        facts = {"due_on": due_on.isoformat(), "last": deadlines.LAST_DUE_ON.isoformat()}
        problems.append(Problem("due_too_late", message % facts, "due_on"))
    problems += late_problems(fields)
    if problems:
        raise Invalid(*problems)


def late_problems(fields: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a `late_policy` and with `grace_days`, where they are named: those and nothing else."""
    problems = []
    late_policy, grace_days = fields.get("late_policy", LatePolicy.ACCEPT), fields.get("grace_days", 0)
    if late_policy not in list(LatePolicy):
        message = _('There is no late policy "%(value)s"; it is accept or freeze.') % {"value": late_policy}
        problems.append(Problem("bad_late_policy", message, "late_policy"))
    if not 0 <= grace_days <= MOST_GRACE_DAYS:
        message = _("The days of grace are a number from 0 to %(most)d.") % {"most": MOST_GRACE_DAYS}
        problems.append(Problem("bad_grace_days", message, "grace_days"))
    return problems
