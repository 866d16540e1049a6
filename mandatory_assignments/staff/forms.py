"""The form to assign a training to one learner. What only the verb can know comes back to the fields."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Course, Problem, TrainingKind
from ..settings import setting

LONGEST_ENTRY = 254
"""The longest e-mail address."""


class NewAssignmentForm(forms.Form):
    """Training, learner, due day, note, and the organization where there is a choice.

    A course is chosen by its key, everything else by its uuid.
    """

    use_required_attribute = True

    course = forms.ChoiceField(label=gettext_lazy("Training"))
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
        initial: dict[str, str],
        courses: Sequence[Course],
        bundles: Sequence[Any],
        organizations: Sequence[Any],
        due_bounds: tuple[date, date],
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="", auto_id="ma-%s")
        self.first_due_on, last = due_bounds
        self.nobody_found, self.offers_more = False, bool(bundles)
        self._field("course").choices = _targets(courses, bundles)
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
            self._field("organization").choices = [("", _("The training's own organization")), *names]
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


def _targets(courses: Sequence[Course], bundles: Sequence[Any]) -> list[Any]:
    """The choices: courses alone in one list, in groups where there is anything else."""
    first = [("", _("Choose a training"))] if len(courses) + len(bundles) != 1 else []
    found = [(course.key, f"{course.name} ({course.key})") for course in courses]
    if not bundles:
        return [*first, *found]
    in_person = [row for row in bundles if row.offline]
    others = [row for row in bundles if not row.offline]
    groups = [
        (_("Courses"), found),
        (_("Modules"), _named(row for row in others if row.kind == TrainingKind.MODULE)),
        (_("Paths"), _named(row for row in others if row.kind == TrainingKind.PATH)),
        (_("In person"), _named(in_person)),
    ]
    return [*first, *(group for group in groups if group[1])]


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(row.uuid), row.name) for row in rows]
