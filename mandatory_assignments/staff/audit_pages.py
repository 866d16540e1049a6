"""The audit trail: everything that was done, the latest first, for global staff and coordinators; and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ..data import Refused, Scope
from ..queries import assignments, auditing, choices, paging
from ..wording import audit as words
from ..wording import number
from .doors import PAGE_SIZE, check, rendered, staff_page
from .report_pages import sheet

LONGEST = 255


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the address asks for, as it was typed; what cannot be meant finds nothing."""

    learner: str
    training: str
    assignment: str
    organization: str
    act: str
    first: str
    last: str

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "AuditFilter":
        """What these query parameters ask for."""
        return cls(**{name: _text(parameters.get(name, "")) for name in cls.__slots__})

    @property
    def conditions(self) -> dict[str, Any]:
        """The filter as `auditing.entries` takes it."""
        return {
            **{name: getattr(self, name) for name in ("learner", "training", "assignment", "organization", "act")},
            "first": _day(self.first),
            "last": _day(self.last),
        }

    @property
    def query(self) -> str:
        """The query string of what is set."""
        return urlencode({name: value for name in self.__slots__ if (value := getattr(self, name))})

    def acts(self) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of every act."""
        named = sorted(((act, str(text)) for act, text in words.ACTS.items()), key=lambda each: each[1].casefold())
        unknown = [(self.act, self.act)] if self.act and self.act not in words.ACTS else []
        return [(act, text, act == self.act) for act, text in [*named, *unknown]]

    def chosen(self, name: str, offered: Sequence[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of what a list offers."""
        return [(value, text, value == getattr(self, name)) for value, text in offered]


@require_safe
@staff_page
def audit_trail(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """A page of the trail."""
    check(auditing.sees(scope))
    asked = AuditFilter.of(request.GET)
    rows = auditing.entries(scope, **asked.conditions)
    try:
        page = paging.page(
            rows, ["at"], size=PAGE_SIZE, descending=True, cursor=request.GET.get("cursor", ""), keys_first=True
        )
    except Refused:
        return redirect(f"{request.path}?{asked.query}")
    count, exact = assignments.count(rows)
    offered, zone = choices.choices(scope), auditing.zone()
    return rendered(
        request,
        "audit",
        scope,
        asked=asked,
        acts=asked.acts(),
        trainings=asked.chosen("training", offered.trainings),
        organizations=asked.chosen("organization", offered.organizations),
        rows=words.lines(page.rows, zone),
        zone=zone,
        count=number(count, exact),
        counted=count,
        next_query=f"{asked.query}&{urlencode({'cursor': page.next})}" if page.next else "",
        previous_query=f"{asked.query}&{urlencode({'cursor': page.previous})}" if page.previous else "",
    )


@require_safe
@staff_page
def audit_sheet(request: HttpRequest, scope: Scope, now: datetime) -> StreamingHttpResponse:
    """All of it as a file."""
    check(auditing.sees(scope))
    rows = auditing.entries(scope, **AuditFilter.of(request.GET).conditions)

    def lines() -> Iterator[Sequence[object]]:
        for chunk in auditing.in_chunks(rows):
            yield from words.sheet_lines(chunk, auditing.zone())

    return sheet("audit", [str(name) for name in words.HEADING], lines())


def _text(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > 1 else None
