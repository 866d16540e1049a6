"""The forms of the four steps: what is assigned and how, whom it is for. Each step sees its own fields."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import People, Terms
from . import people_lists
from .forms import NewAssignmentForm
from .page_forms import Lines, PageForm
from .schedule_forms import NEW_ROW, PREFIX

SCHEDULE = ("remind", PREFIX)
"""How the names of the fields begin that are of the third step."""

BY = ("individually", "departments", "groups")
MOST_BYTES_TEXT = people_lists.MOST_BYTES // 1_000_000


class BulkForm(NewAssignmentForm):
    """The terms of a bulk assignment: those of a single one, without the learner."""

    def __init__(self, data: Any, **named: Any) -> None:
        super().__init__(data, **named)
        del self.fields["learner"]

    def clean(self) -> dict[str, Any]:
        """Also refuses a day that is too early for everybody, wherever they live."""
        said = super().clean()
        due_on = said.get("due_on")
        if due_on and (self.first_due_on - due_on).days > 1:
            facts = {"due_on": due_on.isoformat(), "first": self.first_due_on.isoformat()}
            told = _("%(due_on)s is too early; the first date allowed is %(first)s.") % facts
            self.add_error("due_on", forms.ValidationError(told, "due_too_early"))
        return said

    @property
    def all_terms(self) -> Terms:
        """What is asked of every assignment; valid forms only."""
        return Terms(**self.terms, **self.first_steps)


class PeopleForm(PageForm):
    """Whom it is for: typed or pasted, from a file, departments and groups. `listed` came from a file before."""

    entries = Lines(
        rows=8,
        label=gettext_lazy("Usernames or e-mail addresses, one a line"),
        help_text=gettext_lazy("At most 2,000 lines; upload a file for more"),
    )
    upload = forms.FileField(
        label=gettext_lazy("Or upload a list"),
        required=False,
        help_text=gettext_lazy(
            "Plain text with one entry a line, or CSV with a column “username” or “email”; at most 100,000 entries"
            " and 10 MB"
        ),
    )

    def __init__(self, data: Any, files: Any, *, kept: dict[str, Any]) -> None:
        super().__init__(data, files=files, initial={"entries": "\n".join(kept.get("entries", ()))})
        self.kept = kept
        self.fields["entries"].widget.attrs |= {"spellcheck": "false", "autocapitalize": "none", "dir": "ltr"}
        self.fields["upload"].widget.attrs["accept"] = ".csv,.txt,text/plain,text/csv"
        self.describe()
        chosen = data.getlist if data is not None else lambda name: kept.get(name, ())
        self.chosen = {name: _uuids(chosen(name)) for name in BY[1:]}
        self.sub_departments = "sub_departments" in data if data is not None else kept.get("sub_departments", True)
        by = (data if data is not None else kept).get("by", "")
        self.by = by if by in BY else BY[0]

    def clean_entries(self) -> list[str]:
        """What was typed, and the one that was looked for, each once."""
        try:
            return people_lists.typed("\n".join([self.cleaned_data["entries"], self.data.get("learner", "")]))
        except people_lists.Unreadable as problem:
            raise forms.ValidationError(str(problem), "unreadable") from problem

    def clean_upload(self) -> tuple[str, list[str]] | None:
        """The name of the file and what is in it."""
        file = self.cleaned_data["upload"]
        if not file:
            return None
        if file.size > people_lists.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES_TEXT}, "large")
        try:
            return file.name, people_lists.uploaded(file.read())
        except people_lists.Unreadable as problem:
            raise forms.ValidationError(str(problem), "unreadable") from problem

    @property
    def to_keep(self) -> dict[str, Any]:
        """What the draft keeps; valid forms only."""
        file = self.cleaned_data["upload"]
        dropped = "drop" in self.data
        name, listed = file or (("", []) if dropped else (self.kept.get("file", ""), self.kept.get("listed", [])))
        return {
            "entries": self.cleaned_data["entries"],
            "file": name[:200],
            "listed": listed,
            **self.chosen,
            "sub_departments": self.sub_departments,
            "by": self.by,
        }


def people_of(kept: dict[str, Any]) -> People:
    """Whom the draft is for, as the verbs take it."""
    return People(
        learners=[*kept.get("entries", ()), *kept.get("listed", ())],
        departments=kept.get("departments", ()),
        groups=kept.get("groups", ()),
        sub_departments=kept.get("sub_departments", True),
    )


def fields_of(sent: Any, *, schedule: bool) -> dict[str, list[str]]:
    """What was sent of the fields of one step: of the reminders, or of everything else."""
    return {
        name: sent.getlist(name)
        for name in sent
        if name != "csrfmiddlewaretoken" and name.startswith(SCHEDULE) is schedule
    }


def usual_schedule() -> dict[str, list[str]]:
    """What stands in the fields of the reminders before anybody touched them."""
    row = {name: value if isinstance(value, list) else [str(value)] for name, value in NEW_ROW.items()}
    counts = {f"{PREFIX}-{name}": ["1"] for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {"remind": [""], **counts, **{f"{PREFIX}-0-{name}": value for name, value in row.items()}}


def together(*parts: dict[str, list[str]]) -> MultiValueDict[str, str]:
    """The fields of all steps as one form takes them."""
    return MultiValueDict({name: list(values) for part in parts for name, values in part.items()})


def _uuids(texts: Sequence[str]) -> list[str]:
    """Those that are uuids, each once."""
    found = []
    for text in texts:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
