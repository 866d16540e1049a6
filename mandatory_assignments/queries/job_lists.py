"""The rows of a job in the parts in which people look at them: what a preview foresees, and what became of it.

Whose job it is has been asked already (queries.jobs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from ..data import Bucket, RowState
from ..models import Job, JobRow
from . import jobs

COMPLETED = "already_completed"

PREVIEW: Mapping[str, Q] = {
    "create": Q(bucket=Bucket.CREATE),
    "assigned": Q(bucket=Bucket.SKIP) & ~Q(code=COMPLETED),
    "completed": Q(bucket=Bucket.SKIP, code=COMPLETED),
    "cannot": Q(bucket=Bucket.REFUSE),
}
"""The parts of a preview, in order."""

ANALYSIS: Mapping[str, Q] = {
    "new": Q(bucket=Bucket.CREATE),
    "already_completed": Q(bucket=Bucket.SKIP),
    "errors": Q(bucket=Bucket.REFUSE),
}
"""The parts of an analysed file, in order."""

RESULT: Mapping[str, Q] = {
    "created": Q(bucket=Bucket.CREATE, state=RowState.CREATED),
    "skipped": Q(bucket=Bucket.CREATE, state=RowState.SKIPPED),
    "failed": Q(bucket=Bucket.CREATE, state=RowState.FAILED),
    "waiting": Q(bucket=Bucket.CREATE, state=RowState.WAITING),
    "left_out": ~Q(bucket=Bucket.CREATE),
}
"""The parts of a result, in order; `left_out` is what the preview already said would not be done."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why so many rows of a part are there. `same` tells that all of them give the reason in the same words."""

    part: str
    code: str
    message: str
    same: bool
    count: int


def reasons(job: Job, parts: Mapping[str, Q]) -> list[Reason]:
    """How many rows there are by part and code: one query."""
    rows = JobRow.objects.filter(job=job).values("bucket", "state", "code").order_by()
    counted = rows.annotate(number=Count("id"), first=Min("message"), last=Max("message"))
    return [
        Reason(part, row["code"], row["first"], row["first"] == row["last"], row["number"])
        for row in sorted(counted, key=lambda row: -row["number"])
        if (part := _part(row["bucket"], row["state"], row["code"], parts))
    ]


def counts(reasons: Sequence[Reason], parts: Mapping[str, Q]) -> dict[str, int]:
    """How many rows are in each part."""
    return {part: sum(reason.count for reason in reasons if reason.part == part) for part in parts}


def rows(job: Job, within: Q, *, code: str = "", search: str = "") -> QuerySet[JobRow]:
    """The rows of a part in their order, narrowed."""
    return jobs.rows(job, code=code, search=search).filter(within)


def _part(bucket: str, state: str, code: str, parts: Mapping[str, Q]) -> str:
    if parts is RESULT:
        return state if bucket == Bucket.CREATE else "left_out"
    if parts is ANALYSIS:
        return {Bucket.CREATE: "new", Bucket.SKIP: "already_completed"}.get(Bucket(bucket), "errors")
    if bucket == Bucket.SKIP:
        return "completed" if code == COMPLETED else "assigned"
    return "create" if bucket == Bucket.CREATE else "cannot"
