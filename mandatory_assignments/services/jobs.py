"""What becomes of a planned job: confirmed, claimed, noted chunk by chunk, cancelled, tried again, forgotten."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from ..data import Bucket, Conflict, Invalid, JobState, Outcome, Problem, RowState
from ..models import Job, JobRow
from ..queries import access
from ..queries import jobs as queries
from ..records import jobs as records
from ..settings import setting
from ..verb import verb

PLAN_HOLDS = timedelta(days=1)
"""A plan that nobody confirmed by then is forgotten."""


@verb("work_jobs")
def confirm_job(*, actor: Any, token: uuid.UUID | str, typed_count: int | None = None, now: datetime) -> Job:
    """Has the actor's planned job worked off, exactly as it was planned; once, however often it is confirmed.

    From the setting BULK_TYPE_COUNT_FROM on the number of rows has to be typed. Raises Invalid `not_found` and
    `count_mismatch`, Conflict `cancelled`, and `plan_too_old` for a plan of yesterday.
    """
    job = _own(actor, token)
    if job.state == JobState.CANCELLED and job.confirmed_at is None:
        raise Conflict(_cancelled())
    if job.confirmed_at:
        return job
    if job.planned_at < now - PLAN_HOLDS:
        raise Conflict(Problem("plan_too_old", _("This preview is older than a day. Make a new one.")))
    if typed_count is not None and typed_count != job.total:
        message = _("You typed %(typed)d; the preview is about %(total)d.")
        facts = {"typed": typed_count, "total": job.total}
        raise Invalid(Problem("count_mismatch", message % facts, "typed_count"))
    planned = Job.objects.filter(id=job.id, state=JobState.PLANNED)
    mine = planned.update(state=JobState.WAITING, confirmed_at=now, next_at=now)
    job.refresh_from_db()
    if not mine and job.confirmed_at is None:
        raise Conflict(_cancelled())
    return job


@verb()
def cancel_job(*, actor: Any, token: uuid.UUID | str, now: datetime) -> Job:
    """Ends the actor's job after the chunk that is being worked on; what was done stays.

    Raises Invalid `not_found`, Conflict `ended` where it has ended already.
    """
    job = _own(actor, token)
    if not records.cancel(job, now=now):
        raise Conflict(Problem("ended", _("This has ended already.")))
    job.refresh_from_db()
    return job


@verb("work_jobs")
def retry_job(*, actor: Any, token: uuid.UUID | str, now: datetime) -> Job:
    """Has the failed rows of an ended job tried again, and those that it did not come to.

    Raises Invalid `not_found`, Conflict `running` while it has not ended, and `nothing_failed`.
    """
    job = Job.objects.select_for_update().get(id=_own(actor, token).id)
    if not JobState(job.state).ended or job.confirmed_at is None:
        raise Conflict(Problem("running", _("This has not ended yet.")))
    again = JobRow.objects.filter(job=job, bucket=Bucket.CREATE, state=RowState.FAILED)
    count = again.update(state=RowState.WAITING, code="", message="")
    left = JobRow.objects.filter(job=job, bucket=Bucket.CREATE, state=RowState.WAITING).count()
    if not left:
        raise Conflict(Problem("nothing_failed", _("Nothing failed here.")))
    Job.objects.filter(id=job.id).update(
        state=JobState.WAITING,
        next_at=now,
        claim=None,
        ended_at=None,
        seen_at=None,
        problem="",
        done=F("done") - count,
        failed=F("failed") - count,
    )
    job.refresh_from_db()
    return job


@verb()
def close_job(*, actor: Any, token: uuid.UUID | str, now: datetime) -> Job:
    """Takes an ended job off the strip. Raises Invalid `not_found`."""
    job = _own(actor, token)
    if JobState(job.state).ended:
        Job.objects.filter(id=job.id).update(seen_at=now)
    return job


@verb()
def claim_job(*, now: datetime) -> Job | None:
    """A job that waits, or whose worker has not been heard of, claimed for this caller alone until its lease ends."""
    for id in queries.claimable(now):
        mark = uuid.uuid4()
        free = Job.objects.filter(id=id, state__in=[JobState.WAITING, JobState.RUNNING], next_at__lte=now)
        if free.update(state=JobState.RUNNING, claim=mark, next_at=now + records.LEASE):
            return Job.objects.select_related("organization").get(id=id)
    return None


@verb()
def hold_job(job: Job, *, now: datetime) -> bool:
    """Locks a claimed job until the caller's transaction ends; False where it was cancelled or taken over."""
    return records.hold(job, now=now)


@verb()
def note_results(job: Job, results: Mapping[int, records.Result], *, now: datetime) -> Outcome:
    """Notes what became of these rows (by id); in the transaction in which it became so."""
    records.note(job, results)
    return Outcome(changed=list(results))


@verb()
def end_job(job: Job, *, problem: str = "", now: datetime) -> bool:
    """Ends a claimed job: done, or failed as a whole for the reason that is given."""
    mine = Job.objects.filter(id=job.id, claim=job.claim, state=JobState.RUNNING)
    state = JobState.FAILED if problem else JobState.DONE
    return bool(mine.update(state=state, problem=problem, ended_at=now, next_at=None, claim=None))


@verb("work_jobs")
def release_job(job: Job, *, now: datetime) -> bool:
    """Gives a claimed job back, so that whoever is free goes on with it."""
    mine = Job.objects.filter(id=job.id, claim=job.claim, state=JobState.RUNNING)
    return bool(mine.update(state=JobState.WAITING, claim=None, next_at=now))


@verb()
def forget_jobs(*, now: datetime, limit: int = 50) -> Outcome:
    """Deletes plans that nobody confirmed, and jobs that ended longer ago than the setting JOB_RETENTION_DAYS."""
    kept_since = now - timedelta(days=setting("JOB_RETENTION_DAYS"))
    old = Job.objects.filter(confirmed_at=None, planned_at__lt=now - PLAN_HOLDS)
    ids = list(old.values_list("id", flat=True)[:limit])
    ids += list(Job.objects.filter(ended_at__lt=kept_since).values_list("id", flat=True)[: limit - len(ids)])
    JobRow.objects.filter(job_id__in=ids).delete()
    Job.objects.filter(id__in=ids).delete()
    return Outcome(changed=ids)


def _cancelled() -> Problem:
    return Problem("cancelled", _("This was cancelled."))


def _own(actor: Any, token: uuid.UUID | str) -> Job:
    job = queries.job(access.scope(actor), token)
    if job is None:
        raise Invalid(queries.not_found())
    return job
