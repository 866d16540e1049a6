"""What all verbs that assign share: the terms settled, the people sorted, the assignments opened.

Sorting is the plan and changes nothing; opening is the apply, under the learners' locks.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import (
    Course,
    Invalid,
    LatePolicy,
    NoticeKind,
    Policy,
    PriorWork,
    Problem,
    Reminder,
    Scope,
    Status,
    Terms,
    TrainingKind,
)
from ..models import Assignment, Cycle, ReminderSet, RequiredEnrollment, Training
from ..queries import assigning, changing, evidence, noticing, people, policies, standing, trainings
from ..queries import assignments as assignment_queries
from ..rules import deadlines
from ..rules import evidence as evidence_rules
from ..settings import setting
from . import audit, cycles, holding, judging, notices, prior, reminders, series, work
from . import trainings as training_records
from .storing import many


@dataclass(frozen=True, slots=True)
class Settled:
    """Terms that can be kept: what they mean, and whom they may reach.

    The training is not stored yet (`adopt`) where a course was meant that is none. `course` is that course.
    """

    terms: Terms
    training: Training
    course: Course | None
    owner: Organization | None
    course_keys: tuple[str, ...]
    organization: Organization
    policy: Policy
    late_policy: LatePolicy
    grace_days: int
    reminders: Sequence[Reminder]
    within: Q

    @property
    def note(self) -> str:
        """The note without blanks around it."""
        return self.terms.note.strip()


@dataclass(frozen=True, slots=True)
class Sorted:
    """Whom the terms fit: to be assigned, to be skipped, to be refused; pairs of an account and a Problem.

    `zones` is where each learner's due days end. `missed` are rounds frozen past their cut-off that a new assignment
    replaces.
    """

    create: Sequence[Any]
    skip: Sequence[tuple[Any, Problem]]
    refuse: Sequence[tuple[Any, Problem]]
    zones: dict[int, str]
    missed: Sequence[Cycle] = ()


def settle(scope: Scope, terms: Terms) -> Settled:
    """What the terms mean to this scope; raises Invalid for everything that is wrong for whomever."""
    _check_texts(terms.note, terms.due_on)
    _check_late(terms.late_policy, terms.grace_days)
    target = assigning.target(scope, terms.training)
    owner = assigning.organization_for(scope, target, terms.organization)
    course = target.meant if isinstance(target.meant, Course) else None
    training = (
        Training(criterion=trainings.usual_criterion(TrainingKind.COURSE))
        if isinstance(target.meant, Course)
        else target.meant
    )
    if problems := series.problems(terms.repeat, 0, training):
        raise Invalid(*problems)
    rules = policies.policy(owner.id)
    wanted = policies.default_reminders(rules, owner.id) if terms.remind is None else terms.remind
    if problems := reminders.problems(wanted, noticing.usable_templates(owner.id)):
        raise Invalid(*problems)
    return Settled(
        terms,
        training,
        course,
        target.owner,
        target.course_keys,
        owner,
        rules,
        LatePolicy(terms.late_policy or rules.late_policy),
        rules.grace_days if terms.grace_days is None else terms.grace_days,
        wanted,
        assigning.within(scope, target, owner),
    )


def adopt(settled: Settled, *, actor: Any, now: datetime) -> Settled:
    """The same with a training that is stored: the course becomes one."""
    if settled.course is None:
        return settled
    stored = training_records.course_training(settled.course, settled.owner, actor=actor, now=now)
    return replace(settled, training=stored, course=None)


def sort(settled: Settled, users: Collection[Any], *, now: datetime, skip_completed: bool = False) -> Sorted:
    """Who is to be assigned, who is skipped because it is assigned already, who is refused and why.

    With `skip_completed` also those are skipped whom an earlier completion would fulfil at once.
    """
    ids = [user.id for user in users]
    zones = policies.deadline_zones(ids, settled.policy)
    training_id, owner_id = settled.training.id, settled.organization.id
    missed = assignment_queries.replaceable(training_id, owner_id, ids, now) if training_id else []
    taken = assignment_queries.already_assigned(training_id, owner_id, ids) if training_id else set()
    taken -= {cycle.learner_id for cycle in missed}
    create, skip, refuse = [], [], []
    for user in users:
        if user.id in taken:
            skip.append((user, already_assigned()))
        elif problem := due_problem(settled, zones[user.id], now):
            refuse.append((user, problem))
        else:
            create.append(user)
    if skip_completed and training_id:
        completed = _completed(settled, create, zones, now)
        skip += [(user, _already_completed()) for user in create if user.id in completed]
        create = [user for user in create if user.id not in completed]
    return Sorted(create, skip, refuse, zones, missed)


def due_problem(settled: Settled, zone: str, now: datetime) -> Problem | None:
    """What forbids the due day, or the interval, for a learner whose days end in this zone."""
    terms, first = settled.terms, deadlines.first_due_on(now, zone, settled.policy.min_lead_days)
    if terms.due_on < first:
        return Problem(
            "due_too_early",
            _("%(due_on)s is too early; the first date allowed is %(first)s.")
            % {"due_on": terms.due_on.isoformat(), "first": first.isoformat()},
            "due_on",
        )
    return next(iter(series.problems(terms.repeat, lead_days(terms.due_on, zone, now), settled.training)), None)


def lead_days(due_on: date, zone: str, now: datetime) -> int:
    """Days between the local day of now and the due day."""
    return (due_on - deadlines.local_day(now, zone)).days


def already_assigned() -> Problem:
    """Why somebody is skipped."""
    return Problem("already_assigned", _("This training is assigned to this person already."), "learner")


def _already_completed() -> Problem:
    return Problem("already_completed", _("This person has completed the training already."), "learner")


def not_cleared() -> Problem:
    """Why somebody could not be assigned although the terms fit."""
    message = _("What was done before could not be cleared; nothing of this person was changed. Try again.")
    return Problem("failed", message, "learner")


def close_frozen(settled: Settled, learner_ids: Collection[int], *, now: datetime) -> None:
    """Judges everything that happened before the cut-off of what a new assignment would replace."""
    frozen = assignment_queries.replaceable(settled.training.id, settled.organization.id, learner_ids, now)
    judging.judge_again({(cycle.learner_id, cycle.training_id) for cycle in frozen}, now=now)


def open_assignments(settled: Settled, sorted_: Sorted, *, actor: Any, now: datetime) -> list[Cycle]:
    """Stores the assignments of those to be assigned, with all that follows from them; their first cycles.

    Whose earlier work could not be cleared is absent, and nothing of theirs was changed.
    """
    terms, users, zones = settled.terms, sorted_.create, sorted_.zones
    _close_missed([cycle for cycle in sorted_.missed if cycle.learner_id in {user.id for user in users}], actor, now)
    reminder_set = reminders.shared_set(settled.reminders)
    keys = {(user.id, settled.training.id) for user in users}
    progress, names = evidence.stored_progress(keys), people.names(users)
    openings = [
        cycles.Opening(
            _assignment(settled, user, zones[user.id], reminder_set, actor, now),
            deadlines.deadline(terms.due_on, zones[user.id]),
            names[user.id],
            progress.get((user.id, settled.training.id)),
        )
        for user in users
    ]
    made = cycles.open_first_cycles(openings, terms.repeat, actor=actor, now=now)
    failed = prior.take_prior_work(made, prior_work=terms.prior_work, now=now)
    if failed:
        Assignment.objects.filter(id__in=[cycle.assignment_id for cycle in failed]).delete()
        made = [cycle for cycle in made if cycle not in failed]
    series.save(made)
    min_leads = {settled.organization.id: settled.policy.min_lead_days}
    away = holding.pause_absent([cycle for cycle in made if cycle.open], min_leads=min_leads, actor=actor, now=now)
    many(RequiredEnrollment).bulk_create(
        [
            RequiredEnrollment(assignment=cycle.assignment, course_key=course_key, next_at=now)
            for cycle in made
            for course_key in settled.course_keys
        ],
        batch_size=500,
    )
    audit.append(
        audit.entry(
            "assigned",
            now=now,
            actor=actor,
            assignment=cycle.assignment,
            after={"due_on": cycle.due_on.isoformat(), "zone": cycle.zone, "note": settled.note},
        )
        for cycle in made
    )
    fulfilled = [cycles.fulfilled_entry(cycle, cycle.fulfilled_by, now=now) for cycle in made if cycle.fulfilled_by]
    audit.append([*away, *fulfilled])
    notices.tell(NoticeKind.ASSIGNED, [cycle for cycle in made if cycle.open], now=now)
    key = trainings.look_keys([settled.training.id])[settled.training.id]
    work.add_look_agains([(cycle.learner_id, key) for cycle in made], now=now)
    return made


def _assignment(
    settled: Settled, user: Any, zone: str, reminder_set: ReminderSet | None, actor: Any, now: datetime
) -> Assignment:
    terms = settled.terms
    return Assignment(
        learner=user,
        training=settled.training,
        organization=settled.organization,
        assigned_by=actor,
        note=settled.note,
        notify_by_email=terms.notify_by_email,
        prior_work=terms.prior_work,
        late_policy=settled.late_policy,
        grace_days=settled.grace_days,
        reminder_set=reminder_set,
        lead_days=lead_days(terms.due_on, zone, now),
        assigned_at=now,
    )


def _completed(settled: Settled, users: Collection[Any], zones: dict[int, str], now: datetime) -> set[int]:
    """The ids of those whom a completion that is stored would fulfil at once; none where prior work is ignored."""
    if settled.terms.prior_work == PriorWork.IGNORE:
        return set()
    training_id = settled.training.id
    completions = evidence.live_completions([user.id for user in users], [training_id])
    floors = evidence.live_floors({learner_id for learner_id, _ in completions}, [training_id])
    by_id, found = {user.id: user for user in users}, set[int]()
    for (learner_id, _training_id), rows in completions.items():
        zone = zones[learner_id]
        made = _assignment(settled, by_id[learner_id], zone, None, None, now)
        deadline = deadlines.deadline(settled.terms.due_on, zone)
        series.set_repeat(made, settled.terms.repeat, deadline.due_on)
        cycle = cycles.first_cycle(cycles.Opening(made, deadline, "", None), now)
        own = evidence_rules.floors_of_cycle(floors.get(learner_id, ()), training_id, 0)
        if judging.fulfilling_completion(rows, own, cycle):
            found.add(learner_id)
    return found


def _close_missed(missed: Collection[Cycle], actor: Any, now: datetime) -> None:
    """Makes room for new assignments: what is frozen past its cut-off was missed."""
    before = {cycle.id: standing.status_of(cycle, now) for cycle in missed}
    for cycle in missed:
        cycles.close(cycle, Status.MISSED, now=now)
    cycles.save(list(missed))
    Assignment.objects.filter(id__in=[cycle.assignment_id for cycle in missed]).update(open=None, next_opens_at=None)
    audit.append(
        audit.entry(
            "missed",
            now=now,
            actor=actor,
            assignment=cycle.assignment,
            before={"status": before[cycle.id]},
            after={"status": Status.MISSED, "cause": "replaced"},
        )
        for cycle in missed
    )


def _check_texts(note: str, due_on: date) -> None:
    longest = setting("NOTE_MAX_LENGTH")
    if len(note) > longest:
        raise Invalid(
            Problem(
                "note_too_long",
                _("The note has %(length)d characters; at most %(longest)d are allowed.")
                % {"length": len(note), "longest": longest},
                "note",
            )
        )
    if due_on > deadlines.LAST_DUE_ON:
        raise Invalid(
            Problem(
                "due_too_late",
                _("%(due_on)s is too far ahead; the last date allowed is %(last)s.")
                % {"due_on": due_on.isoformat(), "last": deadlines.LAST_DUE_ON.isoformat()},
                "due_on",
            )
        )


def _check_late(late_policy: str | None, grace_days: int | None) -> None:
    named = {"late_policy": late_policy, "grace_days": grace_days}
    if problems := changing.late_problems({name: value for name, value in named.items() if value is not None}):
        raise Invalid(*problems)
