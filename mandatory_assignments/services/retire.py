"""Retiring an account: what is open is withdrawn and personal texts go. What was done stays, without a name."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from ..data import Bucket, EnrollmentState, JobState, Outcome, Status
from ..models import (
    Absence,
    Assignment,
    AuditEntry,
    CalendarFeed,
    Completion,
    Coordinator,
    Cycle,
    EvidenceFloor,
    Hold,
    Job,
    JobRow,
    LookAgain,
    Membership,
    OrganizationMember,
    RequiredEnrollment,
    Supervision,
)
from ..records import audit, cycles, work
from ..verb import verb

PERSONAL = frozenset({"note", "reference", "name", "username", "email"})
"""What entries of the audit trail about a person may tell of before and after in that person's own words or name."""

UNFINISHED = (EnrollmentState.PENDING, EnrollmentState.REFUSED, EnrollmentState.LEAVING)


@verb()
def retire_learner(learner_id: int, *, now: datetime) -> Outcome:
    """Forgets who this person is; `changed` holds the uuids of the assignments that were open. Doing it twice is safe.

    Open assignments are withdrawn with their series, and nothing of them waits for a worker any more. Notes, reasons,
    references and names are blanked, also where the person acted; roles, memberships and the calendar end. Completions,
    progress, deadlines and what else proves something stay.
    """
    work.lock_learners([learner_id], now=now)
    rows = list(Cycle.objects.filter(learner_id=learner_id).select_related("assignment"))
    withdrawn = [cycle for cycle in rows if cycle.open]
    for cycle in withdrawn:
        cycles.close(cycle, Status.WITHDRAWN, now=now)
    cycles.save(withdrawn)
    audit.append(audit.entry("retired", now=now, assignment=cycle.assignment) for cycle in withdrawn)
    _forget_work(learner_id, {cycle.assignment_id for cycle in rows})
    _forget_texts(learner_id, [cycle.id for cycle in rows])
    _forget_in_audit(learner_id)
    _forget_in_jobs(learner_id)
    CalendarFeed.objects.filter(user_id=learner_id).delete()
    for directory in (OrganizationMember, Membership, Coordinator):
        directory.objects.filter(user_id=learner_id).delete()
    Supervision.objects.filter(Q(manager_id=learner_id) | Q(person_id=learner_id)).delete()
    return Outcome(changed=[cycle.assignment.uuid for cycle in withdrawn])


def _forget_work(learner_id: int, assignment_ids: Collection[int]) -> None:
    RequiredEnrollment.objects.filter(assignment_id__in=assignment_ids, state__in=UNFINISHED).update(
        state=EnrollmentState.NOT_NEEDED, reason="", next_at=None
    )
    RequiredEnrollment.objects.filter(assignment_id__in=assignment_ids).update(next_at=None, claim=None)
    LookAgain.objects.filter(learner_id=learner_id).delete()


def _forget_texts(learner_id: int, cycle_ids: Collection[int]) -> None:
    Assignment.objects.filter(learner_id=learner_id).update(note="", open=None, next_opens_at=None)
    Cycle.objects.filter(learner_id=learner_id).update(sort_name="")
    Hold.objects.filter(cycle_id__in=cycle_ids).update(reason="")
    Absence.objects.filter(learner_id=learner_id).update(reason="")
    Completion.objects.filter(learner_id=learner_id).update(reference="")
    EvidenceFloor.objects.filter(learner_id=learner_id).update(why="")


def _forget_in_jobs(learner_id: int) -> None:
    """Also where somebody typed or uploaded the name, which the platform is about to take from the account."""
    JobRow.objects.filter(learner_id=learner_id).update(entry="", message="", values={})
    Job.objects.filter(actor_id=learner_id).update(terms={}, problem="")
    account = get_user_model().objects.filter(id=learner_id).values_list("username", "email").first()
    names = {name.casefold() for name in account or () if name}
    refused = JobRow.objects.filter(job__in=Job.objects.values("id"), bucket=Bucket.REFUSE, learner=None)
    for name in names:
        refused.filter(entry__iexact=name).update(entry="", message="", values={})
    for draft in Job.objects.filter(state=JobState.DRAFT):
        people = draft.terms.get("people", {})
        kept = {
            part: [entry for entry in people.get(part, ()) if entry.strip().casefold() not in names]
            for part in ("entries", "listed")
        }
        if any(len(entries) < len(people.get(part, ())) for part, entries in kept.items()):
            draft.terms = {**draft.terms, "people": {**people, **kept}}
            draft.save(update_fields=["terms"])


def _forget_in_audit(learner_id: int) -> None:
    AuditEntry.objects.filter(actor_id=learner_id).update(actor_name="")
    about = AuditEntry.objects.filter(learner_id=learner_id)
    about.update(why="")
    telling = []
    for entry in about.exclude(before={}, after={}).iterator():
        before, after = _without_persons(entry.before), _without_persons(entry.after)
        if (before, after) != (entry.before, entry.after):
            entry.before, entry.after = before, after
            telling.append(entry)
    AuditEntry.objects.bulk_update(telling, ["before", "after"], batch_size=100)


def _without_persons(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if name in PERSONAL and value else value for name, value in told.items()}
