"""What the address of a report asks for. What cannot be meant is as if it were not there; of a day that is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ..data import Scope
from ..queries import departing, reports
from ..queries.choices import Choices
from ..queries.reports import Asked, GroupBy
from ..wording.dates import full_day
from ..wording.reports import GROUP_NAMES, NUMBERS

LONGEST = 255


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """A report, by what it is told apart, and what is wrong with the day that was typed."""

    asked: Asked
    by: GroupBy
    number: str
    typed_day: str
    wrong_day: str

    @classmethod
    def of(cls, parameters: Mapping[str, Any], scope: Scope, now: datetime) -> "ReportFilter":
        """What these query parameters ask for."""
        typed = parameters.get("as_of", "").strip()[:LONGEST]
        as_of, wrong = _day(typed, now)
        department = _uuid(parameters.get("department", ""))
        owner = departing.owner(scope, department) if department else ""
        asked = Asked(
            as_of,
            owner or _text(parameters, "organization"),
            department,
            _uuid(parameters.get("training", "")),
        )
        first, *others = offered(scope)
        by = parameters.get("by", "")
        number = parameters.get("number", "")
        return cls(
            asked,
            GroupBy(by) if by in others else first,
            number if number in NUMBERS else "assigned",
            typed,
            wrong,
        )

    def query(self, **changed: str) -> str:
        """The query string of this report with some parameters changed."""
        asked = self.asked
        values = {
            "as_of": asked.as_of.isoformat() if asked.as_of else "",
            "by": self.by.value,
            "organization": asked.organization,
            "department": asked.department,
            "training": asked.training,
        }
        return urlencode({name: value for name, value in (values | changed).items() if value})

    @property
    def chosen(self) -> dict[str, str]:
        """What the report is narrowed to, as the address has it."""
        asked = self.asked
        found = {"organization": asked.organization, "department": asked.department, "training": asked.training}
        return {name: value for name, value in found.items() if value}

    def lists(self, choices: Choices) -> list[tuple[str, str, str, list[tuple[str, str, bool]]]]:
        """(name, label, text for all, choices) of each list to choose from."""
        found = [
            ("organization", _("Organization"), _("All organizations"), choices.organizations),
            ("department", _("Department"), _("All departments"), choices.departments),
            ("training", _("Training"), _("All trainings"), choices.trainings),
        ]
        answer = []
        for name, label, everything, offered_here in found:
            chosen = self.chosen.get(name, "")
            known = dict(offered_here)
            if chosen and chosen not in known:
                known[chosen] = _("Chosen one")
            if known:
                answer.append(
                    (name, label, everything, [(value, text, value == chosen) for value, text in known.items()])
                )
        return answer

    def groups(self, scope: Scope) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of what the numbers can be told apart by."""
        return [(by.value, str(GROUP_NAMES[by]), by == self.by) for by in offered(scope)]

    def quick(self, now: datetime) -> list[tuple[str, str, bool]]:
        """(query, text, chosen) of the days that people ask about."""
        today = reports.today(now)
        month = today.replace(day=1) - timedelta(days=1)
        quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
        year = date(today.year - 1, 12, 31)
        days = {
            None: _("Now"),
            month: _("End of last month"),
            quarter: _("End of last quarter"),
            year: _("31 December"),
        }
        return [
            (self.query(as_of=day.isoformat() if day else ""), text, day == self.asked.as_of)
            for day, text in days.items()
        ]


def offered(scope: Scope) -> list[GroupBy]:
    """By what this scope can tell numbers apart: by department where it sees any."""
    departments = scope.everything or scope.organization_ids or any(team.department_ids for team in scope.teams)
    return [*([GroupBy.DEPARTMENT] if departments else []), GroupBy.TRAINING, GroupBy.ORGANIZATION]


def _day(typed: str, now: datetime) -> tuple[date | None, str]:
    """The day and what is wrong with it."""
    if not typed:
        return None, ""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None, _("This is no date: write YYYY-MM-DD.")
    if day > reports.last_day(now):
        return None, _("%(day)s lies ahead: nobody knows how things will stand.") % {"day": full_day(day)}
    return (day, "") if day.year > 1 else (None, _("This is no date: write YYYY-MM-DD."))


def _text(parameters: Mapping[str, Any], name: str) -> str:
    return str(parameters.get(name, "")).replace("\x00", "").strip()[:LONGEST]


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
