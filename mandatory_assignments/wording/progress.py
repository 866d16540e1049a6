"""Progress in words: one person in one training, as a page and as a line of a file tell it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import ProgressState, Status, TrainingKind
from ..models import Progress
from ..queries.progress_facts import Facts
from ..rules import deadlines
from .completions import told_reference, told_source
from .dates import short_day
from .obligations import KIND_NAMES, STATUS_NAMES, units

TAB_NAMES = {
    TrainingKind.MODULE: gettext_lazy("Modules"),
    TrainingKind.COURSE: gettext_lazy("Courses"),
    TrainingKind.PATH: gettext_lazy("Certifications"),
}

STATE_NAMES = {
    ProgressState.IN_PROGRESS: STATUS_NAMES[Status.IN_PROGRESS],
    ProgressState.COMPLETED: STATUS_NAMES[Status.COMPLETED],
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as people read it. Days are those of the learner; `assignment` is a uuid as text, empty without one."""

    id: str
    learner: str
    username: str
    training: str
    kind: str
    key: str
    organizations: Sequence[str]
    status: str
    status_text: str
    percent: int | None
    units_text: str
    started: str
    completed: str
    recent: str
    source: str
    reference: str
    assignment: str


def shown(rows: Collection[Progress], facts: Facts) -> list[Shown]:
    """The rows in their order."""
    return [_shown(row, facts) for row in rows]


def _shown(row: Progress, facts: Facts) -> Shown:
    zone, key = facts.zones[row.learner_id], (row.learner_id, row.training_id)
    by = facts.completions.get(key)
    return Shown(
        id=str(row.uuid),
        learner=facts.names[row.learner_id],
        username=row.learner.username,
        training=row.training.name,
        kind=row.training.kind,
        key=row.training.key,
        organizations=facts.organizations.get(row.learner_id, ()),
        status=row.state,
        status_text=str(STATE_NAMES[ProgressState(row.state)]),
        percent=row.percent,
        units_text=units(row.units_done, row.units_total),
        started=_day(row.started_at, zone),
        completed=short_day(row.completed_on) if row.completed_on else _day(row.completed_at, zone),
        recent=_day(row.recent_at, zone),
        source=told_source(by, facts.names) if by else "",
        reference=told_reference(by) if by else "",
        assignment=str(facts.assignments.get(key, "")),
    )


def _day(at: datetime | None, zone: str) -> str:
    return short_day(deadlines.local_day(at, zone)) if at else ""


def heading() -> Sequence[str]:
    """The columns of `line`."""
    return [
        _("Learner"),
        _("Username"),
        _("Organization"),
        _("Training"),
        _("Kind"),
        _("Key"),
        _("Status"),
        _("Percent"),
        _("Units done"),
        _("Units"),
        _("Started"),
        _("Completed on"),
        _("Recorded by"),
        _("Reference"),
        _("Assignment"),
        _("Progress"),
    ]


def line(row: Progress, facts: Facts) -> Sequence[object]:
    """One row of a list, days as YYYY-MM-DD where the learner is."""
    told, zone = _shown(row, facts), facts.zones[row.learner_id]
    completed_on = row.completed_on or (deadlines.local_day(row.completed_at, zone) if row.completed_at else "")
    return [
        told.learner,
        told.username,
        ", ".join(told.organizations),
        told.training,
        str(KIND_NAMES[TrainingKind(row.training.kind)]),
        told.key,
        told.status_text,
        row.percent,
        row.units_done,
        row.units_total,
        deadlines.local_day(row.started_at, zone).isoformat() if row.started_at else "",
        str(completed_on),
        told.source,
        told.reference,
        told.assignment,
        told.id,
    ]
