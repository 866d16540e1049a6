"""Assigning a training to people who are named; and what an assignment would be before it is made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .. import data
from ..data import Conflict, Invalid, LatePolicy, Outcome, PriorWork, Reminder, Repeat, Terms
from ..queries import access, managers, people, policies, reminding
from ..queries import assignments as assignment_queries
from ..queries.assigning import check_assigns
from ..records import assigning, work
from ..rules import deadlines
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

    A course that is no training yet becomes one. Late policy, days of grace and reminders are the organization's when
    left out.

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
    check_assigns(scope)
    asked = Terms(
        training,
        due_on,
        note,
        organization,
        notify_by_email,
        PriorWork(prior_work),
        late_policy,
        grace_days,
        repeat,
        remind,
    )
    settled = assigning.settle(scope, asked)
    found = people.learners(learners, within=settled.within)
    refused = [(entry, people.unknown_learner(entry)) for entry in dict.fromkeys(learners) if entry not in found]
    users = {user.id: user for user in found.values()}
    entries = {user.id: entry for entry, user in found.items()}
    created, left_out = _assigned(settled, users, actor, now)
    refused += [(entries[user.id], problem) for user, problem in left_out]
    return Outcome(created=[cycle.assignment.uuid for cycle in created], refused=refused)


@verb("enroll", "look_again", "notify")
def assign_accounts(*, actor: Any, terms: Terms, learner_ids: Collection[int], now: datetime) -> Outcome:
    """The same for accounts, as a job works them off.

    `created` holds pairs of an account's id and its new assignment's id; `unchanged` pairs of the id and
    `already_assigned`; `refused` pairs of the id and any other Problem, `unknown_learner` where the account is out of
    reach or not active any more. Raises what `assign_learners` raises.
    """
    scope = access.scope(actor)
    check_assigns(scope)
    settled = assigning.settle(scope, terms)
    users = {user.id: user for user in people.active(learner_ids, within=settled.within)}
    created, left_out = _assigned(settled, users, actor, now)
    refused = [(id, people.unknown_learner(str(id))) for id in learner_ids if id not in users]
    refused += [(user.id, problem) for user, problem in left_out]
    return Outcome(
        created=[(cycle.learner_id, cycle.assignment_id) for cycle in created],
        unchanged=[pair for pair in refused if pair[1].code == "already_assigned"],
        refused=[pair for pair in refused if pair[1].code != "already_assigned"],
    )


def _assigned(
    settled: assigning.Settled, users: dict[int, Any], actor: Any, now: datetime
) -> tuple[list[Any], list[tuple[Any, data.Problem]]]:
    """The new cycles, and the accounts that got none, each with its Problem."""
    settled = assigning.adopt(settled, actor=actor, now=now)
    work.lock_learners(users, now=now)
    assigning.close_frozen(settled, users, now=now)
    found = assigning.sort(settled, users.values(), now=now)
    made = assigning.open_assignments(settled, found, actor=actor, now=now)
    opened = {cycle.learner_id for cycle in made}
    failed = [(user, assigning.not_cleared()) for user in found.create if user.id not in opened]
    return made, [*found.skip, *found.refuse, *failed]


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
    check_assigns(scope)
    asked = Terms(
        training,
        due_on,
        note,
        organization,
        late_policy=late_policy,
        grace_days=grace_days,
        repeat=repeat,
        remind=remind,
    )
    settled = assigning.settle(scope, asked)
    user = people.learners([learner], within=settled.within).get(learner)
    if user is None:
        raise Invalid(people.unknown_learner(learner))
    zone = policies.deadline_zones([user.id], settled.policy)[user.id]
    if problem := assigning.due_problem(settled, zone, now):
        raise Invalid(problem)
    training_id, owner_id = settled.training.id, settled.organization.id
    taken = assignment_queries.already_assigned(training_id, owner_id, [user.id]) if training_id else set()
    if taken and not assignment_queries.replaceable(training_id, owner_id, [user.id], now):
        raise Conflict(assigning.already_assigned())
    found = deadlines.deadline(due_on, zone)
    ceiling = deadlines.ceiling(found, settled.late_policy, settled.grace_days)
    mails = reminding.plan_of_new(
        settled.reminders,
        found,
        learner_id=user.id,
        assigner_id=actor.id,
        manager_ids=managers.managers([user.id], owner_id)[user.id],
        ceiling_at=ceiling.at if ceiling else None,
        now=now,
    )
    return Foreseen(found, assigning.lead_days(due_on, zone, now), settled.policy.min_lead_days, mails)
