"""The forms of the directory pages: names and places of departments and groups, people to add, policies."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Course, Unenrollment
from ..queries.cohorts import Cohort
from ..queries.policies import FIELDS, MOST_GRACE_DAYS, MOST_LEAD_DAYS, SILENT
from ..wording.syncs import PART_NAMES
from .forms import LATE_POLICIES
from .page_forms import Lines, Number, PageForm, asking_for_people


class DepartmentForm(PageForm):
    """What a department is called, and below which other it lies."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    parent = forms.ChoiceField(label=gettext_lazy("Lies in"), required=False)

    def __init__(self, data: Any, *, places: Sequence[Any], initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.field("parent").choices = [("", _("Nothing: it is at the top")), *((row.uuid, row.path) for row in places)]
        self.field("parent").needed = True
        self.describe()


class GroupForm(PageForm):
    """What a learning group is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)

    def __init__(self, data: Any, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.describe()


class CohortForm(PageForm):
    """Which cohort a learning group is to follow, out of the courses that are offered."""

    cohort = forms.ChoiceField(
        label=gettext_lazy("Cohort"),
        error_messages={
            "invalid_choice": gettext_lazy("There is no such cohort any more. Choose another one."),
        },
    )

    def __init__(self, data: Any, *, offered: Sequence[tuple[Course, Sequence[str]]]) -> None:
        super().__init__(data)
        self.field("cohort").choices = [
            (course.name, [(f"{course.key} {name}", name) for name in names]) for course, names in offered
        ]
        self.field("cohort").needed = True
        self.offered = offered
        self.describe()

    @property
    def chosen(self) -> Cohort:
        """The cohort; valid forms only. No key of a course holds a blank."""
        course_key, _blank, name = self.cleaned_data["cohort"].partition(" ")
        return Cohort(course_key, name)

    @property
    def chosen_name(self) -> str:
        """The cohort in words; valid forms only."""
        course = next(course for course, _names in self.offered if course.key == self.chosen.course_key)
        return _("“%(cohort)s” of %(course)s") % {"cohort": self.chosen.name, "course": course.name}


class PeopleForm(PageForm):
    """People to add: one who is searched for, or many that are pasted."""

    verb_names = {"add": "many"}

    one = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Username or e-mail address"),
    )
    many = Lines(
        rows=6,
        label=gettext_lazy("Several people"),
        help_text=gettext_lazy("Usernames or e-mail addresses, one per line; at most 500 at once"),
    )

    def __init__(self, data: Any = None, *, suggest_url: str = "") -> None:
        super().__init__(data)
        attributes = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        asking = asking_for_people(suggest_url) if suggest_url else {}
        self.fields["one"].widget.attrs |= {**attributes, "list": "ma-people", **asking}
        self.fields["many"].widget.attrs |= attributes
        self.describe()

    @property
    def entries(self) -> list[str]:
        """Who was typed, each once; valid forms only."""
        typed = [self.cleaned_data["one"], *re.split(r"[\n,;\t]", self.cleaned_data["many"])]
        return list(dict.fromkeys(entry.strip() for entry in typed if entry.strip()))

    def clean(self) -> dict[str, Any]:
        """What was said; somebody has to be named."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not self.entries:
            self.add_error("one", forms.ValidationError(_("Name at least one person."), "people_required"))
        return said


class PolicyForm(PageForm):
    """What an organization wants otherwise than the site; what is left empty stays as the site says."""

    zone = forms.CharField(label=gettext_lazy("Time zone of the organization"), required=False, max_length=64)
    deadline_zone = forms.CharField(label=gettext_lazy("Due days end in the zone of"), required=False, max_length=64)
    min_lead_days = Number(0, MOST_LEAD_DAYS, label=gettext_lazy("Days ahead at least"), required=False)
    late_policy = forms.ChoiceField(label=gettext_lazy("Late work"), required=False)
    grace_days = Number(0, MOST_GRACE_DAYS, label=gettext_lazy("Days of grace"), required=False)
    unenrollment = forms.ChoiceField(label=gettext_lazy("Leaving a mandatory course"), required=False)
    reminders = forms.ChoiceField(label=gettext_lazy("Usual reminders"), required=False)
    force_email = forms.ChoiceField(label=gettext_lazy("Mails to those who switched them off"), required=False)
    sender_name = forms.CharField(label=gettext_lazy("Mails come from (name)"), required=False, max_length=100)
    sender_address = forms.CharField(label=gettext_lazy("Mails come from (address)"), required=False, max_length=254)

    def __init__(
        self, data: Any, *, own: Mapping[str, Any], site: Mapping[str, Any], sets: Sequence[tuple[str, str]]
    ) -> None:
        truths = {None: "", True: "yes", False: "no"}
        super().__init__(data, initial={**own, "force_email": truths[own["force_email"]]})
        choices: dict[str, Sequence[tuple[str, Any]]] = {
            "late_policy": LATE_POLICIES,
            "unenrollment": [
                (Unenrollment.REFUSE.value, _("Learners cannot leave it")),
                (Unenrollment.ALLOW.value, _("Learners may leave it; they are shown as not enrolled")),
            ],
            "reminders": sets,
            "force_email": [("yes", _("They get them, too")), ("no", _("They get none"))],
        }
        usual = {**site, "force_email": truths[site["force_email"]]}
        for name, field in self.fields.items():
            if name in choices:
                told = dict(choices[name]).get(usual[name], usual[name])
                self.field(name).choices = [("", _("As the site: %(value)s") % {"value": told}), *choices[name]]
                self.field(name).needed = True
            elif usual[name] not in ("", None):
                field.help_text = _("Empty: as the site says, %(value)s") % {"value": usual[name]}
        zones = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        self.fields["zone"].widget.attrs |= zones
        self.fields["deadline_zone"].widget.attrs |= {**zones, "list": "ma-zone-words"}
        self.fields["deadline_zone"].help_text = _(
            "learner, organization, site, or a zone such as Europe/Berlin. Empty: as the site says, %(value)s"
        ) % {"value": usual["deadline_zone"]}
        self.describe()

    @property
    def said(self) -> dict[str, Any]:
        """The fields as the verb takes them; valid forms only."""
        found = {name: self.cleaned_data[name] for name in FIELDS}
        found["force_email"] = {"yes": True, "no": False}.get(found["force_email"])
        return {name: SILENT[name] if value in ("", None) else value for name, value in found.items()}


class SyncForm(PageForm):
    """A file, what it is to decide, and whether whoever is missing in it leaves."""

    file = forms.FileField(label=gettext_lazy("File"))
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("The file decides about"),
        widget=forms.CheckboxSelectMultiple,
        choices=list(PART_NAMES.items()),
        initial=["departments", "groups"],
        error_messages={"required": gettext_lazy("Choose what the file is to decide.")},
    )
    complete = forms.BooleanField(
        label=gettext_lazy("The file is complete"),
        required=False,
        help_text=gettext_lazy(
            "Whoever is missing in it leaves the departments and groups, and stays a member of the organization"
        ),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files=files)
        self.fields["file"].widget.attrs["accept"] = ".csv,text/csv,text/plain"
        self.describe()


class ConfirmForm(PageForm):
    """The number that has to be typed, where it has to be."""

    typed_count = forms.IntegerField(label=gettext_lazy("How many people leave something?"), min_value=0)

    def __init__(self, data: Any = None, *, typing: bool) -> None:
        super().__init__(data)
        if not typing:
            del self.fields["typed_count"]
        self.describe()
