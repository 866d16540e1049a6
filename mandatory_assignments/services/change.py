"""Changing open assignments: due date, note, late policy. A new due date is a new deadline version (product 3)."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, Invalid, Outcome, Problem
from ..models import Assignment, Cycle, Deadline
from ..queries import access, changing
from ..records import audit, judging, work
from ..records import deadlines as due
from ..rules import deadlines
from ..settings import setting
from ..verb import verb

ASSIGNMENT_FIELDS = ("note", "notify_by_email", "late_policy", "grace_days")
FIELDS = ("due_on", *ASSIGNMENT_FIELDS)


@verb("look_again")
def change_assignments(*, actor: Any, ids: Collection[uuid.UUID], fields: Mapping[str, Any], now: datetime) -> Outcome:
    """Gives these open assignments (uuids) the values of `fields`, whose names are those of FIELDS.

    A due date may go down to today, counted in the deadline's zone, and stands as it is named, whoever is away or
    exempt then. What the late policy had frozen counts again as far as the new cut-off reaches. `changed` and
    `unchanged` hold uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`, `withdrawn`, `missed`,
    `due_too_early`. Raises Forbidden, and Invalid for what is wrong for all: `note_too_long`, `due_too_late`,
    `bad_late_policy`, `bad_grace_days`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you change assignments.")))
    _check(fields)
    work.lock_learners(changing.learner_ids(scope, ids), now=now)
    found = changing.latest_cycles(scope, ids)
    changed: list[uuid.UUID] = []
    unchanged: list[uuid.UUID] = []
    refused = [(id, changing.not_found()) for id in dict.fromkeys(ids) if id not in found]
    cycles: list[Cycle] = []
    versions: list[Deadline] = []
    counting_anew: set[tuple[int, int]] = set()
    entries = []
    for id, cycle in found.items():
        if problem := changing.closed(cycle) or _due_problem(cycle, fields.get("due_on"), now):
            refused.append((id, problem))
            continue
        before, cut_off_before = _shown(cycle), cycle.cut_off_at
        made = cycle.assignment
        for name in ASSIGNMENT_FIELDS:
            if name in fields:
                setattr(made, name, fields[name])
        due_on = fields.get("due_on", cycle.due_on)
        if due_on != cycle.due_on:
            versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
        elif (made.late_policy, made.grace_days) != (before["late_policy"], before["grace_days"]):
            if cycle.frozen_at:
                versions.append(due.revise(cycle, due.present(cycle), actor=actor, now=now))
            else:
                due.cut_off(cycle)
        after = _shown(cycle)
        if after == before:
            unchanged.append(id)
            continue
        changed.append(id)
        cycles.append(cycle)
        if cycle.cut_off_at != cut_off_before:
            counting_anew.add((cycle.learner_id, cycle.training_id))
        differing = [name for name in after if after[name] != before[name]]
        entries.append(
            audit.entry(
                "changed",
                now=now,
                actor=actor,
                assignment=made,
                before={name: before[name] for name in differing},
                after={name: after[name] for name in differing},
            )
        )
    Assignment.objects.bulk_update([cycle.assignment for cycle in cycles], ASSIGNMENT_FIELDS, batch_size=100)
    Deadline.objects.bulk_create(versions, batch_size=500)
    Cycle.objects.bulk_update(cycles, due.COLUMNS, batch_size=100)
    audit.append(entries)
    judging.judge_again(counting_anew, now=now)
    return Outcome(changed=changed, unchanged=unchanged, refused=refused)


def _check(fields: Mapping[str, Any]) -> None:
    longest = setting("NOTE_MAX_LENGTH")
    problems = []
    if len(fields.get("note", "")) > longest:
        message = _("The note has %(length)d characters; at most %(longest)d are allowed.")
        problems.append(Problem("note_too_long", message % {"length": len(fields["note"]), "longest": longest}, "note"))
    if fields.get("due_on", date.min) > deadlines.LAST_DUE_ON:
        message = _("%(due_on)s is too far ahead; the last date allowed is %(last)s.")
        facts = {"due_on": fields["due_on"].isoformat(), "last": deadlines.LAST_DUE_ON.isoformat()}
        problems.append(Problem("due_too_late", message % facts, "due_on"))
    problems += changing.late_problems(fields)
    if problems:
        raise Invalid(*problems)


def _due_problem(cycle: Cycle, due_on: date | None, now: datetime) -> Problem | None:
    first = deadlines.first_due_on(now, cycle.zone, 0)
    if due_on is None or due_on == cycle.due_on or due_on >= first:
        return None
    return Problem(
        "due_too_early",
        _("%(due_on)s is too early; the first date allowed is %(first)s.")
        % {"due_on": due_on.isoformat(), "first": first.isoformat()},
        "due_on",
    )


def _shown(cycle: Cycle) -> dict[str, Any]:
    """What the audit tells of before and after."""
    made = cycle.assignment
    return {"due_on": cycle.due_on.isoformat(), **{name: getattr(made, name) for name in ASSIGNMENT_FIELDS}}
