"""Assigning a training: who may assign what to whom, by when, and what exists already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import data
from ..data import (
    Conflict,
    Forbidden,
    Invalid,
    LatePolicy,
    NoticeKind,
    Outcome,
    Policy,
    PriorWork,
    Problem,
    Reminder,
    Repeat,
    Scope,
    Status,
    TrainingKind,
)
from ..models import Assignment, Cycle, ReminderSet, RequiredEnrollment, Training
from ..queries import (
    access,
    changing,
    evidence,
    managers,
    noticing,
    people,
    policies,
    reminding,
    standing,
    training_lists,
    trainings,
)
from ..queries import assignments as assignment_queries
from ..records import audit, cycles, holding, judging, notices, prior, reminders, series, work
from ..records import trainings as training_records
from ..rules import deadlines
from ..settings import setting
from ..verb import verb


@verb("enroll", "look_again", "notify")
def assign_learners(
    *,
    actor: Any,
    training: str,
    learners: Collection[str],
    due_on: date,
    note: str = "",
    organization: str | None = None,
    notify_by_email: bool = True,
    prior_work: PriorWork = PriorWork.COUNT,
    late_policy: LatePolicy | None = None,
    grace_days: int | None = None,
    repeat: Repeat | None = None,
    remind: Sequence[Reminder] | None = None,
    now: datetime,
) -> Outcome:
    """Assigns a training (uuid or key) to learners (usernames or e-mails) with a due day in each one's zone.

    A course that is no training yet becomes one. Late policy and days of grace are the organization's when left out.

    `created` holds the new assignments' uuids; `refused` pairs of the entry and a Problem: `unknown_learner`,
    `already_assigned`, `due_too_early`, `interval_too_short`, and `failed` where what was done before could not be
    cleared. Raises Forbidden when the actor assigns nothing at all, and Invalid for what is wrong for everybody:
    `unknown_training`, `archived_training`, `unknown_organization`, `organization_required`, `note_too_long`,
    `due_too_late`, `bad_late_policy`, `bad_grace_days`, `bad_every`, `keep_not_possible`. Enrolment in all courses that
    the training requires, and the look at what was done before, follow after commit. What is assigned already but
    frozen past its cut-off is closed as missed. Whoever is away when it would be due gets the minimum lead after the
    return. A training that was completed before fulfils the assignment at once, as long as `prior_work` counts and is
    not older than the site allows and younger than one interval; else what was done before is archived and cleared and
    the learner begins anew.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you assign anything.")))
    _check_texts(note, due_on)
    _check_late(late_policy, grace_days)
    target = _target(scope, training)
    owner = _organization(scope, target, organization)
    within = _within(scope, target, owner)
    found = people.learners(learners, within=within)
    refused = [(entry, people.unknown_learner(entry)) for entry in dict.fromkeys(learners) if entry not in found]
    wanted = {user.id: (entry, user) for entry, user in found.items()}
    row = target.meant
    if isinstance(row, data.Course):
        row = training_records.course_training(row, target.owner, actor=actor, now=now)
    work.lock_learners(wanted, now=now)
    _check_repeat(repeat, row)
    rules = policies.policy(owner.id)
    zones = policies.deadline_zones(wanted, rules)
    missed = _missed(row.id, owner.id, wanted, now)
    taken = assignment_queries.already_assigned(row.id, owner.id, wanted) - {cycle.learner_id for cycle in missed}
    for learner_id, (entry, _user) in list(wanted.items()):
        problem = _due_problem(due_on, zones[learner_id], rules, now)
        problem = problem or next(iter(series.problems(repeat, _lead_days(due_on, zones[learner_id], now), row)), None)
        if learner_id in taken:
            problem = _already_assigned()
        if problem:
            refused.append((entry, problem))
            del wanted[learner_id]
    users = [user for _entry, user in wanted.values()]
    _close_missed([cycle for cycle in missed if cycle.learner_id in wanted], actor, now)
    terms = _Terms(
        row,
        target.course_keys,
        owner,
        rules,
        due_on,
        note.strip(),
        notify_by_email,
        PriorWork(prior_work),
        LatePolicy(late_policy or rules.late_policy),
        rules.grace_days if grace_days is None else grace_days,
        repeat,
        _reminder_set(remind, rules, owner),
    )
    made = _open(terms, users, zones, actor, now)
    opened = {cycle.learner_id for cycle in made}
    refused += [(entry, _failed()) for learner_id, (entry, _user) in wanted.items() if learner_id not in opened]
    return Outcome(created=[cycle.assignment.uuid for cycle in made], refused=refused)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an assignment would be: its deadline, and the mails of its reminders; the leads are days."""

    deadline: data.Deadline
    lead_days: int
    min_lead_days: int
    mails: Sequence[reminding.Planned]


def foresee_assignment(
    *,
    actor: Any,
    training: str,
    learner: str,
    due_on: date,
    note: str = "",
    organization: str | None = None,
    late_policy: LatePolicy | None = None,
    grace_days: int | None = None,
    repeat: Repeat | None = None,
    remind: Sequence[Reminder] | None = None,
    now: datetime,
) -> Foreseen:
    """What `assign_learners` would make for one learner who is there and has not done it yet; stores nothing.

    Raises Forbidden and Invalid as that does, also for what it refuses, and Conflict `already_assigned`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you assign anything.")))
    _check_texts(note, due_on)
    _check_late(late_policy, grace_days)
    target = _target(scope, training)
    owner = _organization(scope, target, organization)
    user = people.learners([learner], within=_within(scope, target, owner)).get(learner)
    if user is None:
        raise Invalid(people.unknown_learner(learner))
    row = (
        target.meant
        if isinstance(target.meant, Training)
        else Training(criterion=trainings.usual_criterion(TrainingKind.COURSE))
    )
    rules = policies.policy(owner.id)
    zone = policies.deadline_zones([user.id], rules)[user.id]
    problem = _due_problem(due_on, zone, rules, now)
    if problems := [*filter(None, [problem]), *series.problems(repeat, _lead_days(due_on, zone, now), row)]:
        raise Invalid(*problems)
    wanted = policies.default_reminders(rules, owner.id) if remind is None else remind
    if problems := reminders.problems(wanted, noticing.usable_templates(owner.id)):
        raise Invalid(*problems)
    taken = assignment_queries.already_assigned(row.id, owner.id, [user.id]) if row.id else set()
    if taken and not assignment_queries.replaceable(row.id, owner.id, [user.id], now):
        raise Conflict(_already_assigned())
    found = deadlines.deadline(due_on, zone)
    grace = rules.grace_days if grace_days is None else grace_days
    ceiling = deadlines.ceiling(found, late_policy or rules.late_policy, grace)
    mails = reminding.plan_of_new(
        wanted,
        found,
        learner_id=user.id,
        assigner_id=actor.id,
        manager_ids=managers.managers([user.id], owner.id)[user.id],
        ceiling_at=ceiling.at if ceiling else None,
        now=now,
    )
    return Foreseen(found, _lead_days(due_on, zone, now), rules.min_lead_days, mails)


