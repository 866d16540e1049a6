"""Withdrawing: an open assignment and its series end. What was done stays, and so does the enrolment unless told."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import EnrollmentState, Forbidden, NoticeKind, Outcome, Problem, Status
from ..models import Assignment, RequiredEnrollment
from ..queries import access, changing, standing
from ..records import audit, cycles, notices, work
from ..verb import verb


@verb("enroll", "notify")
def withdraw_assignments(
    *, actor: Any, ids: Collection[uuid.UUID], reason: str = "", unenroll: bool = False, now: datetime
) -> Outcome:
    """Ends these open assignments (uuids) and their series.

    With `unenroll` the enrolments that they made end too, as far as nothing else needs them and nothing was done there;
    a worker sees to that. `changed` holds uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`,
    `withdrawn`, `missed`. Raises Forbidden, and Invalid `reason_too_long`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you withdraw assignments.")))
    changing.check_reason(reason)
    work.lock_learners(changing.learner_ids(scope, ids), now=now)
    found = changing.latest_cycles(scope, ids)
    refused = [(id, changing.not_found()) for id in dict.fromkeys(ids) if id not in found]
    refused += [(id, problem) for id, cycle in found.items() if (problem := changing.closed(cycle))]
    ending = {id: cycle for id, cycle in found.items() if cycle.open}
    before = {cycle.id: standing.status_of(cycle, now) for cycle in ending.values()}
    for cycle in ending.values():
        cycles.close(cycle, Status.WITHDRAWN, now=now)
    cycles.save(list(ending.values()))
    made = [cycle.assignment_id for cycle in ending.values()]
    Assignment.objects.filter(id__in=made).update(open=None, next_opens_at=None)
    if unenroll:
        # Also what is being made at this moment: the worker that makes it will find that it shall end.
        ending_too = RequiredEnrollment.objects.filter(assignment_id__in=made).exclude(state=EnrollmentState.LEFT)
        ending_too.update(state=EnrollmentState.LEAVING, next_at=now, claim=None, attempts=0)
    audit.append(
        audit.entry(
            "withdrawn",
            now=now,
            actor=actor,
            assignment=cycle.assignment,
            why=reason.strip(),
            before={"status": before[cycle.id]},
            after={"status": Status.WITHDRAWN, "unenroll": unenroll},
        )
        for cycle in ending.values()
    )
    notices.tell(NoticeKind.WITHDRAWN, ending.values(), now=now)
    return Outcome(changed=list(ending), refused=refused)
