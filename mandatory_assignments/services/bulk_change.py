"""Planning to change many assignments: those that a filter finds now, sorted as the preview shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Bucket, Conflict, Forbidden, Invalid, JobKind, Problem
from ..models import Job
from ..queries import access, changing
from ..records import jobs
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
    """Sorts what the conditions of `assignments.cycles` find into what is to be changed and what cannot be.

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
    lines = []
    for row in rows:
        problem = _not_yours() if row.assignment_id not in changeable else None
        problem = problem or (changing.closed(row) if not row.open else None)
        bucket = Bucket.REFUSE if problem else Bucket.CREATE
        lines.append(jobs.Line(bucket, row.learner_id, row.assignment_id, problem=problem))
    return jobs.store(
        JobKind.BULK_CHANGE,
        lines,
        actor=actor,
        terms={"action": action, "fields": jobs.fields_json(fields)},
        title=title,
        now=now,
    )


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
