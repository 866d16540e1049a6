"""Jobs as their owners see them: the plan's buckets, progress, results. Everybody sees their own alone."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from ..data import Bucket, JobKind, JobState, Problem, RowState, Scope
from ..host import lms
from ..models import Job, JobRow

SHOWN_ON_STRIP = timedelta(days=7)
"""Jobs that ended longer ago leave the strip although nobody closed them."""

CHUNK = 2000
"""Rows that are read at once."""


def jobs(scope: Scope) -> QuerySet[Job]:
    """The actor's own jobs, the latest first."""
    return Job.objects.filter(actor_id=scope.actor_id).order_by("-id")


def drafts(scope: Scope) -> list[Job]:
    """What the actor began to fill in and did not have done yet, the latest first: two queries."""
    rows = [
        row for row in jobs(scope).filter(state=JobState.DRAFT, kind=JobKind.BULK_ASSIGNMENT) if row.terms.get("what")
    ]
    plans = {str(row.terms["plan"]) for row in rows if row.terms.get("plan")}
    confirmed = jobs(scope).filter(uuid__in=plans, confirmed_at__isnull=False).values_list("uuid", flat=True)
    over = {str(uuid) for uuid in confirmed}
    return [row for row in rows if row.terms.get("plan") not in over]


def job(scope: Scope, token: uuid.UUID | str, kind: JobKind | None = None) -> Job | None:
    """One of them by its uuid; a text that is no uuid belongs to nothing."""
    try:
        wanted = uuid.UUID(str(token))
    except ValueError:
        return None
    rows = jobs(scope).filter(uuid=wanted)
    return (rows.filter(kind=kind) if kind else rows).first()


def on_strip(scope: Scope, now: datetime) -> list[Job]:
    """What is shown on every page: the actor's confirmed jobs that run, or ended lately and were not closed yet."""
    rows = jobs(scope).filter(confirmed_at__isnull=False, seen_at=None)
    return list(rows.exclude(ended_at__lt=now - SHOWN_ON_STRIP)[:5])


def counts(job: Job) -> dict[tuple[str, str, str], int]:
    """How many rows there are by (bucket, state, code): one query."""
    rows = JobRow.objects.filter(job=job).values("bucket", "state", "code").annotate(number=Count("id")).order_by()
    return {(row["bucket"], row["state"], row["code"]): row["number"] for row in rows}


def learner_count(job: Job) -> int:
    """How many people the job is about to do something to."""
    return JobRow.objects.filter(job=job, bucket=Bucket.CREATE).values("learner_id").distinct().count()


def rows(
    job: Job, *, bucket: Bucket | str = "", state: RowState | str = "", code: str = "", search: str = ""
) -> QuerySet[JobRow]:
    """The rows in their order, narrowed; the search finds usernames, names and what was typed."""
    found = JobRow.objects.filter(job=job).select_related("learner", "assignment").order_by("number")
    for name, value in (("bucket", bucket), ("state", state), ("code", code)):
        if value:
            found = found.filter(**{name: value})
    if search := " ".join(search.split()):
        named = Q(learner__username__icontains=search) | Q(entry__icontains=search)
        found = found.filter(named | Q(learner_id__in=lms.named(search)))
    return found


def usernames(rows: Collection[JobRow]) -> dict[int, str]:
    """By row id the username it is about, and what was typed where that is nobody's."""
    ids = {row.learner_id for row in rows if row.learner_id}
    known = dict(get_user_model().objects.filter(id__in=ids).values_list("id", "username"))
    return {row.id: known.get(row.learner_id or 0, row.entry) for row in rows}


def waiting_rows(job: Job, limit: int, *, ids: Sequence[int] = ()) -> list[JobRow]:
    """The next rows to be worked on, in order."""
    found = JobRow.objects.filter(job=job, bucket=Bucket.CREATE, state=RowState.WAITING)
    if ids:
        found = found.filter(id__in=ids)
    return list(found.select_related("assignment").order_by("number")[:limit])


def claimable(now: datetime) -> list[int]:
    """The ids of jobs that wait for a worker, or whose worker has not been heard of, the oldest first."""
    rows = Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING], next_at__lte=now)
    return list(rows.order_by("next_at", "id").values_list("id", flat=True)[:20])


def not_found() -> Problem:
    """The one answer for what does not exist and what is somebody else's."""
    return Problem("not_found", _("There is no such job."))


def actor(job: Job) -> Any:
    """The account for whom the job works, None where there is none any more."""
    return get_user_model().objects.filter(id=job.actor_id).first() if job.actor_id else None


def in_chunks(rows: QuerySet[JobRow]) -> Iterator[list[JobRow]]:
    """All of these rows in their order, some at a time: not all of them are in memory at once."""
    last = 0
    while chunk := list(rows.filter(number__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].number
