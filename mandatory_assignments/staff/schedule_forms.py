"""Reminder rules as rows of a form: one row a rule, wherever staff write rules.

Needs no JavaScript: the buttons that add and remove a row send the whole form, which comes back as it is then.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Reminder, Role
from ..queries.schedules import LONGEST_DAYS, MOST_REPEATS, MOST_RULES
from .page_forms import Number, PageForm

PREFIX = "reminders"
BEFORE, ON, AFTER = "before", "on", "after"

NEW_ROW: Mapping[str, Any] = {"days": 3, "when": BEFORE, "recipients": [Role.STUDENT.value]}


class ReminderRow(PageForm):
    """One reminder rule: so many days before or after the due date, to whom, how often, with which text."""

    days = Number(0, LONGEST_DAYS, label=gettext_lazy("Days"), required=False)
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            (BEFORE, gettext_lazy("days before the due date")),
            (ON, gettext_lazy("on the due date")),
            (AFTER, gettext_lazy("days after the due date")),
        ],
    )
    recipients = forms.MultipleChoiceField(
        label=gettext_lazy("To"),
        choices=[
            (Role.STUDENT.value, gettext_lazy("The learner")),
            (Role.ASSIGNED_BY.value, gettext_lazy("The assigning person")),
            (Role.MANAGERS.value, gettext_lazy("The managers")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one recipient.")},
    )
    repeat_every = Number(1, LONGEST_DAYS, label=gettext_lazy("Again every so many days"), required=False)
    cap = Number(1, MOST_REPEATS, label=gettext_lazy("So many times in all, at most"), required=False)
    template = forms.ChoiceField(label=gettext_lazy("Text"), required=False)

    seldom = ("repeat_every", "cap", "template")

    def __init__(self, *args: Any, templates: Sequence[tuple[str, str]], focus: int | None = None, **named: Any):
        super().__init__(*args, **named)
        self.field("template").choices = [("", _("The usual text")), *templates]
        self.has_templates = bool(templates)
        self.describe()
        self.field("days").needed = True
        if focus is not None and self.prefix == f"{PREFIX}-{focus}":
            self.fields["days"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Refuses what only several fields together make wrong."""
        said = self.cleaned_data
        after = said.get("when") == AFTER and said.get("days") != 0
        if said.get("when") == ON:
            self.errors.pop("days", None)
            said["days"] = 0
        if "days" in said and said["days"] is None:
            self.add_error("days", forms.ValidationError(_("Say how many days."), "required"))
        if said.get("repeat_every") and not after:
            told = _("Only a reminder after the due date comes again: leave this empty.")
            self.add_error("repeat_every", forms.ValidationError(told, "repeats_before_due"))
        if said.get("repeat_every") and "cap" in said and said["cap"] is None:
            told = _("Say how many times in all: 1 to %(most)d.") % {"most": MOST_REPEATS}
            self.add_error("cap", forms.ValidationError(told, "cap_required"))
        if said.get("cap") and "repeat_every" in said and said["repeat_every"] is None:
            told = _("Say after how many days it comes again, or leave this empty.")
            self.add_error("cap", forms.ValidationError(told, "repeat_every_required"))
        return said

    @property
    def seldom_touched(self) -> bool:
        """Whether there is anything to see in the fields that are folded away."""
        return any(self[name].errors or self[name].value() for name in self.seldom)

    @property
    def rule(self) -> Reminder:
        """The rule; valid rows only."""
        said = self.cleaned_data
        sign = {BEFORE: 1, ON: 0, AFTER: -1}[said["when"]]
        return Reminder(
            days=sign * said["days"],
            recipients=tuple(role for role in Role if role in said["recipients"]),
            template=said["template"],
            repeat_every=said["repeat_every"],
            cap=said["cap"],
        )


class Rows(forms.BaseFormSet):
    """The rows of a form; they are always judged, and `forget_errors` leaves what was typed."""

    @property
    def rules(self) -> tuple[Reminder, ...]:
        """The rules in the order of the rows; valid rows only."""
        return tuple(row.rule for row in self.forms)

    @property
    def complaints(self) -> list[tuple[str, str, str]]:
        """What is wrong, as a form tells it, with the number of the row."""
        found = [(f"ma-{PREFIX}", _("Reminders"), str(error)) for error in self.non_form_errors()]
        for number, row in enumerate(self.forms, 1):
            for field in row:
                first = field.id_for_label or f"{field.auto_id}_0"
                told = _("Reminder %(number)d, %(field)s") % {"number": number, "field": field.label}
                found += [(first, told, str(error)) for error in field.errors]
        return found

    @property
    def is_full(self) -> bool:
        """Whether no other row may be added."""
        return len(self.forms) >= MOST_RULES

    def forget_errors(self) -> None:
        """Shows what was typed as it is."""
        self._errors: Any = [{} for _row in self.forms]
        self._non_form_errors = self.error_class()
        for row in self.forms:
            row.forget_errors()


_ReminderRows: Any = forms.formset_factory(
    ReminderRow, formset=Rows, extra=0, max_num=MOST_RULES, absolute_max=MOST_RULES + 1, validate_max=True
)


def reminder_rows(
    rows: Sequence[Mapping[str, Any]], templates: Sequence[tuple[str, str]], focus: int | None = None
) -> Rows:
    """The rows with these values, as if they had been typed. `focus` is the number of the one to go to."""
    sent: dict[str, list[Any]] = {f"{PREFIX}-{each}": [str(len(rows))] for each in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for number, row in enumerate(rows):
        for name, value in row.items():
            if value is not None:
                sent[f"{PREFIX}-{number}-{name}"] = value if isinstance(value, list) else [str(value)]
    told = {"too_many_forms": _("At most %(most)d reminders are allowed.") % {"most": MOST_RULES}}
    return _ReminderRows(
        MultiValueDict(sent),
        prefix=PREFIX,
        auto_id="ma-%s",
        error_messages=told,
        form_kwargs={"templates": templates, "focus": focus},
    )


def sent_rows(sent: Any) -> list[dict[str, Any]]:
    """What was typed in the rows of a form that was sent; at most one row more than is allowed."""
    try:
        count = int(sent.get(f"{PREFIX}-TOTAL_FORMS", "0"))
    except ValueError:
        count = 0
    fields = ReminderRow.base_fields.items()
    return [
        {name: field.widget.value_from_datadict(sent, {}, f"{PREFIX}-{number}-{name}") for name, field in fields}
        for number in range(min(count, MOST_RULES + 1))
    ]


def row_of(rule: Reminder) -> dict[str, Any]:
    """What stands in the row of a rule."""
    return {
        "days": abs(rule.days) if rule.days else None,
        "when": AFTER if rule.days < 0 else BEFORE if rule.days else ON,
        "recipients": [role.value for role in rule.recipients],
        "repeat_every": rule.repeat_every,
        "cap": rule.cap,
        "template": rule.template,
    }
