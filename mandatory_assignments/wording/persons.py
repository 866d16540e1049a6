"""A person in words: what was recorded of them, and what was done to them, in assignments and in the directory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Source
from ..models import AuditEntry, Completion
from .dates import day, day_of, moment
from .rounds import SOURCES
from .timeline import Event, entry_text

DIRECTORY_ACTS: Mapping[str, tuple[str, str]] = {
    "joined_organization": (gettext_lazy("Became a member of the organization."), ""),
    "left_organization": (gettext_lazy("Left the organization."), ""),
    "joined_department": (gettext_lazy("Joined the department %(department)s."), "after"),
    "left_department": (gettext_lazy("Left the department %(department)s."), "before"),
    "joined_group": (gettext_lazy("Joined the learning group %(group)s."), "after"),
    "left_group": (gettext_lazy("Left the learning group %(group)s."), "before"),
    "appointed_coordinator": (gettext_lazy("Was appointed coordinator."), ""),
    "dismissed_coordinator": (gettext_lazy("Is coordinator no more."), ""),
}
MANAGING = {
    "appointed_manager": (
        gettext_lazy("Was appointed manager of %(department)s."),
        gettext_lazy("Was appointed manager of a person."),
        "after",
    ),
    "dismissed_manager": (
        gettext_lazy("Is manager of %(department)s no more."),
        gettext_lazy("Is manager of a person no more."),
        "before",
    ),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A completion as people read it; `revoked` is empty for one that counts."""

    training: str
    happened: str
    source: str
    by: str
    recorded: str
    reference: str
    grade: str
    revoked: str


def recorded(rows: Collection[Completion], names: Mapping[int, str], zone: str) -> list[Recorded]:
    """The completions in their order; days that were recorded as days are told as such."""
    return [
        Recorded(
            row.training.name,
            day(row.happened_on) if row.happened_on else day_of(row.happened_at, zone),
            str(SOURCES[Source(row.source)]),
            names.get(row.recorded_by_id or 0, ""),
            day_of(row.recorded_at, zone),
            row.reference,
            "" if row.grade is None else f"{row.grade:g} %",
            day_of(row.revoked_at, zone) if row.revoked_at else "",
        )
        for row in rows
    ]


def events(rows: Collection[AuditEntry], names: Mapping[int, str], zone: str) -> list[Event]:
    """The entries of the trail in their order, each led by the training that it is about."""
    return [
        Event(
            at=moment(row.at, zone),
            who=names.get(row.actor_id or 0) or row.actor_name or _("The system"),
            text=_led(row, _directory_text(row) or entry_text(row, zone)),
        )
        for row in rows
    ]


def _led(row: AuditEntry, text: str) -> str:
    return _("%(training)s: %(told)s") % {"training": row.training.name, "told": text} if row.training else text


def _directory_text(row: AuditEntry) -> str:
    if row.act in MANAGING:
        department, person, side = MANAGING[row.act]
        facts = getattr(row, side)
        return str(department) % facts if facts.get("department") else str(person)
    told, side = DIRECTORY_ACTS.get(row.act, ("", ""))
    return str(told) % (getattr(row, side) if side else {}) if told else ""
