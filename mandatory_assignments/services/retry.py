"""Trying refused enrolments again at once, instead of when their time comes."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import EnrollmentState, Forbidden, Outcome, Problem
from ..models import RequiredEnrollment
from ..queries import access, changing
from ..records import audit, work
from ..verb import verb


@verb("enroll")
def retry_enrollments(*, actor: Any, ids: Collection[uuid.UUID], now: datetime) -> Outcome:
    """Has the refused enrolments of these open assignments (uuids) tried again by a worker.

    `changed` and `unchanged`, where none was refused, hold uuids; `refused` pairs of the uuid and a Problem:
    `not_found`, `completed`, `withdrawn`, `missed`. Raises Forbidden.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you change assignments.")))
    work.lock_learners(changing.learner_ids(scope, ids), now=now)
    found = changing.latest_cycles(scope, ids)
    refused = [(id, changing.not_found()) for id in dict.fromkeys(ids) if id not in found]
    refused += [(id, problem) for id, cycle in found.items() if (problem := changing.closed(cycle))]
    made = {cycle.assignment_id: cycle.assignment for cycle in found.values() if cycle.open}
    waiting = RequiredEnrollment.objects.filter(assignment_id__in=made, state=EnrollmentState.REFUSED, claim=None)
    concerned = set(waiting.values_list("assignment_id", flat=True))
    waiting.update(next_at=now)
    audit.append(
        audit.entry("enrollment_retried", now=now, actor=actor, assignment=assignment)
        for id, assignment in made.items()
        if id in concerned
    )
    return Outcome(
        changed=[assignment.uuid for id, assignment in made.items() if id in concerned],
        unchanged=[assignment.uuid for id, assignment in made.items() if id not in concerned],
        refused=refused,
    )
