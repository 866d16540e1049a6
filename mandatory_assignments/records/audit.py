"""The audit trail: one INSERT for all that a verb has to tell."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from ..models import Assignment, AuditEntry
from .storing import many

_job: ContextVar[str] = ContextVar("job", default="")


def entry(
    act: str,
    *,
    now: datetime,
    actor: Any = None,
    assignment: Assignment | None = None,
    learner_id: int | None = None,
    training_id: int | None = None,
    organization_id: int | None = None,
    why: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """An entry not yet written; what an assignment names need not be named again. Without actor the system acted."""
    return AuditEntry(
        at=now,
        act=act,
        actor=actor,
        actor_name=actor.username if actor else "",
        assignment_id=assignment.id if assignment else None,
        training_id=assignment.training_id if assignment else training_id,
        learner_id=assignment.learner_id if assignment else learner_id,
        organization_id=assignment.organization_id if assignment else organization_id,
        why=why,
        before=dict(before or {}),
        after=dict(after or {}),
    )


def append(entries: Iterable[AuditEntry]) -> None:
    """Writes them, in order."""
    rows, job = list(entries), _job.get()
    if job:
        for row in rows:
            row.after = {**row.after, "job": job}
    many(AuditEntry).bulk_create(rows, batch_size=1000)


@contextmanager
def by_job(job: uuid.UUID) -> Iterator[None]:
    """Inside, every entry names the job, whichever verb appends it: none of them needs to know that one calls it."""
    before = _job.set(str(job))
    try:
        yield
    finally:
        _job.reset(before)
