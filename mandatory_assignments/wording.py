"""Facts in words, in the reader's language: status, due dates, what is missing, causes with their next step, history.

Decides nothing: status and days come from queries. Every page, the dashboard section and the banner speak through it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from .data import Criterion, Status, TrainingKind
from .models import AuditEntry, Cycle
from .queries import assignments, passing, people, standing
from .rules import deadlines

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

ENROLLMENT_TROUBLE = {
    "closed": (
        gettext_lazy("The course is closed for enrolment, or by invitation only."),
        gettext_lazy("Enrol the learner in the instructor dashboard or open the course; the rest follows by itself."),
    ),
    "full": (
        gettext_lazy("The course is full."),
        gettext_lazy("Raise the number of places; the enrolment is tried again by itself."),
    ),
    "not_allowed": (
        gettext_lazy("The platform does not allow this enrolment."),
        gettext_lazy("Enrol the learner in the instructor dashboard, which shows the reason."),
    ),
    "no_such_course": (
        gettext_lazy("The course does not exist any more."),
        gettext_lazy("Tell the learner, and assign another course."),
    ),
    "no_such_mode": (
        gettext_lazy("The course cannot be joined free of charge."),
        gettext_lazy("Add a free mode to the course, or enrol the learner in the instructor dashboard."),
    ),
    "failed": (
        gettext_lazy("The enrolment failed for a technical reason."),
        gettext_lazy("It is tried again by itself; tell your administrator if it stays like this."),
    ),
    standing.NOT_ENROLLED: (
        gettext_lazy("The learner has left the course."),
        gettext_lazy("Ask the learner to enrol again, or enrol them in the instructor dashboard."),
    ),
}
"""By the code that `Cycle.attention` holds: the cause, and the one next step."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An assignment as people read it. `cause` and `next_step` are empty where nobody has to do anything."""

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
    due_day: str
    zone: str
    percent: int | None
    units_text: str
    note: str
    assigned_by: str
    assigned_day: str
    assigned_date: str
    cause: str
    next_step: str
    needs_attention: bool
    open: bool


def shown(cycle: Cycle, now: datetime, names: Mapping[int, str] | None = None) -> Shown:
    """The cycle in words. `names` maps ids of assigning people to their names; else it is the username."""
    made, status = cycle.assignment, standing.status_of(cycle, now)
    by = made.assigned_by
    cause, next_step = _trouble(cycle, status)
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
        due_day=day(cycle.due_on),
        zone=cycle.zone,
        percent=cycle.percent,
        units_text=units(cycle.units_done, cycle.units_total),
        note=made.note,
        assigned_by=((names or {}).get(by.id) or by.username) if by else "",
        assigned_day=day(assigned_on),
        assigned_date=date_format(assigned_on, "j M Y" if _english() else "SHORT_DATE_FORMAT"),
        cause=cause,
        next_step=next_step,
        needs_attention=bool(cycle.attention and cycle.open),
        open=bool(cycle.open),
    )


def day(value: date) -> str:
    """A day with its weekday: "Friday, 4 June 2027"."""
    if _english():
        return date_format(value, "l, j F Y")
    return _("%(weekday)s, %(date)s") % {"weekday": date_format(value, "l"), "date": date_format(value, "DATE_FORMAT")}


def _english() -> bool:
    """Django's formats for English are American; the platform's English is not."""
    return (get_language() or "en").startswith("en")


def moment(at: datetime, zone: str) -> str:
    """An instant as day and time in the zone: "Friday, 4 June 2027, 14:05"."""
    local = at.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(time)s") % {"day": day(local.date()), "time": date_format(local, "H:i")}


def units(done: int, total: int) -> str:
    """How far somebody is: "3 of 8 units"."""
    if not total:
        return _("Not counted yet")
    return ngettext("%(done)d of %(total)d unit", "%(done)d of %(total)d units", total) % {"done": done, "total": total}


def due_in_words(cycle: Cycle, now: datetime) -> str:
    """How much time is left, or how late it is: "2 days left", "due today", "completed 3 days late"."""
    if cycle.completed_at:
        late = assignments.days_late(cycle, now)
        if not late:
            return _("completed in time")
        return ngettext("completed %(days)d day late", "completed %(days)d days late", late) % {"days": late}
    left = assignments.days_left(cycle, now)
    if left < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}
    if left < 2:
        return _("due tomorrow") if left else _("due today")
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


