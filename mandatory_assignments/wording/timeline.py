"""What happened to an assignment, and every deadline and hold it had, line by line at the learner's local times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..data import HoldKind, LatePolicy, Source
from ..models import Absence, AuditEntry, Completion, Cycle, Deadline, Hold
from ..queries import assignments, leaving, people
from . import enrolling
from .completions import SOURCES, told_reference, told_source
from .dates import day, day_of, last_day_before, moment, written_day
from .obligations import units

KEPT_BECAUSE = {
    leaving.NOT_OURS: gettext_lazy("the assignment did not make it"),
    leaving.NEEDED: gettext_lazy("another assignment needs it"),
    leaving.BEGUN: gettext_lazy("something was done there already"),
}
"""By the reason in the audit trail."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an assignment. `before` and `after` hold longer texts that were changed.

    `floor` is the uuid of a revocation, which may be undone.
    """

    at: str
    who: str
    text: str
    before: str = ""
    after: str = ""
    floor: str = ""


def history(cycle: Cycle, courses: Mapping[str, str] | None = None) -> list[Event]:
    """What happened, oldest first. `courses` maps keys to names where an assignment takes several courses."""
    entries = assignments.history(cycle)
    proofs = assignments.proofs(entries)
    acted = {*(entry.actor for entry in entries), *(proof.recorded_by for proof in proofs.values())}
    names = people.names({user for user in acted if user})
    return [
        Event(
            at=moment(entry.at, cycle.zone),
            who=names.get(entry.actor_id or 0) or entry.actor_name or _("The system"),
            text=_proven(proof, names, cycle.zone)
            if (proof := proofs.get(entry.id))
            else entry_text(entry, cycle.zone, courses),
            before=entry.before.get("note", ""),
            after=entry.after.get("note", "") if entry.act == "changed" else "",
            floor=floor_of(entry),
        )
        for entry in entries
    ]


def floor_of(entry: AuditEntry) -> str:
    """The uuid of the revocation that an entry tells of; empty for every other."""
    return str(entry.after.get("floor", "")) if entry.act == "revoked" else ""


def entry_text(entry: AuditEntry, zone: str, courses: Mapping[str, str] | None = None) -> str:
    """What an entry of the trail says was done, and why."""
    if entry.act == "recorded":
        return _recorded(entry)
    return _because(_told(entry, zone, courses or {}) or entry.act, entry.why)


def _told(entry: AuditEntry, zone: str, courses: Mapping[str, str]) -> str:
    after: Mapping[str, Any] = entry.after
    match entry.act:
        case "assigned":
            return _("Assigned, due %(day)s.") % {"day": written_day(after["due_on"])}
        case "completed":
            happened = datetime.fromisoformat(after["happened_at"])
            return _("Completed on %(moment)s.") % {"moment": moment(happened, zone)}
        case "revoked" if "due_on" in after:
            told = _("Opened again, due %(day)s, because the completion was revoked.")
            return told % {"day": written_day(after["due_on"])}
        case "revoked":
            told = _("Progress deleted.")
            if blocks := after.get("cleared_blocks"):
                told += " " + ngettext(
                    "%(count)d block can be done again.", "%(count)d blocks can be done again.", blocks
                ) % {"count": blocks}
            return told
        case "not_reopened":
            return _("The completion was revoked; this stays closed because the training was assigned again.")
        case "revocation_undone" if entry.assignment_id:
            return _("The revocation was undone: completed as before.")
        case "revocation_undone":
            return _("The revocation was undone: what counted before counts again.")
        case "changed":
            return _changed(entry)
        case "withdrawn":
            return (
                _("Withdrawn; enrolments end where nothing else needs them.") if after["unenroll"] else _("Withdrawn.")
            )
        case "missed":
            return _missed(after)
        case "cycle_opened":
            return _("Opened again, due %(day)s.") % {"day": written_day(after["due_on"])}
        case "repetition_ended":
            return _repetition_ended(after)
        case "reminded":
            return _("Reminded by hand.")
        case "resent":
            return _("A mail was sent again.")
        case "frozen":
            return _frozen(after, zone)
        case "zone_changed":
            facts = {"before": entry.before["zone"], "after": after["zone"]}
            return _("Time zone changed from %(before)s to %(after)s; the due day stays.") % facts
        case "retired":
            return _("The account was retired.")
    return _told_of_holds(entry) or _told_of_enrollment(entry, courses)


def _proven(row: Completion, names: Mapping[int, str], zone: str) -> str:
    """When it was completed, who says so, and by what."""
    at = day(row.happened_on) if row.happened_on else moment(row.happened_at, zone)
    told = _("Completed on %(day)s, %(source)s.") % {"day": at, "source": told_source(row, names)}
    if not (reference := told_reference(row)):
        return told
    if row.source == Source.IMPORT:
        return f"{told} {reference}"
    return _("%(told)s Reference: %(reference)s") % {"told": told, "reference": reference}


def _recorded(entry: AuditEntry) -> str:
    """On which day, by whose word, and out of which line of a file."""
    after = entry.after
    facts = {"day": written_day(after["completed_on"]), "source": SOURCES[Source(after["source"])]}
    told = _("Completed on %(day)s, %(source)s.") % facts
    if "file" in after:
        told += " " + _("%(file)s, line %(line)s") % {"file": after["file"], "line": after.get("line", "")}
    return _("%(told)s Reference: %(reference)s") % {"told": told, "reference": entry.why} if entry.why else told


def _missed(after: Mapping[str, Any]) -> str:
    match after.get("cause"):
        case "rolled":
            return _("Closed as missed, because the next round opened.")
        case "frozen":
            return _("Closed as missed, because its time was over and the next round opened.")
        case "skipped":
            return _("Missed: nobody could do it by %(day)s.") % {"day": written_day(after["due_on"])}
    return _("Closed as missed, because the training was assigned again.")


def _repetition_ended(after: Mapping[str, Any]) -> str:
    match after.get("cause"):
        case "inactive":
            return _("Does not come again: the account is not active.")
        case "archived":
            return _("Does not come again: the training is archived.")
    return _("The repetition was ended.")


def _told_of_holds(entry: AuditEntry) -> str:
    before, after = entry.before, entry.after
    match entry.act:
        case "exempted" if after["until"]:
            facts = {"until": written_day(after["until"]), "day": written_day(after["due_on"])}
            return _("Exempt until %(until)s; due %(day)s after that.") % facts
        case "exempted":
            return _("Exempt until further notice.")
        case "exemption_lifted":
            return _("Exemption lifted; due %(day)s.") % {"day": written_day(after["due_on"])}
        case "paused":
            told = _("Away from %(from)s to %(until)s.")
            told %= {"from": written_day(after["from_on"]), "until": written_day(after["until_on"])}
        case "resumed":
            told = _("Back from absence.")
        case _:
            return ""
    return " ".join([told, *_moved(before, after)])


def _told_of_enrollment(entry: AuditEntry, courses: Mapping[str, str]) -> str:
    after = entry.after
    key = after.get("course", "")
    course = {"course": courses.get(key, key)}
    one = len(courses) < 2
    match entry.act:
        case "enrolled" if after.get("made"):
            return _("Enrolled in the course.") if one else _("Enrolled in %(course)s.") % course
        case "enrolled":
            told = _("Was enrolled in the course already.") if one else _("Was enrolled in %(course)s already.")
            return told % course
        case "enrollment_refused":
            facts = course | {"cause": enrolling.trouble(after.get("reason", ""))[0]}
            told = _("Enrolment refused: %(cause)s") if one else _("Enrolment in %(course)s refused: %(cause)s")
            return told % facts
        case "enrollment_retried":
            return _("Enrolment tried again.")
        case "unenrolled":
            return _("Unenrolled from %(course)s.") % course
        case "enrollment_kept":
            why = KEPT_BECAUSE.get(after.get("reason", ""), _("the platform does not allow it"))
            return _("The enrolment in %(course)s was kept: %(why)s.") % (course | {"why": why})
    return ""


def _changed(entry: AuditEntry) -> str:
    before, after = entry.before, entry.after
    told = _moved(before, after)
    if "late_policy" in after:
        accepts = after["late_policy"] == LatePolicy.ACCEPT
        told.append(_("Late work counts now.") if accepts else _("Late work does not count any more."))
    if "grace_days" in after:
        told.append(
            _("Days of grace: %(before)d, now %(after)d.")
            % {name: side["grace_days"] for name, side in (("before", before), ("after", after))}
        )
    if "note" in after:
        told.append(_("Note changed.") if after["note"] else _("Note removed."))
    if "notify_by_email" in after:
        on = after["notify_by_email"]
        told.append(_("E-mail about the assignment: on.") if on else _("E-mail about the assignment: off."))
    return " ".join(told) or _("Changed.")


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    if before.get("due_on") == after.get("due_on"):
        return []
    facts = {"before": written_day(before["due_on"]), "after": written_day(after["due_on"])}
    return [_("Due date moved from %(before)s to %(after)s.") % facts]


def _frozen(after: Mapping[str, Any], zone: str) -> str:
    if after["percent"] is None:
        return _("Frozen: what is done from now on does not count.")
    facts = {"day": day_of(datetime.fromisoformat(after["cut_off_at"]), zone), "percent": after["percent"]}
    return _("Frozen: what was done until %(day)s counts, %(percent)d %%.") % facts


def _because(told: str, why: str) -> str:
    return _("%(told)s Reason: %(why)s") % {"told": told, "why": why} if why else told


@dataclass(frozen=True, slots=True)
class Line:
    """A fact with its period or day, and what else is to be said of it."""

    text: str
    more: str


def due_dates(rows: Iterable[Deadline], names: Mapping[int, str]) -> list[Line]:
    """Every deadline there was, latest first; `names` maps ids of those who set them."""
    lines = []
    for row in rows:
        more = [_("set on %(moment)s") % {"moment": moment(row.recorded_at, row.zone)}]
        if row.recorded_by_id:
            more.append(_("by %(name)s") % {"name": names.get(row.recorded_by_id, "")})
        if row.frozen_units_done is not None:
            more.append(_("frozen at %(units)s") % {"units": units(row.frozen_units_done, row.frozen_units_total or 0)})
        lines.append(Line(f"{day(row.due_on)} ({row.zone})", ", ".join(more)))
    return lines


def holds(rows: Iterable[Hold], zone: str, names: Mapping[int, str]) -> list[Line]:
    """Every exemption and absence, latest first."""
    lines = []
    for row in rows:
        first = day_of(row.from_at, zone)
        facts = {"from": first, "until": last_day_before(row.until_at, zone) if row.until_at else ""}
        if row.kind == HoldKind.PAUSE:
            text = _("Away from %(from)s to %(until)s") % facts
        else:
            text = (_("Exempt from %(from)s to %(until)s") if row.until_at else _("Exempt from %(from)s on")) % facts
        more = [row.reason] if row.reason else []
        if row.recorded_by_id:
            more.append(_("by %(name)s") % {"name": names.get(row.recorded_by_id, "")})
        if row.ended_at and (row.until_at is None or row.ended_at < row.until_at - timedelta(seconds=1)):
            more.append(_("ended on %(day)s") % {"day": day_of(row.ended_at, zone)})
        lines.append(Line(text, ", ".join(more)))
    return lines


def absence(row: Absence) -> str:
    """An absence that is not over."""
    facts = {"from": day(row.from_on), "until": day(row.until_on)}
    return _("Away from %(from)s to %(until)s") % facts
