"""What may be sent about repetition and reminders; each of several rules is named by its number in the errors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from ...data import (
    Invalid,
    Problem,
    Reminder,
    Repeat,
    RepeatAnchor,
    RepeatEvidence,
    RepeatUnit,
    Role,
    Scope,
    Unfinished,
)
from ...queries import texts
from .input import Choice, Id, StrictSerializer, quoted

MOST_READ = 500
"""So many notices are said to be read at once by their ids."""


class Whole(serializers.Field):
    """A whole number of any size, as a number: the verb tells which are allowed."""

    default_error_messages = {"invalid": gettext_lazy("{value} is no whole number.")}

    def to_internal_value(self, data: Any) -> int:
        """The number; a truth value is none."""
        if type(data) is not int:
            self.fail("invalid", value=quoted(data))
        return data


class Recipient(serializers.Field):
    """A role, or a list of roles."""

    def to_internal_value(self, data: Any) -> tuple[Role, ...]:
        """Each of them once, in the order in which we name them."""
        role = Choice(Role)
        named = {role.run_validation(name) for name in (data if isinstance(data, list) else [data])}
        return tuple(role for role in Role if role in named)


class RepeatBody(StrictSerializer):
    """How an assignment comes again."""

    every = Whole()
    unit = Choice(RepeatUnit)
    anchor = Choice(RepeatAnchor, required=False, default=RepeatAnchor.COMPLETION)
    unfinished = Choice(Unfinished, required=False, default=Unfinished.HOLD)
    evidence = Choice(RepeatEvidence, required=False, default=RepeatEvidence.CLEAR)

    class Meta:
        ref_name = "MandatoryAssignmentsRepeatBody"


class ReminderBody(StrictSerializer):
    """A reminder: so many days before the due date, or after it where `days` is negative."""

    days = Whole()
    recipient = Recipient(required=False, default=(Role.STUDENT,))
    template = Id(required=False, default=None, allow_null=True)
    repeat_every = Whole(required=False, default=None, allow_null=True)
    cap = Whole(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsReminderBody"


class Repetition(serializers.Field):
    """A repetition; every error names the field inside."""

    def to_internal_value(self, data: Any) -> Repeat:
        """The repetition as plain data."""
        body = RepeatBody(data=data)
        if not body.is_valid():
            raise serializers.ValidationError(list(inside(body.errors)))
        asked = body.validated_data
        return Repeat(
            asked["every"],
            RepeatUnit(asked["unit"]),
            RepeatAnchor(asked["anchor"]),
            Unfinished(asked["unfinished"]),
            RepeatEvidence(asked["evidence"]),
        )


class Reminders(serializers.Field):
    """A list of rules; every error names the rule by its number, and the field inside."""

    default_error_messages = {"not_a_list": gettext_lazy("{value} is no list of reminders.")}

    def to_internal_value(self, data: Any) -> Sequence[Reminder] | str:
        """The rules as plain data."""
        if not isinstance(data, list):
            self.fail("not_a_list", value=quoted(data))
        bodies = [ReminderBody(data=each) for each in data]
        wrong: list[ErrorDetail] = []
        for number, body in enumerate(bodies, 1):
            if not body.is_valid():
                wrong += inside(body.errors, _("Reminder %(number)d: ") % {"number": number})
        if wrong:
            raise serializers.ValidationError(wrong)
        return tuple(_reminder(body.validated_data) for body in bodies)


class RemindersOrSet(Reminders):
    """A list of rules, or the name of a set that everybody knows, or the id of a set that an organization keeps."""

    def to_internal_value(self, data: Any) -> Sequence[Reminder] | str:
        """The rules, or the text that names them (`with_rules`)."""
        return data if isinstance(data, str) else super().to_internal_value(data)


class Read(StrictSerializer):
    """The body of `POST me/notices/read/`: ids, or left out or null for all."""

    ids = serializers.ListField(child=Id(), required=False, default=None, allow_null=True, max_length=MOST_READ)

    class Meta:
        ref_name = "MandatoryAssignmentsRead"


class Preferences(StrictSerializer):
    """The body of `PATCH me/preferences/`."""

    email = serializers.BooleanField(required=False)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedPreferences"


def with_rules(scope: Scope, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with the rules of a set where `reminders` names one. Raises Invalid `unknown_set`."""
    named = asked.get("reminders")
    if not isinstance(named, str):
        return dict(asked)
    found = texts.rules_named(scope, named)
    if found is None:
        known = {"value": quoted(named), "known": ", ".join(texts.EVERYBODYS_SETS)}
        message = _("There is no set of reminders %(value)s; there are %(known)s and those of your organization by id.")
        raise Invalid(Problem("unknown_set", message % known, "reminders"))
    return {**asked, "reminders": found}


def _reminder(asked: Mapping[str, Any]) -> Reminder:
    return Reminder(
        days=asked["days"],
        recipients=asked["recipient"],
        template=asked["template"] or "",
        repeat_every=asked["repeat_every"],
        cap=asked["cap"],
    )


def inside(errors: Mapping[str, Any], prefix: str = "") -> Iterator[ErrorDetail]:
    """The errors of a nested body for the field that holds it: each tells where inside."""
    for name, found in errors.items():
        for error in found:
            where = "" if name == "non_field_errors" else f"{name}: "
            yield ErrorDetail(f"{prefix}{where}{error}", code=error.code)
