"""The form about a mail template: its name and owner, and a subject and a text for each language.

It needs no JavaScript: every button sends the whole form, which comes back with the languages as they are then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Problem, Scope
from ..queries import people, texts
from .page_forms import Lines, PageForm

EVERYBODY, OTHER = "", "other"
"""The language of all who have no text in their own, and how it is written in forms."""


class KeepForm(PageForm):
    """What a template or a set of reminders is called, and whose it is where that can be chosen."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False)
    organization = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False)

    def __init__(self, data: Any, *, initial: Mapping[str, Any], owners: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data, initial=initial)
        self.field("name").needed = True
        if len(owners) > 1:
            self.field("organization").choices, self.field("organization").needed = owners, True
        else:
            del self.fields["organization"]
        self.describe()

    def clean_name(self) -> str:
        """The name, missed together with all else that is wrong."""
        name = str(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Give it a name."), "name_required")
        return name

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong, for the summary."""
        return summary(self)

    @property
    def said(self) -> dict[str, Any]:
        """The fields as the verbs take them; valid forms only."""
        return {"name": self.cleaned_data["name"], "organization": self.cleaned_data.get("organization") or None}


class WordingForm(PageForm):
    """Subject and text in one language; what is wrong with either stands beside it."""

    subject = forms.CharField(label=gettext_lazy("Subject"), required=False, strip=False)
    body = Lines(label=gettext_lazy("Text"), rows=9)

    def __init__(self, data: Any, language: str, name: str, **named: Any) -> None:
        prefix = f"text-{language or OTHER}"
        super().__init__(data, prefix=prefix, **named)
        self.language, self.name, self.code = language, name, language or OTHER
        for each in self.fields:
            self.field(each).needed = True
            self.field(each).widget.attrs |= {
                "aria-describedby": f"ma-{prefix}-{each}-wrong ma-placeholders-hint",
                "dir": "auto",
                **({"lang": language} if language else {}),
            }

    @property
    def texts(self) -> tuple[str, str]:
        """Subject and text as they stand in the fields."""
        return str(self["subject"].value() or ""), str(self["body"].value() or "")

    def clean(self) -> dict[str, Any]:
        """What was said, looked at by the same eyes as the verb's."""
        said = super().clean() or self.cleaned_data
        if "subject" in said and "body" in said:
            self.add_problems(texts.wrong_in(said["subject"], said["body"]))
        return said


@dataclass
class TemplateForm:
    """The whole form: `head`, and a wording for each language in the order in which they were added."""

    head: KeepForm
    wordings: list[WordingForm]
    saving: bool = False

    @classmethod
    def of(
        cls,
        sent: QueryDict | None,
        stored: Mapping[str, tuple[str, str]],
        *,
        name: str = "",
        owners: Sequence[tuple[str, str]] = (),
    ) -> "TemplateForm":
        """What is stored, or what was sent: buttons add and remove languages, and only `save` looks at the name."""
        saving = sent is not None and "save" in sent
        typed = {"name": name, **({key: sent.get(key, "") for key in ("name", "organization")} if sent else {})}
        head = KeepForm(sent if saving else None, initial=typed, owners=owners)
        names = language_names(stored)
        chosen = list(stored) or [EVERYBODY] if sent is None else _chosen(sent, names)
        looked_at = sent if sent is not None and ("save" in sent or "show" in sent) else None
        wordings = [WordingForm(looked_at, code, names[code], initial=_wording(sent, code, stored)) for code in chosen]
        if sent is not None and "add" in sent:
            wordings[-1].field("subject").widget.attrs["autofocus"] = True
        return cls(head, wordings, saving)

    @property
    def to_add(self) -> list[tuple[str, str]]:
        """The languages that have no text here yet."""
        here = {each.language for each in self.wordings}
        return [(code or OTHER, name) for code, name in language_names(()).items() if code not in here]

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong so far."""
        return all([self.head.is_valid(), *(each.is_valid() for each in self.wordings)])

    @property
    def said(self) -> dict[str, Any]:
        """The whole as the verb takes it; valid forms only."""
        wordings = {each.language: (each.cleaned_data["subject"], each.cleaned_data["body"]) for each in self.wordings}
        return {**self.head.said, "wordings": wordings}

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Where, in what and why it cannot be saved: the field's id, its label and the message; for the summary."""
        if not self.saving:
            return []
        found = self.head.problems
        for each in self.wordings:
            about = _("%(field)s, %(language)s")
            found += [
                (id, about % {"field": label, "language": each.name}, error) for id, label, error in summary(each)
            ]
        return found

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Puts what the verb refused beside the fields it is about."""
        self.head.add_problems(problems)


def owners_for(scope: Scope, site: str = "") -> list[tuple[str, str]]:
    """The organizations that may own what is made; global staff also choose the site, where it has a name."""
    rows = [(row.short_name, row.name) for row in people.organizations_to_assign_for(scope)]
    if scope.everything and site:
        return [("", site), *rows]
    return [("", _("Choose an organization")), *rows] if len(rows) > 1 else rows


def summary(form: PageForm) -> list[tuple[str, str, str]]:
    """Of everything that is wrong in the form the field's id and label, empty where it is no field's, and why."""
    return [*(("", "", str(error)) for error in form.non_field_errors()), *form.complaints]


def language_names(more: Iterable[str]) -> dict[str, str]:
    """By code the languages of the site and those in which there is a text already."""
    found = {EVERYBODY: _("All other languages"), **{code: str(name) for code, name in settings.LANGUAGES}}
    return {**found, **{code: code for code in more if code not in found}}


def _chosen(sent: QueryDict, names: Mapping[str, str]) -> list[str]:
    """The languages in the form after one button."""
    codes = [*sent.getlist("language"), *([sent.get("add_language", "")] if "add" in sent else [])]
    known = [code for code in (_code(str(each)) for each in codes) if code in names]
    gone = _code(sent.get("remove", "")) if "remove" in sent else None
    return [code for code in dict.fromkeys(known) if code != gone] or [EVERYBODY]


def _code(value: str) -> str:
    return EVERYBODY if value == OTHER else value


def _wording(sent: QueryDict | None, code: str, stored: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    if sent is None:
        subject, body = stored.get(code, ("", ""))
        return {"subject": subject, "body": body}
    prefix = f"text-{code or OTHER}"
    return {each: sent.get(f"{prefix}-{each}", "") for each in ("subject", "body")}
