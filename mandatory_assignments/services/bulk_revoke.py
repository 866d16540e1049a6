"""Planning to revoke what many people did: everything that the filter of a progress list finds now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Bucket, Conflict, Forbidden, Invalid, JobKind, Problem
from ..models import Job
from ..queries import access, changing, progress, reach, trainings
from ..records import jobs
from ..verb import verb

MOST_ROWS = 100_000
"""Rows of one job."""

CHUNK = 2000


@verb()
def plan_revocation(
    *,
    actor: Any,
    conditions: Mapping[str, Any],
    reason: str,
    reset_course_state: bool = True,
    expected_count: int | None = None,
    title: str = "",
    now: datetime,
) -> Job:
    """A job, which waits to be confirmed, to revoke everything that the conditions of `progress.rows` find.

    With `expected_count`, the number that somebody saw, another number refuses with Conflict `count_changed`. Raises
    Forbidden, and Invalid `nothing_found`, `too_many`, `reason_too_long`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you revoke anything.")))
    changing.check_reason(reason)
    keys = progress.matching_keys(progress.rows(scope, **conditions), MOST_ROWS + 1)
    check_count(len(keys), expected_count)
    visible = set()
    for begin in range(0, len(keys), CHUNK):
        visible |= reach.visible_keys(scope, keys[begin : begin + CHUNK])
    names = trainings.names({training_id for _, training_id in keys})
    refused = Problem("not_changeable", _("You may see this progress, and not revoke it."))
    return jobs.store(
        JobKind.REVOCATION,
        (
            jobs.Line(
                Bucket.CREATE if key in visible else Bucket.REFUSE,
                key[0],
                entry=names[key[1]],
                problem=None if key in visible else refused,
                values={"training": key[1]},
            )
            for key in keys
        ),
        actor=actor,
        terms={"reason": reason.strip(), "reset_course_state": reset_course_state},
        title=title,
        now=now,
    )


def check_count(count: int, expected: int | None) -> None:
    """Raises Invalid for nothing and for too many, and Conflict where somebody saw another number."""
    if not count:
        raise Invalid(Problem("nothing_found", _("Nothing fits this filter any more."), "filter"))
    if expected is not None and expected != count and count <= MOST_ROWS:
        message = _("You saw %(expected)d rows, and now there are %(count)d. Look again.")
        raise Conflict(Problem("count_changed", message % {"expected": expected, "count": count}, "expected_count"))
    if count > MOST_ROWS:
        message = _("These are more than %(most)d rows; narrow the filter.") % {"most": MOST_ROWS}
        raise Invalid(Problem("too_many", message, "filter"))
