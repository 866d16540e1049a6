"""The form to assign a course to one learner. What only the verb can know comes back to the fields."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Course, Problem
from ..settings import setting

LONGEST_ENTRY = 254
"""The longest e-mail address."""


class NewAssignmentForm(forms.Form):
    """Course, learner, due day, note, and the organization where there is a choice."""

    use_required_attribute = True

    course = forms.ChoiceField(label=gettext_lazy("Course"))
    learner = forms.CharField(
        label=gettext_lazy("Learner"),
        max_length=LONGEST_ENTRY,
        help_text=gettext_lazy("Username or e-mail address"),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due date"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("This is no date: write YYYY-MM-DD.")},
    )
    organization = forms.ChoiceField(
        label=gettext_lazy("Assigned for"),
        required=False,
        help_text=gettext_lazy("The organization that keeps the record"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the learner"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Shown on the assignment's page and above every unit"),
    )

    def __init__(
        self,
        data: Any,
        *,
        courses: Sequence[Course],
        organizations: Sequence[Any],
        due_bounds: tuple[date, date],
    ) -> None:
        super().__init__(data, label_suffix="", auto_id="ma-%s")
        self.first_due_on, last = due_bounds
        self.nobody_found = False
        choices = [(course.key, f"{course.name} ({course.key})") for course in courses]
        if len(courses) != 1:
            choices.insert(0, ("", _("Choose a course")))
        self._field("course").choices = choices
        self.fields["learner"].widget.attrs |= {
            "list": "ma-people",
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        bounds = {"min": self.first_due_on.isoformat(), "max": last.isoformat()}
        self.fields["due_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **bounds})
        self.fields["note"].widget = forms.Textarea(attrs={"rows": 4, "maxlength": setting("NOTE_MAX_LENGTH")})
        if len(organizations) > 1:
            names = [(row.short_name, row.name) for row in organizations]
            self._field("organization").choices = [("", _("The course's own organization")), *names]
        else:
            del self.fields["organization"]
        for name, field in self.fields.items():
            hint = f"ma-{name}-hint " if field.help_text or name == "due_on" else ""
            field.widget.attrs["aria-describedby"] = f"{hint}ma-{name}-wrong"

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def add_error(self, field: str | None, error: Any) -> None:
        """Also marks the field for screen readers, which Django before 5.0 does not."""
        super().add_error(field, error)
        if field in self.fields:
            self._field(field).widget.attrs["aria-invalid"] = "true"

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Puts what the verb refused beside the fields it is about."""
        for problem in problems:
            field = "course" if problem.field == "training" else problem.field
            self.nobody_found |= problem.code == "unknown_learner"
            error = forms.ValidationError(problem.message, problem.code)
            self.add_error(field if field in self.fields else None, error)
