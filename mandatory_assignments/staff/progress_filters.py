"""What the address of a progress list asks for. What cannot be meant is as if it were not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ..data import ProgressState, TrainingKind
from ..queries.choices import Choices
from ..wording.progress import STATE_NAMES, TAB_NAMES
from .filters import text_of, uuid_of

SIZES = (25, 50)
"""Rows of a page, and so what can be chosen at once."""

TABS = tuple(TAB_NAMES)


@dataclass(frozen=True, slots=True)
class ProgressFilter:
    """The filter of a list. `kind` is the tab, empty for all three; `organization` a short name, that of the people."""

    kind: str = ""
    status: str = ""
    search: str = ""
    training: UUID | None = None
    department: UUID | None = None
    group: UUID | None = None
    organization: str = ""
    size: int = SIZES[0]

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "ProgressFilter":
        """What these query parameters ask for."""
        return cls(
            _one_of(TrainingKind, parameters.get("kind", "")),
            _one_of(ProgressState, parameters.get("status", "")),
            text_of(parameters, "search"),
            uuid_of(parameters.get("training", "")),
            uuid_of(parameters.get("department", "")),
            uuid_of(parameters.get("group", "")),
            text_of(parameters, "organization"),
            SIZES[1] if parameters.get("size", "") == str(SIZES[1]) else SIZES[0],
        )

    @property
    def conditions(self) -> dict[str, str]:
        """The filter as `progress.rows` takes it."""
        return {"kind": self.kind, "status": self.status, "search": self.search, **self._seldom}

    @property
    def _seldom(self) -> dict[str, str]:
        found = {
            "training": self.training,
            "department": self.department,
            "group": self.group,
            "organization": self.organization,
        }
        return {name: str(value or "") for name, value in found.items()}

    def seldom(self, fixed: Sequence[str] = ()) -> bool:
        """Whether any of the filters that are folded away is set, beside those that the page fixes."""
        return any(value for name, value in self._seldom.items() if name not in fixed)

    def narrowed(self, fixed: Sequence[str] = ()) -> bool:
        """Whether there is anything that the filter may hide."""
        return bool(self.search or self.status or self.seldom(fixed))

    def query(self, **changed: str) -> str:
        """The query string of this filter with some parameters changed."""
        size = "" if self.size == SIZES[0] else str(self.size)
        return urlencode({name: value for name, value in {**self.conditions, "size": size, **changed}.items() if value})

    @property
    def status_choices(self) -> list[tuple[str, str, bool]]:
        """(value, text, chosen) of every choice."""
        choices = [("", _("Everything")), *((state.value, str(text)) for state, text in STATE_NAMES.items())]
        return [(value, text, value == self.status) for value, text in choices]

    def lists(self, offered: Choices, fixed: Sequence[str]) -> list[tuple[str, str, str, list[tuple[str, str, bool]]]]:
        """(name, label, text for all, choices) of each list to choose from, without those that the page fixes."""
        found = [
            ("training", _("Training"), _("All trainings"), offered.trainings),
            ("organization", _("Organization"), _("All organizations"), offered.organizations),
            ("department", _("Department"), _("All departments"), offered.departments),
            ("group", _("Learning group"), _("All groups"), offered.groups),
        ]
        chosen = self._seldom
        return [
            (name, label, everything, _with_chosen(choices, chosen[name]))
            for name, label, everything, choices in found
            if name not in fixed and (choices or chosen[name])
        ]


def _with_chosen(choices: Sequence[tuple[str, str]], chosen: str) -> list[tuple[str, str, bool]]:
    """The choices, and the one that is chosen although it is none of them."""
    known = dict(choices)
    others = [] if not chosen or chosen in known else [(chosen, _("Chosen one"))]
    return [(value, text, value == chosen) for value, text in (*known.items(), *others)]


def _one_of(words: Any, text: str) -> str:
    return text if text in list(words) else ""
