"""The form to assign a training to one learner."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Course, LatePolicy, PriorWork, Problem, TrainingKind
from ..queries.policies import MOST_GRACE_DAYS
from ..settings import setting
from .page_forms import Day, Lines, PageForm

LONGEST_ENTRY = 254
"""The longest e-mail address."""

LATE_POLICIES = [
    (LatePolicy.ACCEPT.value, gettext_lazy("It counts as late")),
    (LatePolicy.FREEZE.value, gettext_lazy("It does not count")),
]


class NewAssignmentForm(PageForm):
    """Training, learner, due day, note, the organization where there is a choice, and what is seldom otherwise.

    A course is chosen by its key, everything else by its uuid.
    """

    verb_names = {"training": "course"}
    seldom = ("late_policy", "grace_days", "prior_work", "notify_by_email")

    course = forms.ChoiceField(label=gettext_lazy("Training"))
    learner = forms.CharField(
        label=gettext_lazy("Learner"),
        max_length=LONGEST_ENTRY,
        help_text=gettext_lazy("Username or e-mail address"),
    )
    due_on = Day(label=gettext_lazy("Due date"))
    organization = forms.ChoiceField(
        label=gettext_lazy("Assigned for"),
        required=False,
        help_text=gettext_lazy("The organization that keeps the record"),
    )
    note = Lines(
        label=gettext_lazy("Note to the learner"),
        help_text=gettext_lazy("Shown on the assignment's page and above every unit"),
    )
    late_policy = forms.ChoiceField(label=gettext_lazy("Late work"), required=False)
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        required=False,
        min_value=0,
        max_value=MOST_GRACE_DAYS,
        help_text=gettext_lazy("So many days after the due date work still counts although late work does not"),
    )
    prior_work = forms.ChoiceField(
        label=gettext_lazy("What was done before"),
        required=False,
        choices=[
            (PriorWork.COUNT.value, gettext_lazy("It counts")),
            (PriorWork.IGNORE.value, gettext_lazy("It does not count: the learner begins anew")),
        ],
        help_text=gettext_lazy("Whoever begins anew can do again what they finished; their answers and grades stay"),
    )
    notify_by_email = forms.BooleanField(
        label=gettext_lazy("E-mail the learner about the assignment"), required=False, initial=True
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
        super().__init__(data, initial=initial)
        self.first_due_on, last = due_bounds
        self.nobody_found, self.offers_more = False, bool(bundles)
        self.field("course").choices = _targets(courses, bundles)
        self.field("late_policy").choices = [("", _("As usual in the organization")), *LATE_POLICIES]
        self.fields["learner"].widget.attrs |= {
            "list": "ma-people",
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.field("due_on").bound_to(self.first_due_on, last)
        self.fields["note"].widget.attrs["maxlength"] = setting("NOTE_MAX_LENGTH")
        if len(organizations) > 1:
            names = [(row.short_name, row.name) for row in organizations]
            self.field("organization").choices = [("", _("The training's own organization")), *names]
        else:
            del self.fields["organization"]
        self.describe("due_on")

    @property
    def terms(self) -> dict[str, Any]:
        """The late policy and so on as the verb takes them; valid forms only."""
        said = self.cleaned_data
        return {
            "late_policy": said["late_policy"] or None,
            "grace_days": said["grace_days"],
            "prior_work": said["prior_work"] or PriorWork.COUNT,
            "notify_by_email": said["notify_by_email"],
        }

    @property
    def seldom_touched(self) -> bool:
        """Whether there is anything to see in the fields that are folded away."""
        return self.is_bound and any(self[name].errors or name in self.changed_data for name in self.seldom)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Also remembers whether nobody was found."""
        problems = list(problems)
        self.nobody_found |= any(problem.code == "unknown_learner" for problem in problems)
        super().add_problems(problems)


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
