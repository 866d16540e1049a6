"""The audit trail in words: what was done by whom to what, and what was so before and after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import AuditEntry
from ..queries import people
from . import timeline
from .dates import moment

ACTS = {
    "assigned": gettext_lazy("Assigned"),
    "completed": gettext_lazy("Completed"),
    "recorded": gettext_lazy("Completion recorded"),
    "changed": gettext_lazy("Assignment changed"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "missed": gettext_lazy("Closed as missed"),
    "frozen": gettext_lazy("Frozen"),
    "exempted": gettext_lazy("Exempted"),
    "exemption_lifted": gettext_lazy("Exemption lifted"),
    "paused": gettext_lazy("Paused"),
    "resumed": gettext_lazy("Back from absence"),
    "revoked": gettext_lazy("Completion revoked"),
    "not_reopened": gettext_lazy("Not opened again"),
    "revocation_undone": gettext_lazy("Revocation undone"),
    "cycle_opened": gettext_lazy("Next round opened"),
    "repetition_ended": gettext_lazy("Repetition ended"),
    "reminded": gettext_lazy("Reminded by hand"),
    "resent": gettext_lazy("Mail sent again"),
    "zone_changed": gettext_lazy("Time zone changed"),
    "enrolled": gettext_lazy("Enrolled"),
    "enrollment_refused": gettext_lazy("Enrolment refused"),
    "enrollment_retried": gettext_lazy("Enrolment tried again"),
    "enrollment_kept": gettext_lazy("Enrolment kept"),
    "unenrolled": gettext_lazy("Unenrolled"),
    "training_added": gettext_lazy("Training made"),
    "training_changed": gettext_lazy("Training changed"),
    "training_archived": gettext_lazy("Training archived"),
    "training_restored": gettext_lazy("Training taken out of the archive"),
    "department_added": gettext_lazy("Department made"),
    "department_changed": gettext_lazy("Department renamed or moved"),
    "department_removed": gettext_lazy("Department removed"),
    "group_added": gettext_lazy("Learning group made"),
    "group_changed": gettext_lazy("Learning group renamed"),
    "group_removed": gettext_lazy("Learning group removed"),
    "group_linked": gettext_lazy("Learning group linked to a cohort"),
    "group_unlinked": gettext_lazy("Learning group let go by its cohort"),
    "joined_organization": gettext_lazy("Joined the organization"),
    "left_organization": gettext_lazy("Left the organization"),
    "joined_department": gettext_lazy("Joined a department"),
    "left_department": gettext_lazy("Left a department"),
    "joined_group": gettext_lazy("Joined a learning group"),
    "left_group": gettext_lazy("Left a learning group"),
    "appointed_manager": gettext_lazy("Became manager"),
    "dismissed_manager": gettext_lazy("Is no longer manager"),
    "appointed_coordinator": gettext_lazy("Became coordinator"),
    "dismissed_coordinator": gettext_lazy("Is no longer coordinator"),
    "policy_changed": gettext_lazy("Policy of the organization changed"),
    "template_saved": gettext_lazy("E-mail template saved"),
    "template_deleted": gettext_lazy("E-mail template deleted"),
    "reminder_set_saved": gettext_lazy("Reminder set saved"),
    "reminder_set_deleted": gettext_lazy("Reminder set deleted"),
    "preference_set": gettext_lazy("Mails switched on or off"),
    "calendar_made": gettext_lazy("Calendar address made"),
    "calendar_revoked": gettext_lazy("Calendar address taken back"),
    "retired": gettext_lazy("Account retired"),
}
"""By the name of an act what a filter calls it."""

FIELDS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "key": gettext_lazy("Key"),
    "description": gettext_lazy("Description"),
    "context": gettext_lazy("Context"),
    "goals": gettext_lazy("Goals"),
    "organization": gettext_lazy("Organization"),
    "criterion": gettext_lazy("Completed when"),
    "shared_with": gettext_lazy("Shared with"),
    "blocks": gettext_lazy("Content"),
    "parts": gettext_lazy("Courses"),
    "department": gettext_lazy("Department"),
    "departments": gettext_lazy("Departments"),
    "group": gettext_lazy("Learning group"),
    "groups": gettext_lazy("Learning groups"),
    "cohort": gettext_lazy("Cohort"),
    "course": gettext_lazy("Course"),
    "due_on": gettext_lazy("Due date"),
    "note": gettext_lazy("Note"),
    "email": gettext_lazy("Mails"),
    "completed_on": gettext_lazy("Completed on"),
    "completed_at": gettext_lazy("Completed on"),
    "source": gettext_lazy("Recorded by"),
    "reason": gettext_lazy("Reason"),
    "late_policy": gettext_lazy("Late work"),
    "grace_days": gettext_lazy("Days of grace"),
    "zone": gettext_lazy("Time zone"),
    "file": gettext_lazy("File"),
    "line": gettext_lazy("Line"),
    "completions": gettext_lazy("Completions"),
    "cleared_blocks": gettext_lazy("Cleared blocks"),
}
"""Of what is told before and after; other names stand as they are."""

UNTOLD = frozenset({"id", "floor", "completion", "person"})
"""What says nothing to people."""

TOLD_ALONE = frozenset({"recorded", "revoked", "revocation_undone"})
"""What is told in a sentence even where no assignment is concerned."""

MOST_TOLD = 300


@dataclass(frozen=True, slots=True)
class Change:
    """A field with what was there before and after; empty where there was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the trail. `assignment` is a uuid as text or empty, and so is `floor`, that of a revocation."""

    at: str
    who: str
    act: str
    text: str
    why: str
    learner: str
    training: str
    organization: str
    assignment: str
    changes: list[Change]
    floor: str = ""


def act_name(act: str) -> str:
    """What an act is called."""
    return str(ACTS.get(act, act))


def lines(entries: Collection[AuditEntry], zone: str) -> list[Line]:
    """Entries in words, at the times of this zone: one query for names."""
    named = {user.id: user for entry in entries for user in (entry.actor, entry.learner) if user}
    names = people.names(list(named.values())) if named else {}
    return [_line(entry, zone, names) for entry in entries]


def _line(entry: AuditEntry, zone: str, names: Mapping[int, str]) -> Line:
    told = timeline.entry_text(entry, zone) if entry.assignment_id or entry.act in TOLD_ALONE else ""
    return Line(
        at=moment(entry.at, zone),
        who=names.get(entry.actor_id or 0) or entry.actor_name or _("The system"),
        act=act_name(entry.act),
        text="" if told == entry.act else told,
        why=entry.why,
        learner=names.get(entry.learner_id or 0, ""),
        training=entry.training.name if entry.training else "",
        organization=entry.organization.name if entry.organization else "",
        assignment=str(entry.assignment.uuid) if entry.assignment else "",
        changes=_changes(entry),
        floor=timeline.floor_of(entry),
    )


def _changes(entry: AuditEntry) -> list[Change]:
    """What differs between before and after."""
    before, after = entry.before, entry.after
    return [
        Change(str(FIELDS.get(name, name)), _written(before.get(name)), _written(after.get(name)))
        for name in dict.fromkeys([*before, *after])
        if name not in UNTOLD and _written(before.get(name)) != _written(after.get(name))
    ]


def _written(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(map(_written, value))[:MOST_TOLD]
        case dict():
            return ", ".join(f"{name}: {_written(each)}" for name, each in value.items())[:MOST_TOLD]
    return str(value)[:MOST_TOLD]


HEADING = (
    gettext_lazy("Time (UTC)"),
    gettext_lazy("Who"),
    gettext_lazy("What"),
    gettext_lazy("Learner"),
    gettext_lazy("Training"),
    gettext_lazy("Organization"),
    gettext_lazy("Reason"),
    gettext_lazy("Before"),
    gettext_lazy("After"),
    gettext_lazy("Assignment"),
)


def sheet_lines(entries: Collection[AuditEntry], zone: str) -> list[list[object]]:
    """Entries as lines of a file under HEADING."""
    return [
        [
            _instant(entry.at),
            line.who,
            line.text or line.act,
            line.learner,
            line.training,
            line.organization,
            line.why,
            "; ".join(f"{change.name}: {change.before}" for change in line.changes if change.before),
            "; ".join(f"{change.name}: {change.after}" for change in line.changes if change.after),
            line.assignment,
        ]
        for entry, line in zip(entries, lines(entries, zone), strict=True)
    ]


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
