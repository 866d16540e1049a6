"""Pausing a person who is away: all open assignments of the organization wait, and deadlines move by the absence."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Conflict, Forbidden, Invalid, NoticeKind, Outcome, Problem, Scope
from ..models import Absence, Cycle
from ..queries import access, changing, people, policies, recurring
from ..records import audit, holding, judging, notices, series, work
from ..rules import deadlines
from ..verb import verb

LONGEST_AGO = timedelta(days=366)
"""An absence that is told so late is a typing error."""


@verb("look_again", "notify")
def pause_learner(
    *,
    actor: Any,
    learner: str,
    from_on: date,
    until_on: date,
    organization: str | None = None,
    reason: str = "",
    now: datetime,
) -> Outcome:
    """Pauses a member (username or e-mail) of an organization (short name) from the first to the last day away.

    `created` holds the absence's uuid, `changed` those of the assignments that wait; deadlines that have not passed
    when the absence begins move by its length, at least to the minimum lead after the return. Raises Forbidden; Invalid
    `unknown_learner`, `unknown_organization`, `organization_required`, `from_too_early`, `until_before_from`,
    `until_too_early`, `until_too_late`, `reason_too_long`; Conflict `already_paused` while another absence is not over.
    """
    changing.check_reason(reason)
    owner, user = _who(actor, organization, learner)
    rules = policies.policy(owner.id)
    zone = policies.deadline_zones([user.id], rules)[user.id]
    _check_days(from_on, until_on, deadlines.local_day(now, zone))
    work.lock_learners([user.id], now=now)
    running = changing.absences(owner.id, [user.id]).get(user.id)
    if running:
        if not _is_over(running, zone, now):
            message = _("This person is away from %(from)s to %(until)s already.")
            facts = {"from": running.from_on.isoformat(), "until": running.until_on.isoformat()}
            raise Conflict(Problem("already_paused", message % facts))
        Absence.objects.filter(id=running.id).update(live=None)
    absence = Absence.objects.create(
        organization=owner,
        learner=user,
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip(),
        recorded_at=now,
        recorded_by=actor,
    )
    cycles = changing.open_cycles(user.id, owner.id)
    before = {cycle.id: cycle.due_on.isoformat() for cycle in cycles}
    holding.pause(cycles, absence, min_leads={owner.id: rules.min_lead_days}, actor=actor, now=now)
    _tell("paused", cycles, before, absence, actor, now)
    days = holding.days_away(absence)
    notices.tell(NoticeKind.PAUSED, cycles, facts={cycle.id: days for cycle in cycles}, now=now)
    judging.judge_again({(cycle.learner_id, cycle.training_id) for cycle in cycles}, now=now)
    return Outcome(created=[absence.uuid], changed=[cycle.assignment.uuid for cycle in cycles])


@verb("look_again", "notify")
def resume_learner(*, actor: Any, learner: str, organization: str | None = None, now: datetime) -> Outcome:
    """Ends a person's absence today, the first day back, or cancels one that lies ahead.

    `created` holds the absence's uuid as with `pause_learner`, `changed` those of the assignments that go on; each
    deadline that the absence moved lies as many days later as it really lasted. Raises Forbidden; Invalid as
    `pause_learner`; Conflict `not_paused`.
    """
    owner, user = _who(actor, organization, learner)
    rules = policies.policy(owner.id)
    zone = policies.deadline_zones([user.id], rules)[user.id]
    work.lock_learners([user.id], now=now)
    running = changing.absences(owner.id, [user.id]).get(user.id)
    if running is None or _is_over(running, zone, now):
        raise Conflict(Problem("not_paused", _("This person is not away.")))
    running.ended_at, running.live = now, None
    running.save(update_fields=["ended_at", "live"])
    cycles = [cycle for cycle in changing.open_cycles(user.id, owner.id) if cycle.paused_from_at]
    before = {cycle.id: cycle.due_on.isoformat() for cycle in cycles}
    holding.resume(cycles, running, min_leads={owner.id: rules.min_lead_days}, actor=actor, now=now)
    series.save(recurring.sleeping(user.id, owner.id))
    _tell("resumed", cycles, before, running, actor, now)
    notices.tell(NoticeKind.RESUMED, cycles, now=now)
    judging.judge_again({(cycle.learner_id, cycle.training_id) for cycle in cycles}, now=now)
    return Outcome(created=[running.uuid], changed=[cycle.assignment.uuid for cycle in cycles])


def _who(actor: Any, short_name: str | None, learner: str) -> tuple[Organization, Any]:
    """The organization that the actor coordinates, and the member who is meant."""
    scope: Scope = access.scope(actor)
    owners = {row.short_name: row for row in people.organizations_to_assign_for(scope)}
    if not owners:
        raise Forbidden(Problem("forbidden", _("Your role does not let you pause anybody.")))
    if short_name and short_name not in owners:
        message = _('No organization "%(name)s" can be found.') % {"name": short_name}
        raise Invalid(Problem("unknown_organization", message, "organization"))
    if not short_name and len(owners) > 1:
        raise Invalid(Problem("organization_required", _("Name the organization."), "organization"))
    owner = owners[short_name] if short_name else next(iter(owners.values()))
    found = people.learners([learner], within=people.members_of(owner.id))
    if learner not in found:
        raise Invalid(people.unknown_learner(learner))
    return owner, found[learner]


def _check_days(from_on: date, until_on: date, today: date) -> None:
    facts = {"from": from_on.isoformat(), "until": until_on.isoformat(), "today": today.isoformat()}
    last = {"last": deadlines.LAST_HOLD_ON.isoformat()}
    if from_on < (earliest := today - LONGEST_AGO):
        message = _("%(from)s lies too far back; the first date allowed is %(earliest)s.")
        raise Invalid(Problem("from_too_early", message % (facts | {"earliest": earliest.isoformat()}), "from_on"))
    if until_on < from_on:
        message = _("The last day away, %(until)s, lies before the first, %(from)s.") % facts
        raise Invalid(Problem("until_before_from", message, "until_on"))
    if until_on < today:
        message = _("%(until)s has passed; the first date allowed is %(today)s.") % facts
        raise Invalid(Problem("until_too_early", message, "until_on"))
    if until_on > deadlines.LAST_HOLD_ON:
        message = _("%(until)s is too far ahead; the last date allowed is %(last)s.") % (facts | last)
        raise Invalid(Problem("until_too_late", message, "until_on"))


def _is_over(absence: Absence, zone: str, now: datetime) -> bool:
    return deadlines.local_day(now, zone) > absence.until_on


def _tell(act: str, cycles: list[Cycle], before: dict[int, str], absence: Absence, actor: Any, now: datetime) -> None:
    """One entry for each assignment, or one about the person where there is none."""
    days = holding.days_away(absence)
    common: dict[str, Any] = {"now": now, "actor": actor, "why": absence.reason}
    if not cycles:
        about: dict[str, Any] = {"learner_id": absence.learner_id, "organization_id": absence.organization_id}
        audit.append([audit.entry(act, **common, **about, after=days)])
    audit.append(
        audit.entry(
            act,
            **common,
            assignment=cycle.assignment,
            before={"due_on": before[cycle.id]},
            after={**days, "due_on": cycle.due_on.isoformat()},
        )
        for cycle in cycles
    )
