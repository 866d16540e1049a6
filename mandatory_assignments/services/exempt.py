"""Letting somebody off an assignment, for a time or until it is lifted: compliant, never completed (product 3)."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, NoticeKind, Outcome, Problem, Scope
from ..models import AuditEntry, Cycle
from ..queries import access, changing, forbidding, policies
from ..records import audit, holding, judging, notices, work
from ..verb import verb


@verb("look_again", "notify")
def exempt_assignments(
    *, actor: Any, ids: Collection[uuid.UUID], reason: str, until: date | None = None, now: datetime
) -> Outcome:
    """Exempts these open assignments (uuids) from now on, up to and including the day `until` or until it is lifted.

    With an end the new due date is set at once: the original lead time after that day, at least the minimum. `changed`
    holds uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`, `withdrawn`, `missed`,
    `already_exempt`, `until_too_early`, `until_too_late`. Raises Forbidden, and Invalid `reason_required` and
    `reason_too_long`.
    """
    scope = _scope(actor)
    changing.check_reason(reason, required=True)
    found, refused = _locked(scope, ids, now)
    exempted = []
    for id, cycle in found.items():
        if problem := changing.closed(cycle) or forbidding.exempting(cycle, until, now):
            refused.append((id, problem))
        else:
            exempted.append(cycle)
    before = {cycle.id: cycle.due_on.isoformat() for cycle in exempted}
    holding.exempt(
        exempted, until_on=until, reason=reason.strip(), min_leads=_min_leads(exempted), actor=actor, now=now
    )
    after = {"until": until.isoformat() if until else None}
    audit.append(_entry("exempted", cycle, before, after, reason.strip(), actor, now) for cycle in exempted)
    notices.tell(NoticeKind.EXEMPTED, exempted, facts={cycle.id: after for cycle in exempted}, now=now)
    judging.judge_again({(cycle.learner_id, cycle.training_id) for cycle in exempted}, now=now)
    return Outcome(changed=[cycle.assignment.uuid for cycle in exempted], refused=refused)


@verb("look_again", "notify")
def lift_exemptions(
    *, actor: Any, ids: Collection[uuid.UUID], reason: str = "", undo: bool = False, now: datetime
) -> Outcome:
    """Ends the exemption of these assignments (uuids): the obligation resumes today with its original lead time.

    With `undo` it was a mistake: the deadline that it had before comes back, unless it was moved since. `changed` holds
    uuids; `refused` pairs of the uuid and a Problem: `not_found`, `completed`, `withdrawn`, `missed`, `not_exempt`.
    Raises Forbidden, and Invalid `reason_too_long`.
    """
    scope = _scope(actor)
    changing.check_reason(reason)
    found, refused = _locked(scope, ids, now)
    lifted = []
    for id, cycle in found.items():
        if problem := changing.closed(cycle) or forbidding.lifting(cycle, now):
            refused.append((id, problem))
        else:
            lifted.append(cycle)
    before = {cycle.id: cycle.due_on.isoformat() for cycle in lifted}
    holding.lift(lifted, min_leads=_min_leads(lifted), undo=undo, actor=actor, now=now)
    audit.append(_entry("exemption_lifted", cycle, before, {}, reason.strip(), actor, now) for cycle in lifted)
    notices.tell(NoticeKind.LIFTED, lifted, now=now)
    judging.judge_again({(cycle.learner_id, cycle.training_id) for cycle in lifted}, now=now)
    return Outcome(changed=[cycle.assignment.uuid for cycle in lifted], refused=refused)


def _scope(actor: Any) -> Scope:
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you exempt anybody.")))
    return scope


def _locked(
    scope: Scope, ids: Collection[uuid.UUID], now: datetime
) -> tuple[dict[uuid.UUID, Cycle], list[tuple[uuid.UUID, Problem]]]:
    """The present rounds, with their people locked, and what is refused because it is not there."""
    work.lock_learners(changing.learner_ids(scope, ids), now=now)
    found = changing.latest_cycles(scope, ids)
    return found, [(id, changing.not_found()) for id in dict.fromkeys(ids) if id not in found]


def _min_leads(cycles: Collection[Cycle]) -> dict[int, int]:
    found = policies.policies({cycle.organization_id for cycle in cycles})
    return {id: policy.min_lead_days for id, policy in found.items()}


def _entry(
    act: str, cycle: Cycle, before: dict[int, str], after: dict[str, Any], why: str, actor: Any, now: datetime
) -> AuditEntry:
    return audit.entry(
        act,
        now=now,
        actor=actor,
        assignment=cycle.assignment,
        why=why,
        before={"due_on": before[cycle.id]},
        after={**after, "due_on": cycle.due_on.isoformat()},
    )
