"""An assignment in words: status, due date, what is missing, what happens after the deadline, who has to do what next.

Decides nothing: status and days come from queries.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..data import Criterion, LatePolicy, Modifier, Status, TrainingKind
from ..models import Assignment, Cycle
from ..queries import assignments, passing, revoking, standing
from ..rules import deadlines
from . import enrolling
from .dates import day, day_of, last_day_before, short_day

STATUS_NAMES = {
    Status.ASSIGNED: gettext_lazy("Assigned"),
    Status.IN_PROGRESS: gettext_lazy("In progress"),
    Status.COMPLETED: gettext_lazy("Completed"),
    Status.OVERDUE: gettext_lazy("Overdue"),
    Status.PAUSED: gettext_lazy("Paused"),
    Status.EXEMPT: gettext_lazy("Exempt"),
    Status.MISSED: gettext_lazy("Missed"),
    Status.WITHDRAWN: gettext_lazy("Withdrawn"),
}

KIND_NAMES = {
    TrainingKind.MODULE: gettext_lazy("Module"),
    TrainingKind.COURSE: gettext_lazy("Course"),
    TrainingKind.PATH: gettext_lazy("Path"),
}

HELD = (Status.EXEMPT, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Shown:
    """An assignment as people read it. `cause` and `next_step` are empty where nobody has to do anything.

    `due_text` stands beside the status and tells how much time is left, or until when it is so; `due_told` the due day
    as it goes with that, empty where there is none. `held` says that it obliges nobody now although it is open.
    `last_reminder` is empty where the learner was never reminded. `hindrance` tells the learner what `cause` tells
    staff of an enrolment that failed.
    """

    id: uuid.UUID
    learner: str
    username: str
    training: str
    course_key: str
    offline: bool
    organization: str
    status: Status
    status_text: str
    due_text: str
    due_told: str
    due_day: str
    zone: str
    percent: int | None
    units_text: str
    note: str
    assigned_by: str
    assigned_day: str
    assigned_date: str
    last_reminder: str
    cause: str
    next_step: str
    mail_trouble: str
    hindrance: str
    needs_attention: bool
    frozen: bool
    held: bool
    open: bool


def shown(
    cycle: Cycle,
    now: datetime,
    names: Mapping[int, str] | None = None,
    *,
    mail_trouble: str = "",
    reader_zone: str = "",
) -> Shown:
    """The cycle in words. `names` maps ids of assigning people to their names; else it is the username.

    `mail_trouble` says why mails may not reach the learner, where that is known. With `reader_zone` the due day names
    its zone where that is another one.
    """
    made, status = cycle.assignment, standing.status_of(cycle, now)
    by, reminded_at = made.assigned_by, cycle.last_reminder_at
    frozen = Modifier.FROZEN in standing.modifiers_of(cycle, now)
    cause, next_step = trouble(cycle, status, frozen)
    assigned_on = deadlines.local_day(cycle.assigned_at, cycle.zone)
    return Shown(
        id=made.uuid,
        learner=cycle.sort_name or cycle.learner.username,
        username=cycle.learner.username,
        training=cycle.training.name,
        course_key=cycle.training.key,
        offline=cycle.training.offline,
        organization=cycle.organization.name,
        status=status,
        status_text=str(STATUS_NAMES[status]),
        due_text=due_in_words(cycle, now),
        due_told=_with_zone(_due_told(cycle, status, now), cycle.zone, reader_zone),
        due_day=day(cycle.due_on),
        zone=cycle.zone,
        percent=cycle.percent,
        units_text=units(cycle.units_done, cycle.units_total),
        note=made.note,
        assigned_by=((names or {}).get(by.id) or by.username) if by else "",
        assigned_day=day(assigned_on),
        assigned_date=short_day(assigned_on),
        last_reminder=short_day(deadlines.local_day(reminded_at, cycle.zone)) if reminded_at else "",
        cause=cause,
        next_step=next_step,
        mail_trouble=mail_trouble,
        hindrance=enrolling.hindrance(cycle.attention) if cycle.attention and cycle.open else "",
        needs_attention=bool(cycle.attention and cycle.open),
        frozen=frozen,
        held=status in HELD,
        open=bool(cycle.open),
    )


def units(done: int, total: int) -> str:
    """How far somebody is: "3 of 8 units"."""
    if not total:
        return _("Not counted yet")
    return ngettext("%(done)d of %(total)d unit", "%(done)d of %(total)d units", total) % {"done": done, "total": total}


def due_in_words(cycle: Cycle, now: datetime) -> str:
    """How much time is left or how late it is; else until or since when the status is what it is: "until 4 June"."""
    if cycle.completed_at:
        late = assignments.days_late(cycle, now)
        if not late:
            return _("completed in time")
        return ngettext("completed %(days)d day late", "completed %(days)d days late", late) % {"days": late}
    match standing.status_of(cycle, now):
        case Status.WITHDRAWN:
            return _("on %(day)s") % {"day": _closed_day(cycle)}
        case Status.MISSED:
            return _("closed on %(day)s") % {"day": _closed_day(cycle)}
        case Status.EXEMPT if cycle.exempt_until_at is None:
            return _("until further notice")
        case Status.EXEMPT:
            assert cycle.exempt_until_at is not None
            return _("until %(day)s") % {"day": last_day_before(cycle.exempt_until_at, cycle.zone)}
        case Status.PAUSED:
            assert cycle.paused_until_at is not None
            return _("away until %(day)s") % {"day": last_day_before(cycle.paused_until_at, cycle.zone)}
    left = assignments.days_left(cycle, now)
    if left < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}
    if left < 2:
        return _("due tomorrow") if left else _("due today")
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


def _due_told(cycle: Cycle, status: Status, now: datetime) -> str:
    """The due day beside `due_in_words`."""
    due_day = day(cycle.due_on)
    if not cycle.open:
        return _("was due %(day)s") % {"day": due_day}
    if status not in HELD:
        return due_day
    if status == Status.EXEMPT and cycle.exempt_until_at is None:
        return ""
    return (_("then due %(day)s") if now <= cycle.due_at else _("was due %(day)s")) % {"day": due_day}


def _with_zone(told: str, zone: str, reader_zone: str) -> str:
    """The due day with its zone for whom it ends at another hour than their own."""
    if not told or reader_zone in ("", zone):
        return told
    return _("%(day)s (%(zone)s)") % {"day": told, "zone": zone}


def _closed_day(cycle: Cycle) -> str:
    return day_of(cycle.closed_at or cycle.due_at, cycle.zone)


def missing(cycle: Cycle) -> str:
    """What the learner still has to do, as a sentence."""
    left = cycle.units_total - cycle.units_done
    if not cycle.open:
        return {
            Status.COMPLETED: _("Nothing: this assignment is completed."),
            Status.WITHDRAWN: _("Nothing: this assignment was withdrawn."),
            Status.MISSED: _("Nothing: this assignment was closed without completion."),
        }[Status(cycle.closed_as)]
    if cycle.training.offline:
        return _("This takes place in person. Staff record it once it is done.")
    if not cycle.units_total:
        return _("The units have not been counted yet.")
    needed, told = cycle.training.criterion, list[str]()
    if left and needed != Criterion.CERTIFICATE and revoking.is_stuck(cycle):
        return _("What was done before counts no more; this can only be completed again by staff.")
    if left and needed != Criterion.PASSING:
        told.append(
            ngettext("%(left)d unit is still to be done.", "%(left)d units are still to be done.", left)
            % {"left": left}
        )
    told += _not_passed(cycle, left)
    if needed == Criterion.CERTIFICATE:
        told.append(_("The certificate is needed."))
    return " ".join(told) or _("All units are done; the completion is being recorded.")


def _not_passed(cycle: Cycle, left: int) -> list[str]:
    """What is said of grades below the mark; looked up only where units do not say it all."""
    training = cycle.training
    if left and training.criterion != Criterion.PASSING and training.kind != TrainingKind.PATH:
        return []
    several = training.kind == TrainingKind.PATH
    told = []
    for each in passing.not_passed(cycle):
        facts = {"course": each.course, "percent": each.percent, "mark": each.mark}
        if each.mark is None:
            text = _("%(course)s has to be passed.")
        elif several:
            text = _("%(course)s: %(percent)d %% of %(mark)d %% needed.")
        elif left:
            text = _("%(percent)d %% of %(mark)d %% needed.")
        else:
            text = _("All units are done; %(percent)d %% of %(mark)d %% needed.")
        told.append(text % facts)
    return told


def completes_when(cycle: Cycle) -> str:
    """What completes the assignment."""
    return {
        Criterion.CONTENT: _("The assignment is completed when all units are done."),
        Criterion.PASSING: _("The assignment is completed when the course is passed."),
        Criterion.CERTIFICATE: _("The assignment is completed when the certificate is issued."),
        Criterion.CONTENT_AND_PASSING: _(
            "The assignment is completed when all units are done and what is graded is passed."
        ),
    }[Criterion(cycle.training.criterion)]


def after_the_deadline(cycle: Cycle, now: datetime) -> str:
    """What becomes of late work, told to the learner in one breath; empty where nothing is open or due."""
    if not cycle.open or (cycle.exempt_from_at and cycle.exempt_until_at is None):
        return ""
    if cycle.cut_off_at is None and now > cycle.due_at:
        return _("You can still complete it; it counts as late.")
    if cycle.cut_off_at is None:
        return _("After the due date you can still complete it; it then counts as late.")
    facts = {"day": day_of(cycle.cut_off_at, cycle.zone), "units": units(cycle.units_done, cycle.units_total)}
    if now > cycle.cut_off_at:
        return (
            _("What you did until %(day)s counts: %(units)s. What you do now no longer counts for this assignment.")
            % facts
        )
    if cycle.assignment.grace_days:
        told = _("Until %(day)s you can still complete it late; what you do after that does not count for it.")
        return told % facts
    return _("What you do after %(day)s does not count for this assignment.") % facts


def late_policy(made: Assignment) -> str:
    """The late policy in words for staff."""
    if made.late_policy == LatePolicy.ACCEPT:
        return _("Late work is accepted and counts as late.")
    if not made.grace_days:
        return _("Work after the due date does not count.")
    told = ngettext(
        "Work later than %(days)d day after the due date does not count.",
        "Work later than %(days)d days after the due date does not count.",
        made.grace_days,
    )
    return told % {"days": made.grace_days}


def frozen(cycle: Cycle, now: datetime) -> str:
    """What counts of a frozen assignment, for staff; empty where nothing is frozen."""
    if not cycle.open or cycle.cut_off_at is None or now <= cycle.cut_off_at:
        return ""
    return _("What was done until %(day)s counts: %(units)s.") % {
        "day": day_of(cycle.cut_off_at, cycle.zone),
        "units": units(cycle.units_done, cycle.units_total),
    }


def held(cycle: Cycle, now: datetime) -> str:
    """What an exemption or an absence means to the learner, as a sentence; empty while there is none."""
    match standing.status_of(cycle, now):
        case Status.EXEMPT if cycle.exempt_until_at is None:
            return _("You are exempt: you do not have to do this until you are told otherwise.")
        case Status.EXEMPT:
            assert cycle.exempt_until_at is not None
            told = _("You are exempt until %(until)s. After that this is due on %(due)s.")
            return told % {"until": last_day_before(cycle.exempt_until_at, cycle.zone), "due": day(cycle.due_on)}
        case Status.PAUSED:
            assert cycle.paused_until_at is not None
            facts = {"until": last_day_before(cycle.paused_until_at, cycle.zone), "due": day(cycle.due_on)}
            if cycle.due_at < now:
                return _("You are away until %(until)s. This was due on %(due)s already.") % facts
            told = _("You are away until %(until)s. This is due on %(due)s; what you do meanwhile counts.")
            return told % facts
    return ""


def done_before(cycle: Cycle, percent: int | None) -> str:
    """How much of the round was done before it began, told to the learner; empty where that is nothing."""
    if not percent:
        return ""
    if cycle.number > 1:
        return _("%(percent)d %% of it was done before this round.") % {"percent": percent}
    return _("%(percent)d %% of it was done before the assignment.") % {"percent": percent}


def completed(cycle: Cycle) -> str:
    """The local day of the completion; empty when there is none."""
    return day_of(cycle.completed_at, cycle.zone) if cycle.completed_at else ""


def trouble(cycle: Cycle, status: Status, frozen: bool) -> tuple[str, str]:
    """The cause and the next step where somebody has to do something."""
    if cycle.attention and cycle.open:
        return enrolling.trouble(cycle.attention)
    if cycle.regraded:
        return (
            _("Completed, but by now the grade is below the mark or the certificate is no longer valid."),
            _("Revoke the completion if it shall not count."),
        )
    if status != Status.OVERDUE:
        return "", ""
    if frozen:
        return _("What is done now no longer counts."), _("Move the due date, or assign it anew.")
    if cycle.training.offline:
        return _("Nobody has recorded that it was done."), _("Record it, or ask the learner what is in the way.")
    if not cycle.units_done:
        return _("Not started."), _("Ask the learner what is in the way.")
    left = cycle.units_total - cycle.units_done
    if not left:
        return _("All units are done, but it is not completed."), _("Look at what is missing.")
    return (
        ngettext("%(left)d unit is missing.", "%(left)d units are missing.", left) % {"left": left},
        _("Ask the learner to go on."),
    )
