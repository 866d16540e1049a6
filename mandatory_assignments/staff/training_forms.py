"""The form about a training, and beside it the lists of what a module or a path is made of.

The lists need no JavaScript: every button sends the whole form, which comes back with the list as it is then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Course, Criterion, PathPart, Problem, Scope, TrainingFacts, TrainingKind
from ..queries import training_content

CRITERIA = {
    Criterion.CONTENT.value: gettext_lazy("All units are done"),
    Criterion.PASSING.value: gettext_lazy("The course is passed"),
    Criterion.CERTIFICATE.value: gettext_lazy("There is a certificate"),
    Criterion.CONTENT_AND_PASSING.value: gettext_lazy("All units are done, and what is graded is passed"),
}

MARKUP = gettext_lazy("A blank line begins a paragraph; web addresses become links.")


class TrainingForm(forms.Form):
    """What is said of a training, whatever it is made of. What only the verb can know comes back to the fields.

    `typed` is what stood in the fields when another button than the one that saves was used.
    """

    key = forms.ChoiceField(label=gettext_lazy("Course"))
    name = forms.CharField(label=gettext_lazy("Name"), required=False)
    description = forms.CharField(label=gettext_lazy("Description"), required=False, strip=False, help_text=MARKUP)
    context = forms.CharField(label=gettext_lazy("Context"), required=False, strip=False, help_text=MARKUP)
    goals = forms.CharField(label=gettext_lazy("Goals"), required=False, strip=False, help_text=MARKUP)
    criterion = forms.ChoiceField(label=gettext_lazy("Completed when"), required=False)
    organization = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False)
    shared_with = forms.CharField(
        label=gettext_lazy("Shared with"),
        required=False,
        help_text=gettext_lazy(
            "Short names of organizations whose coordinators may assign it, with commas between; * for all"
        ),
    )

    def __init__(
        self,
        data: Any,
        *,
        facts: TrainingFacts,
        new: bool,
        typed: Mapping[str, Any] | None = None,
        courses: Sequence[Course] = (),
        organizations: Sequence[Any] = (),
    ) -> None:
        super().__init__(data, initial={**_initial(facts), **(typed or {})}, label_suffix="", auto_id="ma-%s")
        self.content_problems: list[str] = []
        self.other_problems: list[str] = []
        course_run = facts.kind == TrainingKind.COURSE and not facts.offline
        owners = {row.short_name: row.name for row in organizations}
        if new or facts.organization is None:
            owners = {"": _("Whom its courses belong to") if new else _("Nobody"), **owners}
        gone = {
            "key": not (course_run and new),
            "name": course_run,
            "criterion": facts.kind == TrainingKind.MODULE or facts.offline,
            "organization": course_run or len(organizations) < 2 or (facts.organization or "") not in owners,
        }
        for name in (name for name, is_gone in gone.items() if is_gone):
            del self.fields[name]
        choices: dict[str, list[Any]] = {
            "key": [("", _("Choose a course")), *((course.key, f"{course.name} ({course.key})") for course in courses)],
            "criterion": [*([("", _("As usual on this site"))] if new else []), *CRITERIA.items()],
            "organization": list(owners.items()),
        }
        for name in choices.keys() & self.fields.keys():
            self._field(name).choices = choices[name]
        for name in ("key", "name"):  # the verb misses them, and says so together with all else that is wrong
            if name in self.fields:
                self._field(name).required, self._field(name).needed = False, True
        for name in ("description", "context", "goals"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 4})
        for name, each in self.fields.items():
            hint = f"ma-{name}-hint " if each.help_text else ""
            each.widget.attrs["aria-describedby"] = f"{hint}ma-{name}-wrong"

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @property
    def said(self) -> dict[str, Any]:
        """The fields as the verbs take them; valid forms only."""
        said = dict(self.cleaned_data)
        said["shared_with"] = [name.strip() for name in said["shared_with"].split(",") if name.strip()]
        return said

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Puts what the verb refused beside the fields it is about."""
        for problem in problems:
            error = forms.ValidationError(problem.message, problem.code)
            if problem.field not in self.fields:
                about_content = problem.field in ("blocks", "parts")
                (self.content_problems if about_content else self.other_problems).append(problem.message)
            self.add_error(problem.field if problem.field in self.fields else None, error)


