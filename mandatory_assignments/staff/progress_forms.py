"""What is asked to record that somebody completed something, and to revoke what people did."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Problem, Scope, TrainingKind
from ..queries import training_lists, trainings
from ..settings import setting
from .forms import LONGEST_ENTRY
from .matching import typed_number
from .page_forms import Day, Lines, PageForm, asking_for_people

MOST_OFFERED = 200
LONGEST_REFERENCE = 255

CHOOSE = {
    TrainingKind.MODULE: gettext_lazy("Module"),
    TrainingKind.COURSE: gettext_lazy("Course"),
    TrainingKind.PATH: gettext_lazy("Certification"),
}


class RecordForm(PageForm):
    """Training, the organization where there is a choice, person, day, reference. `offered` are value and text."""

    training = forms.ChoiceField()
    organization = forms.ChoiceField(
        label=gettext_lazy("Organization"), required=False, help_text=gettext_lazy("The one that the person belongs to")
    )
    learner = forms.CharField(
        label=gettext_lazy("Person"), max_length=LONGEST_ENTRY, help_text=gettext_lazy("Username or e-mail address")
    )
    completed_on = Day(label=gettext_lazy("Completed on"), help_text=gettext_lazy("Today or earlier"))
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        required=False,
        max_length=LONGEST_REFERENCE,
        help_text=gettext_lazy("What shows it: a certificate number, an attendance list, an address"),
    )

    def __init__(
        self,
        data: Any,
        *,
        kind: TrainingKind,
        offered: Sequence[tuple[str, str]],
        organizations: Sequence[Any],
        last_day: date,
        suggest_url: str,
        initial: dict[str, str],
    ) -> None:
        super().__init__(data, initial=initial)
        self.nobody_found = False
        self.fields["training"].label = CHOOSE[kind]
        self.field("training").choices = [("", _("Choose one")), *offered] if len(offered) != 1 else offered
        if len(organizations) > 1:
            names = [(row.short_name, row.name) for row in organizations]
            self.field("organization").choices = [("", _("Whichever")), *names]
        else:
            del self.fields["organization"]
        self.field("completed_on").bound_to(last=last_day)
        self.fields["learner"].widget.attrs |= {
            "list": "ma-people",
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            **asking_for_people(suggest_url),
        }
        self.describe()

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Also remembers whether nobody was found."""
        problems = list(problems)
        self.nobody_found |= any(problem.code == "unknown_learner" for problem in problems)
        super().add_problems(problems)


class RevokeForm(PageForm):
    """Why, and whether people can do it again. The number is typed where the rows are many."""

    reason = Lines(rows=3, label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept in the history"))
    reset_course_state = forms.BooleanField(
        label=gettext_lazy("They can do it again themselves"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Finished blocks are archived and cleared, and attempts are given back; answers, grades and certificates "
            "stay. Without this it can only be completed again by staff."
        ),
    )
    typed_count = forms.CharField(max_length=20)

    def __init__(self, data: Any, *, count: int, to_type: str = "") -> None:
        super().__init__(data)
        self.count = count
        self.fields["reason"].widget.attrs["maxlength"] = setting("NOTE_MAX_LENGTH")
        if to_type:
            told = _("These are many. Type the number %(number)s to confirm.") % {"number": to_type}
            self.fields["typed_count"].label = told
            self.fields["typed_count"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
        else:
            del self.fields["typed_count"]
        self.describe()

    def clean_typed_count(self) -> int:
        """The number of the rows."""
        typed = typed_number(self.cleaned_data["typed_count"])
        if typed != self.count:
            told = _("You typed %(typed)s; it is about %(count)d rows.")
            raise forms.ValidationError(told % {"typed": self.cleaned_data["typed_count"], "count": self.count})
        return typed


def offered_trainings(
    scope: Scope, kind: TrainingKind, find: str, inside: Sequence[int] | None = None
) -> tuple[list[tuple[str, str]], bool]:
    """Value and text of what may be recorded by name, and whether there are more; `inside` are the only ones meant.

    A course that is no training yet is told by its key.
    """
    rows = training_lists.visible(scope, kinds=[kind], search=find, archived=False).prefetch_related(None)
    if inside is not None:
        rows = rows.filter(id__in=inside)
    rows = rows.order_by("name", "id")
    found = {row.key: (str(row.uuid), _named(row)) for row in rows[: MOST_OFFERED + 1]}
    if kind == TrainingKind.COURSE and inside is None:
        wanted = find.casefold()
        courses = [
            course
            for course in trainings.courses_for(scope)
            if wanted in course.name.casefold() or wanted in course.key.casefold()
        ]
        archived = training_lists.archived_courses([course.key for course in courses])
        found |= {
            course.key: (course.key, f"{course.name} ({course.key})")
            for course in courses
            if course.key not in found and course.key not in archived
        }
    ordered = sorted(found.values(), key=lambda each: each[1].casefold())
    return ordered[:MOST_OFFERED], len(ordered) > MOST_OFFERED


def _named(row: Any) -> str:
    if row.kind != TrainingKind.COURSE:
        return str(row.name)
    return _("%(name)s (in person)") % {"name": row.name} if row.offline else f"{row.name} ({row.key})"
