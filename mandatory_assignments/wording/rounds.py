"""The rounds of an assignment in words: for staff in a table, for the learner line by line. Decides nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..data import Status
from ..models import Cycle
from ..queries import assignments, standing
from ..rules import deadlines
from .completions import told_reference, told_source
from .dates import full_day, short_day
from .obligations import STATUS_NAMES, due_in_words


@dataclass(frozen=True, slots=True)
class Round:
    """A round as people read it. `opened` is empty for one that was over before it could open; `source` says who knows
    of the completion, and `reference` with `reference_url` by what.
    """

    number: int
    opened: str
    due: str
    status: Status
    status_text: str
    result: str
    source: str
    reference: str
    reference_url: str
    present: bool


def rounds(cycles: Collection[Cycle], now: datetime, names: Mapping[int, str] | None = None) -> list[Round]:
    """The rounds as they were read, the latest first. `names` maps ids of those who recorded completions."""
    return [_round(cycle, now, names or {}, present=not place) for place, cycle in enumerate(cycles)]


def _round(cycle: Cycle, now: datetime, names: Mapping[int, str], *, present: bool) -> Round:
    status, by = standing.status_of(cycle, now), cycle.fulfilled_by
    skipped = status == Status.MISSED and cycle.closed_at == cycle.opens_at
    reference = by.reference if by else ""
    return Round(
        number=cycle.number,
        opened="" if skipped else short_day(deadlines.local_day(cycle.opens_at, cycle.zone)),
        due=short_day(cycle.due_on),
        status=status,
        status_text=str(STATUS_NAMES[status]),
        result=_result(cycle, status, now),
        source=told_source(by, names) if by else "",
        reference=told_reference(by) if by else "",
        reference_url=reference if reference.startswith(("https://", "http://")) else "",
        present=present,
    )


def _result(cycle: Cycle, status: Status, now: datetime) -> str:
    """How the round ended, or how it stands: "done on 3 March 2026, 2 days late"."""
    match status:
        case Status.COMPLETED:
            at = cycle.completed_at or cycle.closed_at or cycle.due_at
            facts = {"day": full_day(cycle.completed_on or deadlines.local_day(at, cycle.zone))}
            if late := assignments.days_late(cycle, now):
                told = ngettext("done on %(day)s, %(days)d day late", "done on %(day)s, %(days)d days late", late)
                return told % {**facts, "days": late}
            return _("done on %(day)s") % facts
        case Status.MISSED:
            return _("missed, was due %(day)s") % {"day": full_day(cycle.due_on)}
        case Status.WITHDRAWN:
            ended_on = deadlines.local_day(cycle.closed_at or cycle.due_at, cycle.zone)
            return _("withdrawn on %(day)s") % {"day": full_day(ended_on)}
    return due_in_words(cycle, now)
