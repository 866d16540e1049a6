"""Repetition: the next cycle of an assignment opens when its time has come, and somebody may end the series."""

import logging
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..data import EnrollmentState, Forbidden, NoticeKind, Outcome, Policy, Problem, RepeatEvidence, Status
from ..models import Assignment, Cycle, RequiredEnrollment
from ..queries import access, changing, people, policies, recurring, trainings
from ..records import audit, cycles, floors, notices, series, work
from ..records import deadlines as due
from ..rules import deadlines, holding
from ..rules.recurrence import Round
from ..verb import verb

CHUNK = 50
"""Series of one transaction: each has a savepoint of its own, in which finished blocks are archived."""

RETRY = timedelta(hours=1)
"""After so long a cycle that could not be opened is tried again."""

log = logging.getLogger(__name__)


@verb("look_again", "enroll", "notify")
def open_next_cycles(*, now: datetime, limit: int = CHUNK) -> Outcome:
    """Opens the next cycle of up to `limit` assignments whose time has come.

    `created` holds the ids of the new cycles; `changed` those of assignments whose opening was put off, because the
    learner is away or exempt or it was not due after all; `unchanged` those of assignments whose series ended because
    the account is inactive or the training archived; `refused` those for which it failed, which are tried again.
    Whoever comes second finds nothing that is due: the learners are locked, and the number of a cycle is unique.
    """
    found = recurring.due_assignments(now, limit)
    work.lock_learners({learner_id for _, learner_id in found}, now=now)
    present = recurring.present_cycles([id for id, _ in found], now)
    act = _Opening(present, now)
    for cycle in present:
        try:
            with transaction.atomic():
                act.take(cycle)
        except Exception:
            log.exception("The next cycle of assignment %s could not be opened", cycle.assignment_id)
            Assignment.objects.filter(id=cycle.assignment_id).update(next_opens_at=now + RETRY)
            act.failed.append(cycle.assignment_id)
    keys = trainings.look_keys({cycle.training_id for cycle in act.opened}) if act.opened else {}
    work.add_look_agains(sorted({(cycle.learner_id, keys[cycle.training_id]) for cycle in act.opened}), now=now)
    return Outcome(
        created=[cycle.id for cycle in act.opened], changed=act.put_off, unchanged=act.ended, refused=act.failed
    )