def _initial(facts: TrainingFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "description": facts.description,
        "context": facts.context,
        "goals": facts.goals,
        "criterion": facts.criterion,
        "organization": facts.organization or "",
        "shared_with": ", ".join(facts.shared_with),
    }


@dataclass
class Line:
    """An entry of a list of content, as it is shown and moved.

    `gone` from its course; without a `tick` beside it in an outline it takes a button to remove it.
    """

    key: str
    title: str
    where: str = ""
    required: bool = True
    gone: bool = False
    tick: bool = False


@dataclass
class ModuleContent:
    """The chosen blocks in order, and the outlines out of which they are picked."""

    keys: list[str]
    trees: Sequence[training_content.Tree] = field(default_factory=list)
    courses: Sequence[Course] = ()

    @classmethod
    def of(
        cls, scope: Scope, sent: QueryDict | None, stored: Sequence[str], courses: Sequence[Course]
    ) -> "ModuleContent":
        """What the training holds, or what was sent: ticks in the outlines add and remove, buttons move."""
        if sent is None:
            only = [course.key for course in courses] if len(courses) == 1 else []
            shown = training_content.courses_of(stored) or only
            return cls(list(stored), training_content.trees(scope, shown, stored), courses)
        before = sent.getlist("shown")
        trees = training_content.trees(scope, [*before, *filter(None, [sent.get("show", "")])], stored)
        offered = [key for tree in trees if tree.usable and tree.key in before for key in tree.titles]
        ticked, chosen = set(sent.getlist("ticked")), list(dict.fromkeys(sent.getlist("chosen")))
        keys = [key for key in chosen if key in ticked or key not in offered]
        keys = _moved([*keys, *(key for key in offered if key in ticked and key not in chosen)], sent.get("move", ""))
        above = {key: around for tree in trees for key, around in tree.above.items()}
        return cls([key for key in keys if not set(above.get(key, ())).intersection(keys)], trees, courses)

    @property
    def lines(self) -> list[Line]:
        """The chosen blocks."""
        found = {
            key: Line(key, title, tree.name, tick=tree.usable)
            for tree in self.trees
            for key, title in tree.titles.items()
        }
        return [found.get(key, Line(key, key, gone=True)) for key in self.keys]

    @property
    def to_show(self) -> list[Course]:
        """The courses whose outline is not shown yet."""
        shown = {tree.key for tree in self.trees}
        return [course for course in self.courses if course.key not in shown]

    @property
    def said(self) -> dict[str, Any]:
        """The list as the verbs take it."""
        return {"blocks": self.keys}


@dataclass
class PathContent:
    """The courses of a path in order, and what may be added."""

    lines: list[Line]
    to_add: list[tuple[str, str]]

    @classmethod
    def of(
        cls, sent: QueryDict | None, stored: Sequence[PathPart], names: Mapping[str, str], choices: Mapping[str, str]
    ) -> "PathContent":
        """What the training holds, or what was sent. `names` are the stored courses', `choices` those of all others."""
        known = {**choices, **names}
        if sent is None:
            parts = {part.course: part.required for part in stored}
        else:
            required = set(sent.getlist("required"))
            parts = {key: key in required for key in sent.getlist("chosen") if key in known}
            if (added := sent.get("add", "")) in known:
                parts.setdefault(added, True)
        keys = _moved(list(parts), sent.get("move", "") if sent else "")
        lines = [Line(key, known.get(key, key), required=parts[key]) for key in keys]
        return cls(lines, [(key, name) for key, name in choices.items() if key not in keys])

    @property
    def said(self) -> dict[str, Any]:
        """The list as the verbs take it."""
        return {"parts": [PathPart(line.key, line.required) for line in self.lines]}


def _moved(keys: list[str], asked: str) -> list[str]:
    """The keys after one button: `up:key`, `down:key` or `remove:key`."""
    act, _colon, key = asked.partition(":")
    if key not in keys:
        return keys
    place = keys.index(key)
    rest = keys[:place] + keys[place + 1 :]
    match act:
        case "up":
            return [*rest[: max(place - 1, 0)], key, *rest[max(place - 1, 0) :]]
        case "down":
            return [*rest[: place + 1], key, *rest[place + 1 :]]
        case "remove":
            return rest
    return keys
