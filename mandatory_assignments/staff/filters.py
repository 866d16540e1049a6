"""What the list's address asks for: statuses, a search, an order. What cannot be meant is as if it were not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Refused, Status
from ..queries import assignments, standing
from ..wording import STATUS_NAMES

DEFAULT_STATUSES = "open,overdue"
DEFAULT_ORDER = "due_at"
LONGEST_SEARCH = 255

STATUS_CHOICES = [
    (DEFAULT_STATUSES, gettext_lazy("Open and overdue")),
    ("", gettext_lazy("Everything")),
    *[(status.value, STATUS_NAMES[status]) for status in (Status.OVERDUE, Status.ASSIGNED, Status.IN_PROGRESS)],
    (Status.COMPLETED.value, STATUS_NAMES[Status.COMPLETED]),
]


ORDER_CHOICES = [
    (DEFAULT_ORDER, gettext_lazy("Due first")),
    ("-due_at", gettext_lazy("Due last")),
    ("sort_name", gettext_lazy("By name")),
    ("percent", gettext_lazy("Least done first")),
    ("-assigned_at", gettext_lazy("Assigned last")),
]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The filter of a list. `status` is a comma list, `order` a column, with a minus sign for the other direction.

    `training` narrows it to one training.
    """

    status: str
    statuses: frozenset[Status]
    search: str
    order: str
    training: UUID | None = None

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
        search = parameters.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
        return cls(status, statuses, search, order if known else DEFAULT_ORDER, _uuid(parameters.get("training", "")))

    @property
    def column(self) -> str:
        """The column that the list is ordered by."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the greatest come first."""
        return self.order.startswith("-")

    @property
    def narrowed(self) -> bool:
        """Whether there is anything that the filter may hide."""
        return bool(self.search or self.statuses or self.training)

    @property
    def untouched(self) -> bool:
        """Whether it is the filter that nobody chose."""
        return self.status == DEFAULT_STATUSES and not self.search

    @property
    def status_choices(self) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of every choice."""
        known = dict(STATUS_CHOICES)
        others = [] if self.status in known else [(self.status, _("Chosen statuses"))]
        return [(value, str(text), value == self.status) for value, text in (*known.items(), *others)]

    @property
    def order_choices(self) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of every order."""
        known = dict(ORDER_CHOICES)
        others = [] if self.order in known else [(self.order, _("Chosen order"))]
        return [(value, str(text), value == self.order) for value, text in (*known.items(), *others)]

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
        only = {"training": str(self.training)} if self.training else {}
        return urlencode({"status": self.status, "search": self.search, "order": self.order} | only | changed)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
