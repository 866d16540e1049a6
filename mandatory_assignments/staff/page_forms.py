"""What the forms of the staff pages share: fields for days and texts, marks for screen readers, refusals at fields."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Problem
from ..wording import day

MOST_QUOTED = 60


class Day(forms.DateField):
    """A calendar day, written YYYY-MM-DD."""

    def __init__(self, **named: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": gettext_lazy("This is no date: write YYYY-MM-DD.")},
            **named,
        )

    def bound_to(self, first: date | None = None, last: date | None = None) -> None:
        """Tells the browser the first and the last day that can be chosen."""
        days = {"min": first, "max": last}
        self.widget.attrs |= {name: value.isoformat() for name, value in days.items() if value}


class Lines(forms.CharField):
    """A text of several lines, which browsers send with line ends of their own."""

    def __init__(self, rows: int = 4, **named: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=False, required=False, **named)

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class Number(forms.IntegerField):
    """A whole number between two others; what is wrong is told with the value and what is allowed."""

    def __init__(self, least: int, most: int, **named: Any) -> None:
        super().__init__(min_value=least, max_value=most, **named)

    def clean(self, value: Any) -> Any:
        """The number, or None where none is needed."""
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            if value in self.empty_values:
                raise
            facts = {"value": str(value)[:MOST_QUOTED], "least": self.min_value, "most": self.max_value}
            told = _("%(value)s is not allowed: write a whole number from %(least)d to %(most)d.") % facts
            raise forms.ValidationError(told, "out_of_range") from error


class PageForm(forms.Form):
    """A form on a page of ours. What only the verb can know comes back to the fields."""

    use_required_attribute = True
    verb_names: Mapping[str, str] = {}
    """What the verb calls a field, or its code of a refusal, and the field that the form has for it."""

    def __init__(self, data: Any = None, **named: Any) -> None:
        super().__init__(data, **{"label_suffix": "", "auto_id": "ma-%s", **named})

    def describe(self, *hinted: str) -> None:
        """Tells screen readers what belongs to each field; the page itself gives a hint to those that are `hinted`."""
        for name, field in self.fields.items():
            full = f"ma-{self.add_prefix(name)}"
            hint = f"{full}-hint " if field.help_text or name in hinted else ""
            field.widget.attrs["aria-describedby"] = f"{hint}{full}-wrong"

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Label and text of every field that says something; valid forms only."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return [
            (str(self.fields[name].label), day(value) if isinstance(value, date) else str(value))
            for name, value in said.items()
        ]

    def field(self, name: str) -> Any:
        """The field of that name, for those who know what kind it is."""
        return self.fields[name]

    def add_error(self, field: str | None, error: Any) -> None:
        """Also marks the field for screen readers, which Django before 5.0 does not."""
        super().add_error(field, error)
        if field in self.fields:
            self.field(field).widget.attrs["aria-invalid"] = "true"

    @property
    def complaints(self) -> list[tuple[str, str, str]]:
        """What is wrong with fields, for the summary: the id that leads to the field, its label, the error."""
        return [
            (field.id_for_label or f"ma-{field.name}", str(field.label), str(error))
            for field in self
            for error in field.errors
        ]

    def forget_errors(self) -> None:
        """Shows what was typed as it is: somebody is still at it."""
        self._errors = ErrorDict()
        for field in self.fields.values():
            field.widget.attrs.pop("aria-invalid", None)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Puts what the verb refused beside the fields it is about."""
        for problem in problems:
            field = self.verb_names.get(problem.code) or self.verb_names.get(problem.field, problem.field)
            error = forms.ValidationError(problem.message, problem.code)
            self.add_error(field if field in self.fields else None, error)


def asking_for_people(url: str) -> dict[str, str]:
    """Attributes of a field that asks the address for people while somebody types into it."""
    return {
        "hx-get": url,
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "#ma-people",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
    }
