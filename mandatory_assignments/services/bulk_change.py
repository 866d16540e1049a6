"""Planning to change many assignments: those that a filter finds now, sorted as the preview shows it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from .. import kept
from ..data import Bucket, Conflict, Forbidden, Invalid, JobKind, Problem
from ..models import Cycle, Job
from ..queries import access, changing, forbidding, noticing, recurring
from ..records import jobs, reminders, series
from ..verb import verb

MOST_ASSIGNMENTS = 100_000
"""Assignments of one job."""


@verb()
def plan_bulk_change(
    *,
    actor: Any,
    action: str,
    fields: Mapping[str, Any],
    conditions: Mapping[str, Any],
    expected_count: int | None = None,
    title: str = "",
    now: datetime,
) -> Job:
    """Sorts what the conditions of `assignments.cycles` find into what is to be changed and what would be refused.

    The answer is a job that waits to be confirmed; `action` and `fields` are what the job is told. With
    `expected_count`, the number that somebody saw, another number refuses with Conflict `count_changed`. Raises
    Forbidden, and Invalid `nothing_found`, `too_many`, and what `changing.check_fields` does.
    """
    scope = access.scope(actor)
    reminding = action == "remind"
    if not (scope.sees_staff_pages if reminding else scope.assigns):
        raise Forbidden(Problem("forbidden", _("Your role does not let you change assignments.")))
    changing.check_fields(action, fields)
    rows = changing.matching_rows(scope, now=now, conditions=conditions, most=MOST_ASSIGNMENTS + 1)
    _check_count(len(rows), expected_count)
    changeable = {row.assignment_id for row in rows} if reminding else changing.changeable_ids(scope, rows)
    foreseen = _foreseen(action, fields, [row for row in rows if row.assignment_id in changeable], now)
    lines = []
    for row in rows:
        problem = foreseen.get(row.id) if row.assignment_id in changeable else _not_yours()
        bucket = Bucket.REFUSE if problem else Bucket.CREATE
        lines.append(jobs.Line(bucket, row.learner_id, row.assignment_id, problem=problem))
    return jobs.store(
        JobKind.BULK_CHANGE,
        lines,
        actor=actor,
        terms={"action": action, "fields": kept.fields_json(fields)},
        title=title,
        now=now,
    )


def _foreseen(action: str, fields: Mapping[str, Any], rows: Sequence[Cycle], now: datetime) -> dict[int, Problem]:
    """By round what its verb would refuse it for, some at a time."""
    found: dict[int, Problem] = {}
    due_on, until = _day(fields.get("due_on")), _day(fields.get("until"))
    archived = changing.archived_trainings() if action == "remind" else ()
    usable = cache(noticing.usable_templates)
    for begin in range(0, len(rows), changing.CHUNK):
        chunk = rows[begin : begin + changing.CHUNK]
        if action in ("change", "end-repetition"):
            chunk = changing.with_assignments(chunk)
        cooling = noticing.reminded_lately([row.id for row in chunk], now) if action == "remind" else ()
        for row in chunk:
            match action:
                case "exempt":
                    problem = changing.closed(row) or forbidding.exempting(row, until, now)
                case "lift":
                    problem = changing.closed(row) or forbidding.lifting(row, now)
                case "remind":
                    problem = changing.closed(row) or forbidding.reminding(row, now, archived=archived, cooling=cooling)
                case "extend":
                    problem = changing.closed(row) or forbidding.moving(row, due_on, now)
                case "end-repetition":
                    problem = forbidding.ending(row)
                case "change":
                    problem = _change_problem(row, {**fields, **({"due_on": due_on} if due_on else {})}, usable, now)
                case _:
                    problem = changing.closed(row)
            if problem:
                found[row.id] = problem
    return found


def _change_problem(
    row: Cycle, fields: Mapping[str, Any], usable: Callable[[int], set[str]], now: datetime
) -> Problem | None:
    problem = series.closed(row, fields) or forbidding.moving(row, fields.get("due_on"), now)
    if problem is None and "repeat" in fields and fields["repeat"] != recurring.coming(row.assignment):
        problem = next(iter(series.problems(fields["repeat"], row.assignment.lead_days, row.training)), None)
    if problem is None and "reminders" in fields:
        problem = next(iter(reminders.problems(fields["reminders"], usable(row.organization_id))), None)
    return problem


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _check_count(count: int, expected: int | None) -> None:
    if not count:
        raise Invalid(Problem("nothing_found", _("Nothing fits this filter any more."), "filter"))
    if count > MOST_ASSIGNMENTS:
        message = _("These are more than %(most)d assignments; narrow the filter.") % {"most": MOST_ASSIGNMENTS}
        raise Invalid(Problem("too_many", message, "filter"))
    if expected is not None and expected != count:
        message = _("You saw %(expected)d assignments, and now there are %(count)d. Look again.")
        raise Conflict(Problem("count_changed", message % {"expected": expected, "count": count}, "expected_count"))


def _not_yours() -> Problem:
    return Problem("not_changeable", _("Another organization assigned this; you may see it, and not change it."))
