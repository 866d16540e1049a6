"""The part of a form about an assignment that says how it comes again, and when it reminds whom.

The rows of rules are schedule_forms; what follows from both is the pages' business.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Reminder, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Unfinished
from ..queries.schedules import MOST_EVERY, KnownSet
from ..wording import reminders as words
from .page_forms import Number, PageForm
from .schedule_forms import NEW_ROW, reminder_rows, row_of, sent_rows

USUAL, OWN = "", "own"
"""What can be chosen beside the sets: what is usual in the organization, and the rows of the form."""

BUTTONS = ("add", "remove", "use", "show")
"""Names of the buttons that change the rows or tell what the form would do, and save nothing."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from. Without `usual` there is nothing that is usual."""

    sets: Sequence[KnownSet]
    templates: Sequence[tuple[str, str]]
    usual: Sequence[Reminder] | None = None


def _choice(label: Any, names: Mapping[StrEnum, Any], help_text: Any = "") -> forms.ChoiceField:
    """One of these, in this order; the first is the usual one, and nothing at all means it, too."""
    usual, *_others = names
    return forms.ChoiceField(
        label=label,
        required=False,
        initial=usual.value,
        choices=[(each.value, name) for each, name in names.items()],
        help_text=help_text,
    )


class ScheduleForm(PageForm):
    """Repetition and reminders. `rules` are those to begin with; None for what is usual."""

    verb_names = {"repeat": "every", "keep_not_possible": "evidence", "reminders": "remind"}
    repeating = ("every", "unit", "anchor", "unfinished", "evidence")
    counting = ("anchor", "unfinished", "evidence")

    repeats = forms.BooleanField(label=gettext_lazy("Comes again"), required=False)
    every = Number(1, MOST_EVERY, label=gettext_lazy("Every"), required=False, initial=52)
    unit = _choice(
        gettext_lazy("Unit"),
        {
            RepeatUnit.WEEKS: gettext_lazy("weeks"),
            RepeatUnit.DAYS: gettext_lazy("days"),
            RepeatUnit.MONTHS: gettext_lazy("months"),
            RepeatUnit.YEARS: gettext_lazy("years"),
        },
    )
    anchor = _choice(
        gettext_lazy("Counted from"),
        {
            RepeatAnchor.COMPLETION: gettext_lazy("The day of completion"),
            RepeatAnchor.CALENDAR: gettext_lazy("The due date, on the calendar"),
        },
    )
    unfinished = _choice(
        gettext_lazy("If it is not done when the next is to open"),
        {
            Unfinished.HOLD: gettext_lazy("It stays open and overdue"),
            Unfinished.ROLL: gettext_lazy("It is closed as missed, and the next one opens"),
        },
        gettext_lazy("Matters on the calendar only"),
    )
    evidence = _choice(
        gettext_lazy("What was done in the round before"),
        {
            RepeatEvidence.CLEAR: gettext_lazy("It is archived and cleared, so that it can be done again"),
            RepeatEvidence.KEEP: gettext_lazy("It stays; only a new record or a new certificate counts"),
        },
    )
    remind = forms.ChoiceField(label=gettext_lazy("Reminders"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        offered: Offered,
        initial: dict[str, Any],
        repeat: Repeat | None = None,
        rules: Sequence[Reminder] | None = None,
        **named: Any,
    ) -> None:
        self.offered, self.asked = offered, next((name for name in BUTTONS if data and name in data), "")
        chosen = self._choice_of(rules)
        if self.asked in ("add", "remove", "use"):
            data = data.copy()
        rows = [row_of(rule) for rule in rules or ()] if data is None else sent_rows(data)
        rows, focus = self._after_button(rows, data)
        if data is None and not rows:
            rows = [dict(NEW_ROW)]
        super().__init__(data, initial={"remind": chosen, **_initial(repeat), **initial}, **named)
        self.field("remind").choices = [(value, name) for value, name, _words in self._choices()]
        for name in self.repeating:
            self.field(name).needed = True
        self.rows = reminder_rows(rows, offered.templates, focus)

    def _choice_of(self, rules: Sequence[Reminder] | None) -> str:
        """The choice that means these rules."""
        if rules is None:
            return USUAL
        return next((each.reference for each in self.offered.sets if each.rules == tuple(rules)), OWN)

    def _choices(self) -> list[tuple[str, str, str]]:
        """Value, name and meaning of each choice."""
        found = []
        if self.offered.usual is not None:
            found.append((USUAL, _("As usual in the organization"), words.summary(self.offered.usual)))
        several = len({each.organization for each in self.offered.sets if each.name}) > 1
        for each in self.offered.sets:
            name = each.name or str(words.SET_NAMES.get(each.reference, each.reference))
            name = f"{name} ({each.organization})" if each.name and several else name
            found.append((each.reference, name, words.summary(each.rules)))
        return [*found, (OWN, _("Own rules"), "")]

    def _after_button(self, rows: list[dict[str, Any]], data: Any) -> tuple[list[dict[str, Any]], int | None]:
        """The rows as a button leaves them, and the row to go to; the choice in `data` follows."""
        focus: int | None = None
        match self.asked:
            case "use" if data.get("remind") == OWN:
                return rows, None
            case "add":
                rows, focus = [*rows, dict(NEW_ROW)], len(rows)
            case "remove":
                rows = [row for number, row in enumerate(rows) if str(number) != data["remove"]]
            case "use":
                chosen = data.get("remind", USUAL)
                by_name = {each.reference: each.rules for each in self.offered.sets}
                rows = [row_of(rule) for rule in by_name.get(chosen, self.offered.usual or ())]
                focus = 0
            case _:
                return rows, None
        data["remind"] = OWN
        return rows, focus

    def clean(self) -> dict[str, Any]:
        """Lets count only what is chosen: what stands in fields that do not matter is no mistake."""
        if not self.cleaned_data.get("repeats"):
            for name in self.repeating:
                self.errors.pop(name, None)
                self.fields[name].widget.attrs.pop("aria-invalid", None)
        elif self.cleaned_data.get("every") is None and "every" not in self.errors:
            told = _("Say how often: a whole number from 1 to %(most)d.") % {"most": MOST_EVERY}
            self.add_error("every", forms.ValidationError(told, "required"))
        if self.cleaned_data.get("remind") == OWN and not self.rows.is_valid():
            self.add_error("remind", forms.ValidationError(_("Correct the reminders below."), "rows"))
        return self.cleaned_data

    @property
    def complaints(self) -> list[tuple[str, str, str]]:
        """Also what is wrong in the rows, each where it is."""
        found = [
            each for each in super().complaints if not (each[0] == "ma-remind" and self.has_error("remind", "rows"))
        ]
        return [*found, *(self.rows.complaints if self.has_error("remind", "rows") else [])]

    def forget_errors(self) -> None:
        """Also in the rows."""
        super().forget_errors()
        self.rows.forget_errors()

    @property
    def repeat(self) -> Repeat | None:
        """How it comes again; valid forms only."""
        said = self.cleaned_data
        if not said["repeats"]:
            return None
        return Repeat(
            said["every"],
            RepeatUnit(said["unit"] or RepeatUnit.WEEKS),
            RepeatAnchor(said["anchor"] or RepeatAnchor.COMPLETION),
            Unfinished(said["unfinished"] or Unfinished.HOLD),
            RepeatEvidence(said["evidence"] or RepeatEvidence.CLEAR),
        )

    @property
    def rules(self) -> Sequence[Reminder] | None:
        """The rules that are chosen, None for what is usual; valid forms only."""
        chosen = self.cleaned_data["remind"]
        if chosen == OWN:
            return self.rows.rules
        return next((each.rules for each in self.offered.sets if each.reference == chosen), None)

    @property
    def options(self) -> list[dict[str, Any]]:
        """The choices of reminders for the page."""
        chosen = self["remind"].value() or self._choices()[0][0]
        return [
            {"value": value, "name": name, "words": meaning, "checked": value == chosen}
            for value, name, meaning in self._choices()
        ]

    @property
    def focuses_add(self) -> bool:
        """Whether the button that adds a row is the place to go on."""
        return self.asked == "remove" or (self.asked == "use" and not self.rows.forms)

    @property
    def counting_touched(self) -> bool:
        """Whether there is anything to see in the fields of the repetition that are folded away."""
        return any(
            self[name].errors or self[name].value() not in (None, "", self.fields[name].initial)
            for name in self.counting
        )


def written(rules: Sequence[Reminder]) -> str:
    """The rules as a text by which they can be compared."""
    return json.dumps([asdict(rule) for rule in rules], sort_keys=True)


def _initial(repeat: Repeat | None) -> dict[str, Any]:
    return {"repeats": True, **{name: str(value) for name, value in asdict(repeat).items()}} if repeat else {}
