"""Working off jobs: claims one, and calls the verb that it stands for, chunk by chunk.

What a chunk did and what is noted of it are one transaction: a worker that is killed leaves a job that another goes on
with, without losing or doubling anything.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from . import kept
from .data import JobKind, Outcome, Problem, Refused, RowState
from .models import Job, JobRow
from .queries import changing
from .queries import jobs as queries
from .records import audit
from .records.jobs import Result
from .services import jobs
from .services.assign import assign_accounts
from .services.change import change_assignments
from .services.exempt import exempt_assignments, lift_exemptions
from .services.import_progress import entry_of, import_completions
from .services.notify import remind_now
from .services.recur import end_repetition
from .services.revoke import revoke_completions
from .services.sync_directory import sync_people
from .services.withdraw import withdraw_assignments

MOST_CHUNKS = 10
"""Chunks of one job that one call works on before it gives others a turn."""

MOST_JOBS = 20
"""Jobs that one call takes."""

log = logging.getLogger(__name__)

Results = dict[int, Result]


def work_jobs(now: datetime | None = None) -> Counter[str]:
    """Works off jobs that are confirmed, and goes on with those whose worker has not been heard of."""
    counts: Counter[str] = Counter()
    for _turn in range(MOST_JOBS):
        job = jobs.claim_job(now=now)
        if job is None:
            break
        with translation.override(job.language or None):
            counts += _work_off(job, now)
        counts["jobs"] += 1
    return counts


def _work_off(job: Job, now: datetime | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    kind = KINDS[JobKind(job.kind)]
    for _turn in range(MOST_CHUNKS):
        try:
            rows = queries.waiting_rows(job, kind.chunk)
            if not rows:
                jobs.end_job(job, now=now)
                return counts
            worked = _chunk(job, rows, now)
        except Refused as refusal:
            jobs.end_job(job, problem=refusal.problems[0].message, now=now)
            return counts
        if worked is None:
            return counts
        counts["worked"] += worked
    jobs.release_job(job, now=now)
    return counts


def _chunk(job: Job, rows: Sequence[JobRow], now: datetime | None) -> int | None:
    """How many rows were worked on; None where the job is no longer ours. One that fails alone stops no other."""
    try:
        return len(rows) if _together(job, rows, now) else None
    except Refused:
        raise
    except Exception:
        log.exception("mandatory_assignments: a chunk of %d rows of job %s failed", len(rows), job.id)
    for row in rows:
        try:
            ours = _together(job, [row], now)
        except Refused:
            raise
        except Exception:
            log.exception("mandatory_assignments: row %s of job %s failed", row.id, job.id)
            failure = Result(RowState.FAILED, _failure())
            with transaction.atomic():
                ours = jobs.hold_job(job, now=now)
                if ours:
                    jobs.note_results(job, {row.id: failure}, now=now)
        if not ours:
            return None
    return len(rows)


def _together(job: Job, rows: Sequence[JobRow], now: datetime | None) -> bool:
    """Does what the job says to these rows and notes it, or nothing at all; False where the job is no longer ours.

    The actor is read anew each time: whose rights end while it runs does nothing more.
    """
    with transaction.atomic():
        if not jobs.hold_job(job, now=now):
            return False
        with audit.by_job(job.uuid):
            results = KINDS[JobKind(job.kind)].act(job, queries.actor(job), rows, now)
        # What a verb does not speak of is there no more; were it to wait, the job would never end.
        gone = Result(RowState.FAILED, changing.not_found())
        jobs.note_results(job, {row.id: results.get(row.id, gone) for row in rows}, now=now)
    return True


def _failure() -> Problem:
    return Problem("failed", _("Something went wrong; nothing of this was changed. Try again."))


def _assign(job: Job, actor: Any, rows: Sequence[JobRow], now: datetime | None) -> Results:
    by_learner = {row.learner_id: row for row in rows if row.learner_id}
    terms = kept.terms_of(job.terms["terms"])
    outcome = assign_accounts(actor=actor, terms=terms, learner_ids=list(by_learner), now=now)
    found = {
        by_learner[id].id: Result(RowState.CREATED, assignment_id=assignment_id)
        for id, assignment_id in outcome.created
    }
    found |= {by_learner[id].id: Result(RowState.SKIPPED, problem) for id, problem in outcome.unchanged}
    return found | {by_learner[id].id: Result(RowState.FAILED, problem) for id, problem in outcome.refused}


def _change(job: Job, actor: Any, rows: Sequence[JobRow], now: datetime | None) -> Results:
    by_uuid = {row.assignment.uuid: row for row in rows if row.assignment}
    outcome = ACTIONS[job.terms["action"]](actor=actor, ids=list(by_uuid), now=now, **fields_of(job.terms))
    found = {by_uuid[id].id: Result(RowState.CREATED) for id in outcome.changed}
    found |= {by_uuid[id].id: Result(RowState.SKIPPED) for id in outcome.unchanged}
    return found | {by_uuid[id].id: Result(RowState.FAILED, problem) for id, problem in outcome.refused}


def _sync(job: Job, actor: Any, rows: Sequence[JobRow], now: datetime | None) -> Results:
    by_learner = {row.learner_id: row for row in rows if row.learner_id}
    moves = {id: {**row.values, "entry": row.entry} for id, row in by_learner.items()}
    outcome = sync_people(actor=actor, organization=job.terms["organization"], moves=moves, now=now)
    found = {by_learner[id].id: Result(RowState.CREATED) for id in outcome.changed}
    return found | {by_learner[id].id: Result(RowState.FAILED, problem) for id, problem in outcome.refused}


def _import(job: Job, actor: Any, rows: Sequence[JobRow], now: datetime | None) -> Results:
    # Of a person who was retired meanwhile nothing is kept that could be recorded.
    entries = {row.id: entry_of(row.values, row.learner_id) for row in rows if row.learner_id and row.values}
    told = {"file_name": job.terms.get("file", ""), "historic": job.terms.get("historic", False)}
    outcome = import_completions(actor=actor, entries=entries, **told, now=now)
    found = {id: Result(RowState.CREATED) for id in outcome.created}
    found |= {id: Result(RowState.SKIPPED, problem) for id, problem in outcome.unchanged}
    return found | {id: Result(RowState.FAILED, problem) for id, problem in outcome.refused}


def _revoke(job: Job, actor: Any, rows: Sequence[JobRow], now: datetime | None) -> Results:
    by_key = {(row.learner_id, int(row.values["training"])): row for row in rows if row.learner_id and row.values}
    terms = {"reason": job.terms.get("reason", ""), "reset_course_state": job.terms.get("reset_course_state", True)}
    outcome = revoke_completions(actor=actor, keys=list(by_key), **terms, now=now)
    found = {by_key[key].id: Result(RowState.CREATED) for key, _floor in outcome.changed}
    return found | {
        by_key[key].id: Result(RowState.SKIPPED if problem.code == "nothing_to_revoke" else RowState.FAILED, problem)
        for key, problem in outcome.refused
    }


def fields_of(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a change as its verb takes them, from the JSON that the job keeps."""
    fields = kept.fields_of(terms["fields"])
    return {"fields": fields} if terms["action"] in ("extend", "change") else fields


ACTIONS: Mapping[str, Callable[..., Outcome]] = {
    "withdraw": withdraw_assignments,
    "extend": change_assignments,
    "change": change_assignments,
    "exempt": exempt_assignments,
    "lift": lift_exemptions,
    "remind": remind_now,
    "end-repetition": end_repetition,
}


class Kind:
    """How jobs of one kind are worked off, and how many rows at once."""

    def __init__(self, act: Callable[[Job, Any, Sequence[JobRow], datetime | None], Results], chunk: int) -> None:
        self.act, self.chunk = act, chunk


KINDS = {
    JobKind.BULK_ASSIGNMENT: Kind(_assign, 1500),
    JobKind.BULK_CHANGE: Kind(_change, 100),
    JobKind.DIRECTORY_SYNC: Kind(_sync, 1000),
    JobKind.PROGRESS_IMPORT: Kind(_import, 1500),
    JobKind.REVOCATION: Kind(_revoke, 50),
}