def missing(cycle: Cycle) -> str:
    """What the learner still has to do, as a sentence."""
    left = cycle.units_total - cycle.units_done
    if not cycle.open:
        return _("Nothing: this assignment is completed.")
    if cycle.training.offline:
        return _("This takes place in person. Staff record it once it is done.")
    if not cycle.units_total:
        return _("The units have not been counted yet.")
    needed, told = cycle.training.criterion, list[str]()
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
    """What completes the assignment, and what happens after the due date."""
    when = {
        Criterion.CONTENT: _("The assignment is completed when all units are done."),
        Criterion.PASSING: _("The assignment is completed when the course is passed."),
        Criterion.CERTIFICATE: _("The assignment is completed when the certificate is issued."),
        Criterion.CONTENT_AND_PASSING: _(
            "The assignment is completed when all units are done and what is graded is passed."
        ),
    }[Criterion(cycle.training.criterion)]
    late = _("After the due date you can still complete it; it then counts as late.")
    return f"{when} {late}"


def completed(cycle: Cycle) -> str:
    """The local day of the completion; empty when there is none."""
    return day(deadlines.local_day(cycle.completed_at, cycle.zone)) if cycle.completed_at else ""


def enrollment(cycle: Cycle) -> str:
    """How the enrolment stands."""
    state, _reason = assignments.enrollment(cycle)
    return {
        "pending": _("Being made"),
        "enrolled": _("Enrolled"),
        "refused": _("Refused by the platform"),
        "left": _("The learner has left the course"),
    }[state.value]


def _trouble(cycle: Cycle, status: Status) -> tuple[str, str]:
    """The cause and the next step where somebody has to do something."""
    if cycle.attention and cycle.open:
        cause, next_step = ENROLLMENT_TROUBLE.get(cycle.attention, ENROLLMENT_TROUBLE["failed"])
        return str(cause), str(next_step)
    if cycle.regraded:
        return (
            _("Completed, but by now the grade is below the mark or the certificate is no longer valid."),
            _("Revoke the completion if it shall not count."),
        )
    if status != Status.OVERDUE:
        return "", ""
    if not cycle.units_done:
        return _("Not started."), _("Ask the learner what is in the way.")
    left = cycle.units_total - cycle.units_done
    if not left:
        return _("All units are done, but it is not completed."), _("Look at what is missing.")
    return (
        ngettext("%(left)d unit is missing.", "%(left)d units are missing.", left) % {"left": left},
        _("Ask the learner to go on."),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an assignment."""

    at: str
    who: str
    text: str


def history(cycle: Cycle) -> list[Event]:
    """What happened, oldest first, at the learner's local times."""
    entries = assignments.history(cycle)
    names = people.names({entry.actor for entry in entries if entry.actor})
    return [
        Event(
            at=moment(entry.at, cycle.zone),
            who=names.get(entry.actor_id or 0) or entry.actor_name or _("The system"),
            text=_told(entry, cycle.zone),
        )
        for entry in entries
    ]


def _told(entry: AuditEntry, zone: str) -> str:
    after: Mapping[str, Any] = entry.after
    match entry.act:
        case "assigned":
            return _("Assigned, due %(day)s.") % {"day": day(date.fromisoformat(after["due_on"]))}
        case "enrolled" if after.get("made"):
            return _("Enrolled in the course.")
        case "enrolled":
            return _("Was enrolled in the course already.")
        case "enrollment_refused":
            cause, _next = ENROLLMENT_TROUBLE.get(after.get("reason", ""), ENROLLMENT_TROUBLE["failed"])
            return _("Enrolment refused: %(cause)s") % {"cause": cause}
        case "completed":
            happened = datetime.fromisoformat(after["happened_at"])
            return _("Completed on %(moment)s.") % {"moment": moment(happened, zone)}
        case "revoked" if "due_on" in after:
            told = _("Opened again, due %(day)s, because the completion was revoked.")
            return _because(told % {"day": day(date.fromisoformat(after["due_on"]))}, entry.why)
        case "not_reopened":
            told = _("The completion was revoked; this stays closed because the training was assigned again.")
            return _because(told, entry.why)
        case "revocation_undone":
            return _("The revocation was undone: completed as before.")
    return entry.act


def _because(told: str, why: str) -> str:
    return _("%(told)s Reason: %(why)s") % {"told": told, "why": why} if why else told