@verb()
def end_repetition(*, actor: Any, ids: Collection[uuid.UUID], reason: str = "", now: datetime) -> Outcome:
    """Ends these series (assignment uuids) after their present cycle.

    `changed` holds uuids; `refused` pairs of the uuid and a Problem: `not_found`, `withdrawn`, `missed`,
    `not_repeating`, `repetition_ended`. Raises Forbidden, and Invalid `reason_too_long`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you end a repetition.")))
    changing.check_reason(reason)
    work.lock_learners(changing.learner_ids(scope, ids), now=now)
    found = changing.latest_cycles(scope, ids)
    refused = [(id, changing.not_found()) for id in ids if id not in found]
    ending = []
    for id, cycle in found.items():
        if problem := _not_ending(cycle):
            refused.append((id, problem))
        else:
            ending.append(cycle)
    _end(ending, now)
    audit.append(
        audit.entry("repetition_ended", now=now, actor=actor, assignment=cycle.assignment, why=reason.strip())
        for cycle in ending
    )
    return Outcome(changed=[cycle.assignment.uuid for cycle in ending], refused=refused)


@verb()
def plan_series(*, now: datetime, after_id: int = 0, limit: int = 500) -> Outcome:
    """Works out once more when the next cycles open, for up to `limit` live series by id.

    `changed` holds the assignments that were looked at, empty at the end. It heals what a changed policy or clock left.
    """
    ids = recurring.live_series(after_id, limit)
    rows = Cycle.objects.filter(assignment_id__in=ids).select_related("assignment", "fulfilled_by").order_by("number")
    series.save({row.assignment_id: row for row in rows}.values())
    return Outcome(changed=ids)


def _not_ending(cycle: Cycle) -> Problem | None:
    made = cycle.assignment
    if not made.repeat_every:
        return Problem("not_repeating", _("This assignment does not come again."))
    if made.repetition_ended_at:
        return Problem("repetition_ended", _("This repetition has been ended already."))
    return None if made.open else changing.closed(cycle)


def _end(present: Sequence[Cycle], now: datetime) -> None:
    """Ends the series; assignments whose cycle is closed are over."""
    ids = [cycle.assignment_id for cycle in present]
    Assignment.objects.filter(id__in=ids).update(repetition_ended_at=now, next_opens_at=None)
    over = [cycle.assignment_id for cycle in present if not cycle.open]
    Assignment.objects.filter(id__in=over).update(open=None)


class _Opening:
    """One call of the verb: what is known of all beforehand, and what became of each."""

    def __init__(self, present: Sequence[Cycle], now: datetime) -> None:
        self.now = now
        self.policies = policies.policies({cycle.organization_id for cycle in present})
        self.absences = recurring.absences(present) if present else {}
        self.names = people.names([cycle.assignment.learner for cycle in present])
        by_organization: dict[int, set[int]] = {}
        for cycle in present:
            by_organization.setdefault(cycle.organization_id, set()).add(cycle.learner_id)
        self.zones = {
            (organization_id, learner_id): zone
            for organization_id, learner_ids in by_organization.items()
            for learner_id, zone in policies.deadline_zones(learner_ids, self.policies[organization_id]).items()
        }
        self.opened: list[Cycle] = []
        self.put_off: list[int] = []
        self.ended: list[int] = []
        self.failed: list[int] = []

    def take(self, present: Cycle) -> None:
        """Opens the next cycle, puts it off, or ends the series; in a savepoint of its own."""
        made, key = present.assignment, (present.organization_id, present.learner_id)
        cause = "" if made.learner.is_active else "inactive"
        cause = cause or ("archived" if made.training.archived_at else "")
        if cause:
            _end([present], self.now)
            audit.append([audit.entry("repetition_ended", now=self.now, assignment=made, after={"cause": cause})])
            self.ended.append(made.id)
            return
        planned, policy = series.next_opens_at(present, self.policies[present.organization_id]), self.policies[key[0]]
        waits = self._waits_until(present)
        if planned is None or planned > self.now or waits:
            later = max(filter(None, [planned, waits]), default=None)
            Assignment.objects.filter(id=made.id).update(next_opens_at=later)
            self.put_off.append(made.id)
            return
        zone = self.zones[key]
        found = series.next_round(present, policy, deadlines.local_day(self.now, zone))
        assert found is not None
        self.opened.append(self._open(present, found, zone, policy))

    def _waits_until(self, present: Cycle) -> datetime | None:
        """When a hold ends that keeps the next cycle from opening; without end as good as never: lifting plans anew."""
        if present.open and changing.is_exempt(present, self.now):
            return present.exempt_until_at or deadlines.end_of_day(deadlines.LAST_DUE_ON, "UTC")
        absence = self.absences.get((present.organization_id, present.learner_id))
        if absence is None:
            return None
        from_at, until_at = holding.covered(absence.from_on, absence.until_on, present.zone)
        return until_at if from_at <= self.now < until_at else None

    def _open(self, present: Cycle, found: Round, zone: str, policy: Policy) -> Cycle:
        now, made, entries = self.now, present.assignment, []
        if present.open:
            cause = "frozen" if present.cut_off_at else "rolled"
            cycles.close(present, Status.MISSED, now=now)
            cycles.save([present])
            entries.append(audit.entry("missed", now=now, assignment=made, after={"cause": cause}))
        number = present.number
        for due_on in found.skipped:
            number += 1
            skipped = cycles.next_cycle(present, number, deadlines.deadline(due_on, zone), now=now)
            cycles.close(skipped, Status.MISSED, now=now)
            skipped.save(force_insert=True)
            due.row(skipped, actor=None, now=now).save(force_insert=True)
            after = {"cause": "skipped", "due_on": due_on.isoformat()}
            entries.append(audit.entry("missed", now=now, assignment=made, after=after))
        first = deadlines.first_due_on(now, zone, min(policy.min_lead_days, made.lead_days))
        deadline = deadlines.deadline(max(found.due_on, first), zone)
        cycle = cycles.next_cycle(present, number + 1, deadline, now=now)
        cycle.sort_name = self.names[present.learner_id][:255]
        cycle.save(force_insert=True)
        due.row(cycle, actor=None, now=now).save(force_insert=True)
        clear = made.repeat_evidence == RepeatEvidence.CLEAR
        if floors.begin_anew([cycle], clear=clear, now=now):
            raise floors.ArchiveMismatch(f"assignment {made.id}: what was done before could not be cleared")
        made.grid_on = found.due_on if made.grid_on else None
        made.open = True
        series.plan([cycle])
        made.save(update_fields=["grid_on", "next_opens_at"])
        RequiredEnrollment.objects.filter(assignment=made).exclude(state=EnrollmentState.ENROLLED).update(
            state=EnrollmentState.PENDING, reason="", attempts=0, next_at=now, claim=None
        )
        notices.tell(NoticeKind.NEW_CYCLE, [cycle], now=now)
        told = {"cycle": cycle.number, "due_on": cycle.due_on.isoformat(), "zone": cycle.zone}
        audit.append([*entries, audit.entry("cycle_opened", now=now, assignment=made, after=told)])
        return cycle
