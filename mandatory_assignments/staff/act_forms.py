"""What is asked before assignments are changed: one form an act, and what it hands to the verb."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from ..settings import setting
from .page_forms import Day, Lines, PageForm


class ActForm(PageForm):
    """A form about assignments that were chosen. `first_day` is the first day that may be named, where all agree on it.

    `probe` is what the verb can be asked with before anything was typed, to hear whom it would refuse.
    """

    probe: ClassVar[dict[str, Any]] = {}

    def __init__(self, data: Any = None, *, first_day: date | None = None, **named: Any) -> None:
        super().__init__(data, **named)
        if "reason" in self.fields:
            self.fields["reason"].widget.attrs["maxlength"] = setting("NOTE_MAX_LENGTH")
        for name in ("due_on", "until"):
            if name in self.fields:
                self.field(name).bound_to(first_day)
        self.describe()

    @property
    def arguments(self) -> dict[str, Any]:
        """What the verb is called with; valid forms only."""
        return dict(self.cleaned_data)


class ExtendForm(ActForm):
    """Another due date for all."""

    probe = {"fields": {}}

    due_on = Day(label=gettext_lazy("New due date"), help_text=gettext_lazy("Today or later, where each is due"))

    @property
    def arguments(self) -> dict[str, Any]:
        """The one field that changes."""
        return {"fields": {"due_on": self.cleaned_data["due_on"]}}


class WithdrawForm(ActForm):
    """Why, and whether the enrolment ends, too."""

    reason = Lines(rows=3, label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept in the history"))
    unenroll = forms.BooleanField(
        label=gettext_lazy("Unenrol, too"),
        required=False,
        help_text=gettext_lazy(
            "Only from courses in which the assignment enrolled the learner, that nothing else needs, and in which "
            "nothing was done yet"
        ),
    )


class ExemptForm(ActForm):
    """Why, and until when."""

    probe = {"reason": "…"}

    reason = Lines(rows=3, label=gettext_lazy("Reason"), help_text=gettext_lazy("The learner can read it"))
    until = Day(
        label=gettext_lazy("Exempt until"),
        required=False,
        help_text=gettext_lazy("The last day of the exemption; without one it lasts until somebody lifts it"),
    )

    def __init__(self, data: Any = None, **named: Any) -> None:
        super().__init__(data, **named)
        self.fields["reason"].required = True


class LiftForm(ActForm):
    """Why, if anybody wants to say it."""

    reason = Lines(rows=3, label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept in the history"))


class RemindForm(ActForm):
    """Nothing is asked: the text is that of a reminder."""


class PauseForm(PageForm):
    """The first and the last day away."""

    from_on = Day(label=gettext_lazy("First day away"))
    until_on = Day(label=gettext_lazy("Last day away"))
    reason = Lines(rows=3, label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept with the absence"))

    def __init__(self, data: Any = None, *, today: date, **named: Any) -> None:
        super().__init__(data, initial={"from_on": today}, **named)
        self.field("until_on").bound_to(today)
        self.fields["reason"].widget.attrs["maxlength"] = setting("NOTE_MAX_LENGTH")
        self.describe()
