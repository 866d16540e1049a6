"""The strokes on jobs: storing a plan, holding a claimed job, noting what became of its rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import F
from django.utils.translation import get_language

from ..data import Bucket, JobKind, JobState, Problem, RowState
from ..models import Job, JobRow
from .storing import many
from .work import on_conflict

LEASE = timedelta(minutes=2)
"""How long a claim on a job holds: many times what a chunk takes, and each chunk begins it anew."""

BATCH = 1000

MANY_ALIKE = 20
"""Rows that became the same, of which so many are noted by one UPDATE."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a plan: what is to become of it, and why not where nothing is."""

    bucket: Bucket
    learner_id: int | None = None
    assignment_id: int | None = None
    entry: str = ""
    problem: Problem | None = None
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row."""

    state: RowState
    problem: Problem | None = None
    assignment_id: int | None = None


def store(
    kind: JobKind,
    lines: Iterable[Line],
    *,
    actor: Any,
    terms: Mapping[str, Any],
    title: str = "",
    organization_id: int | None = None,
    now: datetime,
) -> Job:
    """The planned job with its rows, numbered from 1 in the order of the lines; they are never all in memory."""
    job = Job.objects.create(
        kind=kind,
        actor=actor,
        organization_id=organization_id,
        title=title[:255],
        terms=dict(terms),
        language=get_language() or "",
        planned_at=now,
    )
    rows = (
        JobRow(
            job=job,
            number=number,
            bucket=line.bucket,
            learner_id=line.learner_id,
            assignment_id=line.assignment_id,
            entry=line.entry[:255],
            code=line.problem.code if line.problem else "",
            message=line.problem.message if line.problem else "",
            values=dict(line.values or {}),
        )
        for number, line in enumerate(lines, 1)
    )
    while batch := list(islice(rows, BATCH)):
        many(JobRow).bulk_create(batch)
        job.total += sum(row.bucket == Bucket.CREATE for row in batch)
    job.save(update_fields=["total"])
    return job


def hold(job: Job, *, now: datetime) -> bool:
    """Locks the job until the transaction ends and begins its lease anew; False where it is no longer this claim's."""
    mine = Job.objects.filter(id=job.id, claim=job.claim, state=JobState.RUNNING)
    return bool(mine.update(next_at=now + LEASE))


def note(job: Job, results: Mapping[int, Result]) -> None:
    """Notes what became of these rows (by id), and counts it in the job."""
    alike: dict[tuple[RowState, str, str], list[int]] = {}
    apart: dict[int, Result] = {}
    for id, result in results.items():
        if result.assignment_id:
            apart[id] = result
        else:
            problem = result.problem
            words = (problem.code, problem.message) if problem else ("", "")
            alike.setdefault((result.state, *words), []).append(id)
    counts: Counter[str] = Counter()
    for (state, code, message), ids in alike.items():
        if len(ids) < MANY_ALIKE:
            apart |= {id: results[id] for id in ids}
        else:
            counts[state] += JobRow.objects.filter(id__in=ids).update(state=state, code=code, message=message)
    if apart:
        counts += _note_apart(apart)
    Job.objects.filter(id=job.id).update(
        done=F("done") + counts.total(),
        **{name: F(name) + counts[state] for name, state in COUNTERS.items()},
    )


def _note_apart(results: Mapping[int, Result]) -> Counter[str]:
    """Notes rows of which each says something else; how many there are of each state."""
    rows = list(JobRow.objects.select_for_update().filter(id__in=results))
    for row in rows:
        result = results[row.id]
        row.state, row.assignment_id = result.state, result.assignment_id or row.assignment_id
        row.code = result.problem.code if result.problem else ""
        row.message = result.problem.message if result.problem else ""
    # An upsert of rows that are there, and locked, takes a tenth of the time of an UPDATE with a CASE for each row.
    columns = ["state", "assignment", "code", "message"]
    many(JobRow).bulk_create(rows, update_conflicts=True, update_fields=columns, **on_conflict("id"))
    return Counter(row.state for row in rows)


COUNTERS = {"created": RowState.CREATED, "skipped": RowState.SKIPPED, "failed": RowState.FAILED}


def cancel(job: Job, *, now: datetime) -> bool:
    """Ends a job after the chunk that is being worked on; False where there is nothing to end."""
    ending = [JobState.PLANNED, JobState.WAITING, JobState.RUNNING]
    ended = Job.objects.filter(id=job.id, state__in=ending)
    return bool(ended.update(state=JobState.CANCELLED, ended_at=now, next_at=None, claim=None))
