"""Numbers of a report in words: what each counts, what the rate means, who is behind a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Status
from ..models import Cycle
from ..queries import assignments, standing
from ..queries.reports import Asked, GroupBy, Report, Row
from ..rules import deadlines
from .dates import full_day, short_day
from .obligations import STATUS_NAMES

NUMBERS = {
    "assigned": gettext_lazy("Had to do it"),
    "completed": gettext_lazy("Completed"),
    "late": gettext_lazy("Completed late"),
    "exempt": gettext_lazy("Exempt"),
    "overdue": gettext_lazy("Overdue"),
    "missed": gettext_lazy("Missed"),
    "open": gettext_lazy("Open, in time"),
    "paused": gettext_lazy("Paused"),
    "recorded_later": gettext_lazy("Recorded later"),
}
"""By the name of a number (rules.compliance), in the order of the columns."""

GROUP_NAMES = {
    GroupBy.DEPARTMENT: gettext_lazy("Department"),
    GroupBy.TRAINING: gettext_lazy("Training"),
    GroupBy.ORGANIZATION: gettext_lazy("Organization"),
}


def numbers(asked: Asked) -> list[str]:
    """The names of the numbers that a report of this kind tells."""
    return [name for name in NUMBERS if asked.as_of or name != "recorded_later"]


def rate_means() -> str:
    """What a rate is."""
    return _(
        "The rate is the share of what is completed or exempt in all that is completed, exempt, overdue or missed; "
        "what is open in time, or paused, is left out."
    )


def name_of(row: Row) -> str:
    """What a row of a report is about."""
    return row.name or _("In none of these departments")


def rate(percent: int | None) -> str:
    """A rate; empty where there is none."""
    return "" if percent is None else _("%(percent)d %%") % {"percent": percent}


def table(report: Report, asked: Asked, by: GroupBy) -> tuple[list[str], Iterator[Sequence[object]]]:
    """A report as a sheet: heading and lines, the last of which is the total."""
    names = numbers(asked)
    heading = [str(GROUP_NAMES[by]), _("Rate (%)"), *(str(NUMBERS[name]) for name in names)]
    rows = [(name_of(row), row.tally) for row in report.rows] + [(_("Total"), report.total)]
    return heading, ([name, tally.rate, *(getattr(tally, each) for each in names)] for name, tally in rows)


def week(first: date, last: date) -> str:
    """Seven days: "3 May 2027 – 9 May 2027"."""
    return _("%(first)s – %(last)s") % {"first": short_day(first), "last": short_day(last)}


def when(as_of: date | None) -> str:
    """The day that a report is about."""
    return _("at the end of %(day)s") % {"day": full_day(as_of)} if as_of else _("now")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody behind a number. `css` names the status for colours; days are empty where there are none."""

    id: UUID
    name: str
    username: str
    training: str
    organization: str
    css: str
    status: str
    due: date
    due_text: str
    completed: date | None
    completed_text: str
    late: bool
    recorded_later: bool


def person(row: Cycle, asked: Asked, now: datetime) -> Person:
    """A row of `reports.people`."""
    if asked.as_of is None:
        css, due, at, on = str(standing.status_of(row, now)), row.due_on, row.completed_at, row.completed_on
        late, later = css == Status.COMPLETED and assignments.days_late(row, now) > 0, False
    else:
        then = vars(row)
        css, due = then["status_then"], then["due_on_then"]
        at, on = then["completed_at_then"], then["happened_on_then"]
        late, later = then["late_then"], then["recorded_later"]
    status = _("Open, in time") if css == standing.OPEN else str(STATUS_NAMES[Status(css)])
    completed = on or (deadlines.local_day(at, row.zone) if at else None)
    return Person(
        id=row.assignment.uuid,
        name=row.sort_name or row.learner.username,
        username=row.learner.username,
        training=row.training.name,
        organization=row.organization.name,
        css="assigned" if css == standing.OPEN else css,
        status=status,
        due=due,
        due_text=short_day(due),
        completed=completed,
        completed_text=short_day(completed) if completed else "",
        late=bool(late),
        recorded_later=bool(later),
    )


def people_heading() -> list[str]:
    """Of a sheet of people."""
    return [
        _("Username"),
        _("Name"),
        _("Organization"),
        _("Training"),
        _("Status"),
        _("Due"),
        _("Completed on"),
        _("Late"),
        _("Recorded later"),
    ]


def people_line(one: Person) -> list[object]:
    """Somebody as a line of a sheet."""
    return [
        one.username,
        one.name,
        one.organization,
        one.training,
        one.status,
        one.due.isoformat(),
        one.completed.isoformat() if one.completed else "",
        _("yes") if one.late else "",
        _("yes") if one.recorded_later else "",
    ]
