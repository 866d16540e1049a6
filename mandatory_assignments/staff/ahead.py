"""What would follow from a form about an assignment: its due day, each mail on its day, when it comes again.

Nothing of it is stored. What is shown of a change comes from the verb itself, run and undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from .. import wording
from ..data import Refused, Repeat
from ..queries import acting, people, policies, recurring, reminding
from ..services.assign import foresee_assignment
from ..services.change import change_assignments
from ..wording import notices, repetition
from .doors import dry_run
from .forms import EditForm, NewAssignmentForm

MOST_SHOWN = 30
"""So many mails are named; of a rule that comes again a hundred times nobody reads them all."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a page shows of the future: or why it cannot, as a hint or as problems."""

    hint: str = ""
    problems: Sequence[str] = ()
    due: str = ""
    mails: Sequence[notices.Told] = ()
    more: int = 0
    interval: str = ""
    consequence: str = ""
    meaning: Sequence[str] = ()
    next_opens: str = ""


def ahead_of_new(form: NewAssignmentForm, *, actor: Any, now: datetime) -> Ahead:
    """What assigning it now would mean; with the repetition alone where nobody can say days yet."""
    missing = [str(form[name].label) for name in form.needed_to_look_ahead if not form[name].value()]
    hint = _("To see the dates, fill in: %(fields)s.") % {"fields": ", ".join(missing)} if missing else ""
    if not form.is_bound:
        return Ahead(hint)
    if not form.is_valid():
        return Ahead(hint) if missing else _wrong(form)
    try:
        return _of_new(form, form.cleaned_data["learner"], actor=actor, now=now)
    except Refused as refusal:
        unknown = [each.message for each in refusal.problems if each.code == "unknown_learner"]
        if unknown:
            return Ahead(_("%(problem)s Name a learner to see the dates.") % {"problem": unknown[0]})
        return Ahead(problems=[each.message for each in refusal.problems])


def ahead_of_many(form: NewAssignmentForm, learners: Sequence[str], *, actor: Any, now: datetime) -> tuple[Ahead, str]:
    """What assigning it now would mean for the first of these learners who can be assigned it, and who that is."""
    if not form.is_valid():
        return _wrong(form), ""
    problems: list[str] = []
    for learner in learners:
        try:
            return _of_new(form, learner, actor=actor, now=now), learner
        except Refused as refusal:
            problems = problems or [each.message for each in refusal.problems]
    return Ahead(problems=problems, hint="" if problems else _("The dates appear once there are people.")), ""


def _of_new(form: NewAssignmentForm, learner: str, *, actor: Any, now: datetime) -> Ahead:
    found = foresee_assignment(actor=actor, learner=learner, **form.terms, now=now)
    return _ahead(
        found.mails,
        due=(found.deadline.due_on, found.deadline.zone),
        repeat=form.repeat,
        counted_from=found.deadline.due_on,
        lead_days=found.lead_days,
        min_lead_days=found.min_lead_days,
    )


def ahead_of_edit(form: EditForm, cycle: Any, *, scope: Any, actor: Any, now: datetime) -> Ahead:
    """What the assignment would be after the change; as it is while nothing was changed."""
    if form.is_bound and not form.is_valid():
        return _wrong(form)
    fields, id = form.changes if form.is_bound else {}, cycle.assignment.uuid

    def changed() -> Ahead:
        if fields:
            outcome = change_assignments(actor=actor, ids=[id], fields=fields, now=now)
            if outcome.refused:
                raise Refused(*(problem for _id, problem in outcome.refused))
        return _of_cycle(acting.chosen(scope, [id])[id], now)

    try:
        return dry_run(changed)
    except Refused as refusal:
        return Ahead(problems=[each.message for each in refusal.problems])


def _wrong(form: NewAssignmentForm | EditForm) -> Ahead:
    told = [{"field": label, "error": error} for _id, label, error in form.complaints]
    return Ahead(problems=[_("%(field)s: %(error)s") % each for each in told])


def _of_cycle(cycle: Any, now: datetime) -> Ahead:
    made = cycle.assignment
    return _ahead(
        reminding.plan_of(cycle, now),
        due=(cycle.due_on, cycle.zone),
        repeat=recurring.coming(made),
        counted_from=made.grid_on or cycle.due_on,
        lead_days=made.lead_days,
        min_lead_days=policies.policy(cycle.organization_id).min_lead_days,
        next_opens_at=made.next_opens_at,
    )


def _ahead(
    mails: Sequence[reminding.Planned],
    *,
    due: tuple[date, str],
    repeat: Repeat | None,
    counted_from: date,
    lead_days: int,
    min_lead_days: int,
    next_opens_at: datetime | None = None,
) -> Ahead:
    due_on, zone = due
    shown = mails[:MOST_SHOWN]
    again = repeat and repetition.consequence(
        repeat, due_on=counted_from, done_on=due_on, lead_days=lead_days, min_lead_days=min_lead_days
    )
    return Ahead(
        due=_("%(day)s (%(zone)s)") % {"day": wording.day(due_on), "zone": zone},
        mails=notices.reminders(shown, people.names_of({each.recipient_id for each in shown})),
        more=len(mails) - len(shown),
        interval=repetition.interval(repeat) if repeat else "",
        consequence=again or "",
        meaning=repetition.meaning(repeat) if repeat else [],
        next_opens=wording.day_of(next_opens_at, zone) if repeat and next_opens_at else "",
    )
