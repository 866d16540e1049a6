"""What the list's address asks for: a filter and an order. What cannot be meant is as if it were not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Refused, Status
from ..queries import assignments, overview, standing
from ..queries.choices import Choices
from ..wording import STATUS_NAMES

DEFAULT_STATUSES = "open,overdue"
DEFAULT_ORDER = "due_at"
LONGEST_SEARCH = 255
REPORTED = ("organization", "department", "training")
"""The filters that a report knows, too."""

SIZES = (25, 50)
"""Rows of a page, and so what can be chosen at once."""

STATUS_CHOICES = [
    (DEFAULT_STATUSES, gettext_lazy("Open and overdue")),
    ("", gettext_lazy("Everything")),
    *[
        (status.value, STATUS_NAMES[status])
        for status in (
            Status.OVERDUE,
            Status.ASSIGNED,
            Status.IN_PROGRESS,
            Status.EXEMPT,
            Status.PAUSED,
            Status.COMPLETED,
            Status.MISSED,
            Status.WITHDRAWN,
        )
    ],
]


ORDER_CHOICES = [
    (DEFAULT_ORDER, gettext_lazy("Due first")),
    ("-due_at", gettext_lazy("Due last")),
    ("sort_name", gettext_lazy("By name")),
    ("percent", gettext_lazy("Least done first")),
    ("-assigned_at", gettext_lazy("Assigned last")),
    ("last_reminder_at", gettext_lazy("Longest not reminded")),
]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The filter of a list. `status` is a comma list, `order` a column, with a minus sign for the other direction.

    `training`, `department` and `group` narrow it to one, `organization` names one by its short name; the due days are
    inclusive.
    """

    status: str
    statuses: frozenset[Status]
    search: str
    order: str
    training: UUID | None = None
    department: UUID | None = None
    group: UUID | None = None
    organization: str = ""
    due_after: date | None = None
    due_before: date | None = None
    attention: bool = False
    size: int = SIZES[0]

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "ListFilter":
        """What these query parameters ask for; without a status what is open and overdue."""
        status = parameters.get("status", DEFAULT_STATUSES)
        try:
            statuses = standing.named_statuses(status)
        except Refused:
            status, statuses = DEFAULT_STATUSES, standing.named_statuses(DEFAULT_STATUSES)
        order = parameters.get("order", DEFAULT_ORDER)
        known = order.removeprefix("-") in assignments.ORDERINGS
        return cls(
            status,
            statuses,
            text_of(parameters, "search"),
            order if known else DEFAULT_ORDER,
            training=uuid_of(parameters.get("training", "")),
            department=uuid_of(parameters.get("department", "")),
            group=uuid_of(parameters.get("group", "")),
            organization=text_of(parameters, "organization"),
            due_after=_day(parameters.get("due_after", "")),
            due_before=_day(parameters.get("due_before", "")),
            attention=parameters.get("attention", "") == "1",
            size=SIZES[1] if parameters.get("size", "") == str(SIZES[1]) else SIZES[0],
        )

    @property
    def conditions(self) -> dict[str, Any]:
        """The filter as `assignments.cycles` takes it."""
        return {
            "statuses": self.statuses,
            "search": self.search,
            "training": str(self.training or ""),
            "department": str(self.department or ""),
            "group": str(self.group or ""),
            "organization": self.organization,
            "due_after": self.due_after,
            "due_before": self.due_before,
            "needs_attention": self.attention,
        }

    def same_rows(self, other: "ListFilter") -> bool:
        """Whether the other finds the same, in whatever order."""
        return self.conditions == other.conditions

    @property
    def column(self) -> str:
        """The column that the list is ordered by."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the greatest come first."""
        return self.order.startswith("-")

    @property
    def seldom(self) -> dict[str, str]:
        """What is set of the filters that are folded away, as the address has it."""
        found = {
            "training": self.training,
            "department": self.department,
            "group": self.group,
            "organization": self.organization,
            "due_after": self.due_after,
            "due_before": self.due_before,
            "attention": "1" if self.attention else "",
        }
        return {name: str(value) for name, value in found.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether there is anything that the filter may hide."""
        return bool(self.search or self.statuses or self.seldom)

    @property
    def untouched(self) -> bool:
        """Whether it is the filter that nobody chose."""
        return self.status == DEFAULT_STATUSES and not self.search and not self.seldom

    @property
    def status_choices(self) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of every choice."""
        return _with_chosen(STATUS_CHOICES, self.status, _("Chosen statuses"))

    @property
    def order_choices(self) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of every order."""
        return _with_chosen(ORDER_CHOICES, self.order, _("Chosen order"))

    def lists(self, offered: Choices) -> list[tuple[str, str, str, list[tuple[str, str, bool]]]]:
        """(name, label, text for all, choices) of each list to choose from."""
        found = [
            ("training", _("Training"), _("All trainings"), offered.trainings),
            ("department", _("Department"), _("All departments"), offered.departments),
            ("group", _("Learning group"), _("All groups"), offered.groups),
            ("organization", _("Organization"), _("All organizations"), offered.organizations),
        ]
        chosen = self.seldom
        return [
            (name, label, everything, _with_chosen(choices, chosen.get(name, ""), _("Chosen one")))
            for name, label, everything, choices in found
            if choices or name in chosen
        ]

    @property
    def report_query(self) -> str:
        """The query string of the report about the same organization, department and training."""
        return urlencode({name: each for name, each in self.seldom.items() if name in REPORTED})

    def heading(self, text: str, column: str = "") -> dict[str, str]:
        """A column's heading: the query that orders by it, or the other way round; and how it is ordered now."""
        if not column:
            return {"text": text, "query": "", "sorted": ""}
        now = self.column == column
        return {
            "text": text,
            "query": self.query(order=f"-{column}" if self.order == column else column),
            "sorted": ("descending" if self.descending else "ascending") if now else "",
        }

    def query(self, **changed: str) -> str:
        """The query string of this filter with some parameters changed."""
        plain = {"status": self.status, "search": self.search, "order": self.order} | self.seldom
        return urlencode(plain | ({} if self.size == SIZES[0] else {"size": str(self.size)}) | changed)


def tiles(now: datetime) -> list[tuple[str, str, ListFilter]]:
    """(name, text, filter) of each figure above the list: what is counted is what the link shows."""
    soon = overview.soon(now).isoformat()
    asked: list[tuple[str, str, dict[str, str]]] = [
        ("overdue", _("Overdue"), {"status": Status.OVERDUE}),
        ("soon", _("Due in 7 days"), {"status": standing.OPEN, "due_before": soon}),
        ("attention", _("Needs attention"), {"status": "", "attention": "1"}),
        ("open", _("Open"), {"status": standing.OPEN}),
    ]
    return [(name, text, ListFilter.of(parameters)) for name, text, parameters in asked]


def _with_chosen(choices: Sequence[tuple[str, Any]], chosen: str, unknown: str) -> list[tuple[str, str, bool]]:
    """The choices, and the one that is chosen although it is none of them."""
    known = dict(choices)
    others = [] if not chosen or chosen in known else [(chosen, unknown)]
    return [(value, str(text), value == chosen) for value, text in (*known.items(), *others)]


def text_of(parameters: Mapping[str, Any], name: str) -> str:
    """What stands in a field of a filter, as it can be searched for."""
    return str(parameters.get(name, "")).replace("\x00", "").strip()[:LONGEST_SEARCH]


def uuid_of(text: str) -> UUID | None:
    """The uuid that a filter names; a text that is none names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
