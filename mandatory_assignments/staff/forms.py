"""The forms to assign a training to one learner, and to change an assignment."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Course, LatePolicy, PriorWork, Problem, Reminder, Repeat, TrainingKind
from ..queries.policies import MOST_GRACE_DAYS
from ..settings import setting
from .page_forms import Day, Lines, asking_for_people
from .schedule_fields import Offered, ScheduleForm, written

LONGEST_ENTRY = 254
"""The longest e-mail address."""

MOST_AT_A_GLANCE = 25
"""More trainings than these are searched for by name."""

LATE_POLICIES = [
    (LatePolicy.ACCEPT.value, gettext_lazy("It counts as late")),
    (LatePolicy.FREEZE.value, gettext_lazy("It does not count")),
]


class NewAssignmentForm(ScheduleForm):
    """Training, learner, due day, note, the organization where there is a choice, and what is seldom otherwise.

    A course is chosen by its key, everything else by its uuid.
    """

    verb_names = {**ScheduleForm.verb_names, "training": "course"}
    field_order = ("course", "learner", "due_on", "note", "organization")
    needed_to_look_ahead = ("course", "learner", "due_on")
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
        initial=PriorWork.COUNT.value,
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
        offered: Offered,
    ) -> None:
        super().__init__(data, initial=initial, offered=offered)
        self.first_due_on, last = due_bounds
        self.nobody_found, self.offers_more = False, bool(bundles)
        self.searchable, self.find = len(courses) + len(bundles) > MOST_AT_A_GLANCE, ""
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

    def narrow(self, find: str) -> None:
        """Lists of the trainings those whose name or key holds this, and the chosen one; any of them may be sent."""
        self.find = find
        if find:
            field, chosen = self.field("course"), str(self["course"].value() or "")
            found = _called(field.choices, find.casefold(), chosen)
            field.widget.choices = found if any(value for value, _text in found) else [("", _("Nothing is called so"))]

    def ask_for_people(self, url: str) -> None:
        """Has the address asked for people while the learner is typed: there are too many to name them all."""
        self.fields["learner"].widget.attrs |= asking_for_people(url)

    @property
    def terms(self) -> dict[str, Any]:
        """What is assigned and how, as the verbs take it; valid forms only."""
        said = self.cleaned_data
        return {
            "training": said["course"],
            "due_on": said["due_on"],
            "note": said["note"],
            "organization": said.get("organization") or None,
            "late_policy": said["late_policy"] or None,
            "grace_days": said["grace_days"],
            "repeat": self.repeat,
            "remind": self.rules,
        }

    @property
    def first_steps(self) -> dict[str, Any]:
        """What matters only when it is made: whether earlier work counts, and the first mail."""
        said = self.cleaned_data
        return {"prior_work": said["prior_work"] or PriorWork.COUNT, "notify_by_email": said["notify_by_email"]}

    @property
    def seldom_touched(self) -> bool:
        """Whether there is anything to see in the fields that are folded away."""
        return self.is_bound and any(self[name].errors or name in self.changed_data for name in self.seldom)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Also remembers whether nobody was found."""
        problems = list(problems)
        self.nobody_found |= any(problem.code == "unknown_learner" for problem in problems)
        super().add_problems(problems)


class EditForm(ScheduleForm):
    """What may be changed of one assignment. What nobody touched is left as it is by now."""

    field_order = ("due_on", "note")
    plain = ("due_on", "note", "late_policy", "grace_days")

    due_on = Day(label=gettext_lazy("Due date"))
    note = Lines(
        label=gettext_lazy("Note to the learner"),
        help_text=gettext_lazy("Shown on the assignment's page and above every unit"),
    )
    late_policy = forms.ChoiceField(label=gettext_lazy("Late work"), choices=LATE_POLICIES)
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        min_value=0,
        max_value=MOST_GRACE_DAYS,
        help_text=gettext_lazy("So many days after the due date work still counts although late work does not"),
    )
    reminders_were = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any,
        *,
        cycle: Any,
        repeat: Repeat | None,
        rules: Sequence[Reminder],
        first_day: date,
        offered: Offered,
    ) -> None:
        self.shown = written(rules)
        initial = {
            "due_on": cycle.due_on,
            "reminders_were": self.shown,
            **{name: getattr(cycle.assignment, name) for name in self.plain[1:]},
        }
        super().__init__(data, initial=initial, repeat=repeat, rules=rules, offered=offered)
        self.field("due_on").bound_to(first_day)
        self.fields["note"].widget.attrs["maxlength"] = setting("NOTE_MAX_LENGTH")
        self.describe("due_on")
        for name in (*self.plain, "repeats", *self.repeating):
            self.fields[name].show_hidden_initial = True

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that were touched since the form was shown, as the verb takes them; valid forms only."""
        found = {name: self.cleaned_data[name] for name in self.plain if name in self.changed_data}
        touched = {"repeats", *(self.repeating if self.cleaned_data["repeats"] else ())}
        if touched.intersection(self.changed_data):
            found["repeat"] = self.repeat
        if self.rules is not None and written(self.rules) != (self.cleaned_data["reminders_were"] or self.shown):
            found["reminders"] = self.rules
        return found

    @property
    def seldom_touched(self) -> bool:
        """Whether there is anything to see in the fields that are folded away."""
        late = self["late_policy"].value() == LatePolicy.FREEZE
        return late or any(self[name].errors for name in ("late_policy", "grace_days"))


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


def _called(choices: Iterable[Any], find: str, chosen: str) -> list[Any]:
    """The choices whose text holds it, the one that stands for none, and the chosen one; no group without any."""
    found: list[Any] = []
    for value, text in choices:
        if isinstance(text, list | tuple):
            found += [(value, inside)] if (inside := _called(text, find, chosen)) else []
        elif value in ("", chosen) or find in text.casefold():
            found.append((value, text))
    return found


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(row.uuid), row.name) for row in rows]
