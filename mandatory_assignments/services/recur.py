"""Repetition: the next cycle of an assignment opens when its time has come, and somebody may end the series."""

import logging
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..data import EnrollmentState, Forbidden, NoticeKind, Outcome, Policy, Problem, RepeatAnchor, Status
from ..models import Assignment, AuditEntry, Cycle, RequiredEnrollment
from ..queries import access, changing, clearing, evidence, forbidding, people, policies, recurring, trainings
from ..queries.evidence import Key
from ..records import audit, cycles, floors, judging, notices, series, work
from ..records import holding as holding_records
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

    What was done of a cycle that is about to be missed is judged first. `created` holds the ids of the new cycles;
    `changed` those of assignments whose opening was put off, because the learner is away or exempt, or which were not
    due any more; `unchanged` those of assignments whose series ended because the account is inactive or the training
    archived; `refused` those for which it failed, of which nothing was changed and which are tried again. Whoever comes
    second finds nothing that is due: the learners are locked, and the number of a cycle is unique.
    """
    found = recurring.due_assignments(now, limit)
    work.lock_learners({learner_id for _, learner_id in found}, now=now)
    ids = [assignment_id for assignment_id, _ in found]
    unknown = _judge_unfinished(recurring.unfinished_keys(ids, now), now)
    present = recurring.present_cycles(ids, now)
    act = _Opening(present, now)
    for cycle in present:
        try:
            with transaction.atomic():
                if cycle.open and (cycle.learner_id, cycle.training_id) in unknown:
                    raise clearing.Unreadable(cycle.training.key)
                act.take(cycle)
        except Exception:
            if transaction.get_rollback():
                raise  # After a deadlock the database has given up all of it, not this person's part alone.
            log.exception("The next cycle of assignment %s could not be opened", cycle.assignment_id)
            act.failed.append(cycle.assignment_id)
    act.follow()
    taken = {cycle.assignment_id for cycle in present}
    return Outcome(
        created=[cycle.id for cycle in act.opened],
        changed=[*(made.id for made in act.put_off), *(id for id in ids if id not in taken)],
        unchanged=[cycle.assignment_id for cycle in act.ended],
        refused=act.failed,
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
        if problem := forbidding.ending(cycle):
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
    found = recurring.live_series(after_id, limit)
    work.lock_learners({learner_id for _, learner_id in found}, now=now)
    ids = [assignment_id for assignment_id, _ in found]
    present = [cycle for cycle in recurring.series_of(ids) if series.lives(cycle.assignment)]
    before = {cycle.id: cycle.assignment.next_opens_at for cycle in present}
    series.plan(present)
    moved = [cycle.assignment for cycle in present if cycle.assignment.next_opens_at != before[cycle.id]]
    Assignment.objects.bulk_update(moved, ["next_opens_at"], batch_size=100)
    return Outcome(changed=ids)


def _end(present: Sequence[Cycle], now: datetime) -> None:
    """Ends the series; assignments whose cycle is closed are over."""
    ids = [cycle.assignment_id for cycle in present]
    Assignment.objects.filter(id__in=ids).update(repetition_ended_at=now, next_opens_at=None)
    over = [cycle.assignment_id for cycle in present if not cycle.open]
    Assignment.objects.filter(id__in=over).update(open=None)


class _Opening:
    """One call of the verb: what is known of all beforehand, what became of each, and what follows for all at once."""

    def __init__(self, present: Sequence[Cycle], now: datetime) -> None:
        self.now = now
        self.policies = policies.policies({cycle.organization_id for cycle in present})
        self.absences = changing.absences_during(present)
        self.grounds = clearing.grounds({cycle.training_id for cycle in present}) if present else {}
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
        self.put_off: list[Assignment] = []
        self.ended: list[Cycle] = []
        self.failed: list[int] = []
        self.entries: list[AuditEntry] = []

    def take(self, present: Cycle) -> None:
        """Opens the next cycle, puts it off, or ends the series; to be called in a savepoint of the person's own."""
        made, key = present.assignment, (present.organization_id, present.learner_id)
        if cause := _cause_to_end(made):
            self.entries.append(audit.entry("repetition_ended", now=self.now, assignment=made, after={"cause": cause}))
            self.ended.append(present)
            return
        policy, zone = self.policies[present.organization_id], self.zones[key]
        planned, waits = series.next_opens_at(present, policy, zone), self._waits_until(present)
        if planned is None or planned > self.now or waits:
            made.next_opens_at = max(filter(None, [planned, waits]), default=None)
            self.put_off.append(made)
            return
        found = series.next_round(present, policy, deadlines.local_day(self.now, zone))
        assert found is not None
        self._open(present, found, zone, policy)

    def _waits_until(self, present: Cycle) -> datetime | None:
        """When a hold ends that keeps the next cycle from opening; without end as good as never: lifting plans anew."""
        if present.open and changing.is_exempt(present, self.now):
            return present.exempt_until_at or deadlines.end_of_day(deadlines.LAST_DUE_ON, "UTC")
        absence = self.absences.get((present.organization_id, present.learner_id))
        if absence is None:
            return None
        from_at, until_at = holding.covered(absence.from_on, absence.until_on, present.zone)
        return until_at if from_at <= self.now < until_at else None

    def _open(self, present: Cycle, found: Round, zone: str, policy: Policy) -> None:
        now, made, entries = self.now, present.assignment, []
        if present.open:
            cause = "frozen" if present.cut_off_at else "rolled"
            cycles.close(present, Status.MISSED, now=now)
            cycles.save([present])
            entries.append(audit.entry("missed", now=now, assignment=made, after={"cause": cause}))
        first = deadlines.first_due_on(now, zone, min(policy.min_lead_days, made.lead_days))
        *skipped, cycle = (
            cycles.next_cycle(present, number, deadlines.deadline(due_on, zone), now=now)
            for number, due_on in enumerate([*found.skipped, max(found.due_on, first)], present.number + 1)
        )
        for gone in skipped:
            cycles.close(gone, Status.MISSED, now=now)
            after = {"cause": "skipped", "due_on": gone.due_on.isoformat()}
            entries.append(audit.entry("missed", now=now, assignment=made, after=after))
        cycle.sort_name = self.names[present.learner_id][:255]
        cycles.open_later_cycles([*skipped, cycle], now=now)
        if floors.begin_anew([cycle], clear=series.clears(made), grounds=self.grounds, now=now):
            raise floors.ArchiveMismatch(f"assignment {made.id}: what was done before could not be cleared")
        made.grid_on = found.due_on if made.repeat_anchor == RepeatAnchor.CALENDAR else cycle.due_on
        told = {"cycle": cycle.number, "due_on": cycle.due_on.isoformat(), "zone": cycle.zone}
        self.entries += [*entries, audit.entry("cycle_opened", now=now, assignment=made, after=told)]
        self.opened.append(cycle)

    def follow(self) -> None:
        """Writes what follows for all at once; a constant number of statements."""
        now, made = self.now, [cycle.assignment_id for cycle in self.opened]
        Assignment.objects.filter(id__in=self.failed).update(next_opens_at=now + RETRY)
        Assignment.objects.bulk_update(self.put_off, ["next_opens_at"], batch_size=100)
        _end(self.ended, now)
        series.save(self.opened)
        min_leads = {id: policy.min_lead_days for id, policy in self.policies.items()}
        holding_records.pause_absent(self.opened, min_leads=min_leads, actor=None, now=now)
        if made:
            RequiredEnrollment.objects.filter(id__in=recurring.missing_enrollments(made)).update(
                state=EnrollmentState.PENDING, reason="", attempts=0, next_at=now, claim=None
            )
            keys = trainings.look_keys({cycle.training_id for cycle in self.opened})
            work.add_look_agains(
                sorted({(cycle.learner_id, keys[cycle.training_id]) for cycle in self.opened}), now=now
            )
        notices.tell(NoticeKind.NEW_CYCLE, self.opened, now=now)
        audit.append(self.entries)


def _cause_to_end(made: Assignment) -> str:
    """Why no further cycle opens; empty where one may."""
    if not made.learner.is_active:
        return "inactive"
    return "archived" if made.training.archived_at else ""


def _judge_unfinished(keys: Collection[Key], now: datetime) -> set[Key]:
    """Judges what was done of rounds that are about to be missed, for nobody may have looked yet.

    Returns the (learner, training) keys of which nobody can tell; when it fails, each is tried on its own.
    """
    if not keys:
        return set()
    try:
        with transaction.atomic():
            judged = judging.judge(evidence.exact(evidence.look_at(keys))[0], keys, now=now)
            judging.write(judged, now=now)
    except Exception:
        if transaction.get_rollback():
            raise
        log.exception("The unfinished cycles of %d learners could not be judged", len(keys))
        if len(keys) == 1:
            return {*keys}
        return set().union(*(_judge_unfinished([key], now) for key in keys))
    return {(cycle.learner_id, cycle.training_id) for cycle in judged.unread}
