"""Imports of completions as their owners see them: the parts of an analysis and of a result, and how far one is."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..data import Bucket, JobState, RowState
from ..models import Job, JobRow
from ..rules import progress_rows as rules
from . import jobs

DATE_FORMATS = rules.DATE_FORMATS
"""How the dates of a file may be written, the usual one first."""

STATES = ("analysing", "analysed", "importing", "done", "failed")
"""What an import can be at."""

BUCKETS: Mapping[str, Bucket] = {
    "new": Bucket.CREATE,
    "already_completed": Bucket.SKIP,
    "errors": Bucket.REFUSE,
}
"""The parts of an analysis, in order: every row of the file is in exactly one."""

RESULTS: Mapping[str, Q] = {
    "created": Q(bucket=Bucket.CREATE, state=RowState.CREATED),
    "completed_meanwhile": Q(bucket=Bucket.CREATE, state=RowState.SKIPPED),
    "failed": Q(bucket=Bucket.CREATE, state=RowState.FAILED),
}
"""What became of the new rows once they were imported."""

PARTS = (*BUCKETS, *RESULTS)

_STATES = {
    JobState.DRAFT: "analysing",
    JobState.PLANNED: "analysed",
    JobState.WAITING: "importing",
    JobState.RUNNING: "importing",
    JobState.DONE: "done",
    JobState.CANCELLED: "failed",
    JobState.FAILED: "failed",
}


def state(job: Job) -> str:
    """Which of STATES it is at; one that was cancelled has failed, and `problem` says why."""
    return _STATES[JobState(job.state)]


def problem(job: Job) -> str:
    """Why it did not come to its end; nothing where it may still, or did."""
    return _("This was cancelled.") if job.state == JobState.CANCELLED else job.problem


def counts(job: Job) -> dict[str, int]:
    """How many rows each part of the analysis has."""
    return {name: job.terms["counts"].get(str(bucket), 0) for name, bucket in BUCKETS.items()}


def rows(job: Job, part: str = "", *, search: str = "") -> QuerySet[JobRow]:
    """The rows of a part in their order, or of all; the search finds people and what was typed."""
    if part in RESULTS:
        return jobs.rows(job, search=search).filter(RESULTS[part])
    return jobs.rows(job, bucket=BUCKETS.get(part, ""), search=search)


def bare(found: QuerySet[JobRow]) -> QuerySet[JobRow]:
    """The same rows with what stands in the file alone, for who reads many."""
    return found.select_related(None).only("number", "entry", "values", "message")