def _already_assigned() -> Problem:
    return Problem("already_assigned", _("This training is assigned to this person already."), "learner")


@dataclass(frozen=True, slots=True)
class _Target:
    """The training that is meant, or the course that is none yet; whose it is, and the courses it requires.

    `inside` tells that the actor is on the staff of all of these.
    """

    meant: Training | data.Course
    owner: Organization | None
    course_keys: tuple[str, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class _Terms:
    training: Training
    course_keys: tuple[str, ...]
    organization: Organization
    policy: Policy
    due_on: date
    note: str
    notify_by_email: bool
    prior_work: PriorWork
    late_policy: LatePolicy
    grace_days: int
    repeat: Repeat | None
    reminder_set: ReminderSet | None


def _failed() -> Problem:
    message = _("What was done before could not be cleared; nothing of this person was changed. Try again.")
    return Problem("failed", message, "learner")


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


def _due_problem(due_on: date, zone: str, rules: Policy, now: datetime) -> Problem | None:
    first = deadlines.first_due_on(now, zone, rules.min_lead_days)
    if due_on >= first:
        return None
    return Problem(
        "due_too_early",
        _("%(due_on)s is too early; the first date allowed is %(first)s.")
        % {"due_on": due_on.isoformat(), "first": first.isoformat()},
        "due_on",
    )


def _reminder_set(wanted: Sequence[Reminder] | None, policy: Policy, owner: Organization) -> ReminderSet | None:
    """The rules that are named, else those of the organization; raises Invalid with everything that is wrong."""
    if wanted is None:
        wanted = policies.default_reminders(policy, owner.id)
    elif problems := reminders.problems(wanted, noticing.usable_templates(owner.id)):
        raise Invalid(*problems)
    return reminders.shared_set(wanted)


def _check_repeat(repeat: Repeat | None, row: Training) -> None:
    """Raises Invalid with everything that forbids the repetition for whomever; the lead is each learner's own."""
    if problems := series.problems(repeat, 0, row):
        raise Invalid(*problems)


def _lead_days(due_on: date, zone: str, now: datetime) -> int:
    return (due_on - deadlines.local_day(now, zone)).days


def _target(scope: Scope, reference: str) -> _Target:
    """What is meant by a training's uuid or a key, if this scope may use it."""
    row = training_lists.named(scope, reference)
    target: _Target | None
    if row is not None and (row.offline or row.kind != TrainingKind.COURSE):
        target = _bundle(scope, row)
    else:
        target = _course(scope, row.key if row else reference)
    if target is None:
        message = _('No training "%(entry)s" can be found.') % {"entry": reference}
        raise Invalid(Problem("unknown_training", message, "training"))
    if isinstance(target.meant, Training) and target.meant.archived_at:
        message = _('"%(name)s" is archived and cannot be assigned any more.') % {"name": target.meant.name}
        raise Invalid(Problem("archived_training", message, "training"))
    return target


def _bundle(scope: Scope, row: Training) -> _Target:
    course_keys = trainings.shapes([row.id])[row.id].course_keys
    return _Target(row, row.organization, course_keys, training_lists.inside(scope, course_keys))


def _course(scope: Scope, course_key: str) -> _Target | None:
    course = trainings.usable_course(scope, course_key)
    if course is None:
        return None
    owner = trainings.course_owner(course.key)
    row = trainings.course_trainings([course.key]).get(course.key)
    return _Target(row or course, owner, (course.key,), training_lists.inside(scope, [course.key]))


def _organization(scope: Scope, target: _Target, short_name: str | None) -> Organization:
    """Whom the assignment belongs to: the one named, else the training's owner, else the actor's only one."""
    candidates = {row.short_name: row for row in people.organizations_to_assign_for(scope)}
    if target.owner and target.inside:
        candidates[target.owner.short_name] = target.owner
    if short_name:
        if short_name in candidates:
            return candidates[short_name]
        raise Invalid(
            Problem(
                "unknown_organization",
                _('No organization "%(name)s" can be found.') % {"name": short_name},
                "organization",
            )
        )
    if target.owner and target.owner.short_name in candidates:
        return target.owner
    if len(candidates) == 1:
        return next(iter(candidates.values()))
    raise Invalid(Problem("organization_required", _("Name the organization for which you assign."), "organization"))


def _within(scope: Scope, target: _Target, owner: Organization) -> Q:
    """Whom this actor may assign something to: members, or for course staff the people of the courses."""
    if scope.everything:
        return people.everybody()
    found = Q(pk__in=())
    if owner.id in scope.organization_ids:
        found |= people.members_of(owner.id)
    if target.inside:
        for course_key in target.course_keys:
            found |= people.enrolled_in(course_key)
    return found


def _missed(training_id: int, organization_id: int, learner_ids: Collection[int], now: datetime) -> list[Cycle]:
    """What is frozen past its cut-off, once everything that happened before it has been judged."""
    frozen = assignment_queries.replaceable(training_id, organization_id, learner_ids, now)
    if not frozen:
        return []
    judging.judge_again({(cycle.learner_id, training_id) for cycle in frozen}, now=now)
    return assignment_queries.replaceable(training_id, organization_id, learner_ids, now)


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


def _open(terms: _Terms, users: Collection[Any], zones: dict[int, str], actor: Any, now: datetime) -> list[Cycle]:
    """Stores the assignments with all that follows from them."""
    keys = {(user.id, terms.training.id) for user in users}
    progress, names = evidence.stored_progress(keys), people.names(users)
    openings = [
        cycles.Opening(
            Assignment(
                learner=user,
                training=terms.training,
                organization=terms.organization,
                assigned_by=actor,
                note=terms.note,
                notify_by_email=terms.notify_by_email,
                prior_work=terms.prior_work,
                late_policy=terms.late_policy,
                grace_days=terms.grace_days,
                reminder_set=terms.reminder_set,
                lead_days=_lead_days(terms.due_on, zones[user.id], now),
                assigned_at=now,
            ),
            deadlines.deadline(terms.due_on, zones[user.id]),
            names[user.id],
            progress.get((user.id, terms.training.id)),
        )
        for user in users
    ]
    made = cycles.open_first_cycles(openings, terms.repeat, actor=actor, now=now)
    failed = prior.take_prior_work(made, prior_work=terms.prior_work, now=now)
    if failed:
        Assignment.objects.filter(id__in=[cycle.assignment_id for cycle in failed]).delete()
        made = [cycle for cycle in made if cycle not in failed]
    series.save(made)
    min_leads = {terms.organization.id: terms.policy.min_lead_days}
    away = holding.pause_absent([cycle for cycle in made if cycle.open], min_leads=min_leads, actor=actor, now=now)
    RequiredEnrollment.objects.bulk_create(
        [
            RequiredEnrollment(assignment=cycle.assignment, course_key=course_key, next_at=now)
            for cycle in made
            for course_key in terms.course_keys
        ],
        batch_size=500,
    )
    audit.append(
        audit.entry(
            "assigned",
            now=now,
            actor=actor,
            assignment=cycle.assignment,
            after={"due_on": cycle.due_on.isoformat(), "zone": cycle.zone, "note": terms.note},
        )
        for cycle in made
    )
    fulfilled = [cycles.fulfilled_entry(cycle, cycle.fulfilled_by, now=now) for cycle in made if cycle.fulfilled_by]
    audit.append([*away, *fulfilled])
    notices.tell(NoticeKind.ASSIGNED, [cycle for cycle in made if cycle.open], now=now)
    key = trainings.look_keys([terms.training.id])[terms.training.id]
    work.add_look_agains([(cycle.learner_id, key) for cycle in made], now=now)
    return made
