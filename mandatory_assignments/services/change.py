"""Changing open assignments: due date, note, late policy. A new due date is a new deadline version (product 3)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, NoticeKind, Outcome, Problem
from ..models import Assignment, Cycle, Deadline
from ..queries import access, changing, forbidding, noticing, recurring
from ..records import audit, judging, notices, reminders, series, work
from ..records import deadlines as due
from ..rules import deadlines
from ..verb import verb

ASSIGNMENT_FIELDS = ("note", "notify_by_email", "late_policy", "grace_days")
FIELDS = ("due_on", "repeat", "reminders", *ASSIGNMENT_FIELDS)


@verb("look_again", "notify")
def change_assignments(*, actor: Any, ids: Collection[uuid.UUID], fields: Mapping[str, Any], now: datetime) -> Outcome:
    """Gives these open assignments (uuids) the values of `fields`, whose names are those of FIELDS.

    A due date may go down to today, counted in the deadline's zone, and stands as it is named, whoever is away or
    exempt then. What the late policy had frozen counts again as far as the new cut-off reaches. Another repetition
    holds from the next cycle on; between two cycles of a series everything but the due date may change.

    `changed` and `unchanged` hold uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`,
    `withdrawn`, `missed`, `due_too_early`, `bad_every`, `interval_too_short`, `keep_not_possible`. Raises Forbidden,
    and Invalid for what is wrong for all: `note_too_long`, `due_too_late`, `bad_late_policy`, `bad_grace_days`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you change assignments.")))
    changing.check_fields("change", fields)
    work.lock_learners(changing.learner_ids(scope, ids), now=now)
    found = changing.latest_cycles(scope, ids)
    changed: list[uuid.UUID] = []
    unchanged: list[uuid.UUID] = []
    refused = [(id, changing.not_found()) for id in dict.fromkeys(ids) if id not in found]
    cycles: list[Cycle] = []
    versions: list[Deadline] = []
    reminding_anew: list[Cycle] = []
    counting_anew: set[tuple[int, int]] = set()
    entries = []
    was: dict[int, str] = {}
    usable = cache(noticing.usable_templates)
    for id, cycle in found.items():
        repeats_anew = "repeat" in fields and fields["repeat"] != recurring.coming(cycle.assignment)
        problem = series.closed(cycle, fields) or forbidding.moving(cycle, fields.get("due_on"), now)
        if problem is None and repeats_anew:
            problem = next(iter(series.problems(fields["repeat"], cycle.assignment.lead_days, cycle.training)), None)
        if problem is None and "reminders" in fields:
            problem = next(iter(reminders.problems(fields["reminders"], usable(cycle.organization_id))), None)
        if problem:
            refused.append((id, problem))
            continue
        before, cut_off_before = _shown(cycle), cycle.cut_off_at
        was[cycle.id] = before["due_on"]
        made = cycle.assignment
        for name in ASSIGNMENT_FIELDS:
            if name in fields:
                setattr(made, name, fields[name])
        due_on = fields.get("due_on", cycle.due_on)
        if due_on != cycle.due_on:
            versions.append(due.move(cycle, deadlines.deadline(due_on, cycle.zone), actor=actor, now=now))
        elif cycle.open and (made.late_policy, made.grace_days) != (before["late_policy"], before["grace_days"]):
            if cycle.frozen_at:
                versions.append(due.revise(cycle, due.present(cycle), actor=actor, now=now))
            else:
                due.cut_off(cycle)
        if "reminders" in fields and made.reminder_set != (wanted := reminders.shared_set(fields["reminders"])):
            made.reminder_set, cycle.next_reminder_at = wanted, now if cycle.open else None
            reminding_anew.append(cycle)
        if repeats_anew:
            series.set_repeat(made, fields["repeat"], cycle.due_on)
            made.open = True if cycle.open or series.lives(made) else None
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
    Assignment.objects.bulk_update(
        [cycle.assignment for cycle in cycles], [*ASSIGNMENT_FIELDS, "reminder_set", "open"], batch_size=100
    )
    Deadline.objects.bulk_create(versions, batch_size=500)
    Cycle.objects.bulk_update(cycles, due.COLUMNS, batch_size=100)
    if reminding_anew:
        notices.take_back_planned(reminding_anew, fields["reminders"], now=now)
    audit.append(entries)
    series.save(cycles, all_of_them="repeat" in fields)
    moved = {cycle.id: {"before": was[cycle.id]} for cycle in cycles if cycle.due_on.isoformat() != was[cycle.id]}
    notices.tell(NoticeKind.DUE_CHANGED, [cycle for cycle in cycles if cycle.id in moved], facts=moved, now=now)
    judging.judge_again(counting_anew, now=now)
    return Outcome(changed=changed, unchanged=unchanged, refused=refused)


def _shown(cycle: Cycle) -> dict[str, Any]:
    """What the audit tells of before and after."""
    made = cycle.assignment
    repeat = recurring.coming(made)
    told = asdict(repeat) if repeat else None
    return {
        "due_on": cycle.due_on.isoformat(),
        "repeat": told,
        "reminders": made.reminder_set_id,
        **{name: getattr(made, name) for name in ASSIGNMENT_FIELDS},
    }
