"""What may be sent to the API: bodies and query parameters, with a code for everything that is wrong with them."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, NotFound

from ...data import PathPart, Status, TrainingKind
from ...queries import assignments, standing
from ...queries.standing import OPEN

DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
MOST_QUOTED = 60

BY_STATUS = "status"
"""An ordering of its own name: by status is by deadline."""


class StrictSerializer(serializers.Serializer):
    """Refuses names that it does not know."""

    unknown = ("unknown_field", gettext_lazy("There is no such field."))
    also_allowed: frozenset[str] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        """The values; raises ValidationError with every unknown name and everything else that is wrong."""
        problems: dict[str, Any] = self.refusals(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            found: Any = error.detail
            raise serializers.ValidationError({**found, **problems}) from None
        if problems:
            raise serializers.ValidationError(problems)
        return values

    def refusals(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The names that do not belong here, each with its error."""
        code, message = self.unknown
        names = sorted(str(name) for name in set(data) - set(self.fields) - self.also_allowed)
        return {name: [ErrorDetail(str(message), code=code)] for name in names}


def quoted(value: Any) -> str:
    """What was sent, short enough for a message."""
    if isinstance(value, str | int | float | None):
        text = json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()
        return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"
    return "{…}" if isinstance(value, Mapping) else "[…]"


class Day(serializers.Field):
    """A day as YYYY-MM-DD and nothing else."""

    default_error_messages = {"invalid_date": gettext_lazy("{value} is no date: write YYYY-MM-DD.")}

    def to_internal_value(self, data: Any) -> date:
        """The day."""
        if not isinstance(data, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", data):
            self.fail("invalid_date", value=quoted(data))
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid_date", value=quoted(data))

    def to_representation(self, value: date) -> str:
        """YYYY-MM-DD."""
        return value.isoformat()


class Text(serializers.CharField):
    """A text and nothing else: a number or a truth value is a mistake of the sender."""

    def to_internal_value(self, data: Any) -> str:
        """The text as it was sent."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of some words; the error names them."""

    def __init__(self, choices: Iterable[str], **named: Any) -> None:
        super().__init__([str(choice) for choice in choices], **named)

    def to_internal_value(self, data: Any) -> str:
        """The word."""
        if isinstance(data, str) and (data in self.choices or (self.allow_blank and not data)):
            return data
        allowed = ", ".join(self.choices)
        message = _("%(value)s is not available; allowed are %(allowed)s.")
        raise serializers.ValidationError(message % {"value": quoted(data), "allowed": allowed}, code="invalid_choice")


class Number(serializers.IntegerField):
    """A whole number between two others, as a number: a text is a mistake of the sender."""

    def __init__(self, least: int, most: int, **named: Any) -> None:
        super().__init__(min_value=least, max_value=most, **named)
        self.least, self.most = least, most

    def run_validation(self, data: Any = serializers.empty) -> int | None:
        """The number; of the wrong ones the error says what is allowed."""
        is_empty, found = self.validate_empty_values(data)
        if is_empty:
            return found
        if type(data) is int and self.least <= data <= self.most:
            return data
        facts = {"value": quoted(data), "least": self.least, "most": self.most}
        message = _("%(value)s is not allowed: write a whole number from %(least)d to %(most)d.") % facts
        raise serializers.ValidationError(message, code="invalid" if type(data) is not int else "out_of_range")


class Id(Text):
    """A uuid."""

    default_error_messages = {"invalid_id": gettext_lazy("{value} is no id: write a uuid.")}

    def to_internal_value(self, data: Any) -> str:
        """The uuid as we write it."""
        text = super().to_internal_value(data)
        try:
            return str(uuid.UUID(text))
        except ValueError:
            self.fail("invalid_id", value=quoted(text))


class PageSize(serializers.IntegerField):
    """How many rows a page has; asking for more than the most gives the most."""

    def to_internal_value(self, data: Any) -> int:
        """At most 100."""
        return min(super().to_internal_value(data), LARGEST_PAGE_SIZE)


class Paging(StrictSerializer):
    """The query parameters of every list."""

    unknown = ("unknown_filter", gettext_lazy("There is no such filter."))
    also_allowed = frozenset({"format"})

    page_size = PageSize(required=False, default=DEFAULT_PAGE_SIZE, min_value=1)
    cursor = Text(required=False, default="", allow_blank=True)

    class Meta:
        ref_name = "MandatoryAssignmentsPaging"

    def to_internal_value(self, data: Any) -> Any:
        """The values; a parameter without a value is as good as left out."""
        return super().to_internal_value(
            {name: value for name, value in data.items() if value or name not in self.fields}
        )


class Filter(StrictSerializer):
    """Which assignments are meant, of those that the role shows: as `GET assignments/` takes it."""

    unknown = Paging.unknown

    status = Text(
        required=False, default="", allow_blank=True, help_text=f"A comma list of {', '.join([*Status, OPEN])}."
    )
    training = Text(required=False, default="", allow_blank=True, help_text="A uuid or a key.")
    learner = Text(required=False, default="", allow_blank=True, help_text="A username or an e-mail address.")
    department = Id(required=False, default=None)
    group = Id(required=False, default=None)
    organization = Text(required=False, default="", allow_blank=True)
    due_after = Day(required=False, default=None)
    due_before = Day(required=False, default=None)
    search = Text(required=False, default="", allow_blank=True, max_length=255)

    class Meta:
        ref_name = "MandatoryAssignmentsFilter"


class ListQuery(Paging, Filter):
    """The query parameters of `GET assignments/`."""

    ordering = Choice(
        [f"{sign}{column}" for column in (*assignments.ORDERINGS, BY_STATUS) for sign in ("", "-")],
        required=False,
        default="due_at",
    )

    class Meta:
        ref_name = "MandatoryAssignmentsListQuery"


def conditions_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A filter as `assignments.cycles` takes it. Raises Invalid for a status that there is not."""
    return {
        "statuses": standing.named_statuses(asked["status"]),
        "department": asked["department"] or "",
        "group": asked["group"] or "",
        **{name: asked[name] for name in ("training", "learner", "organization", "due_after", "due_before", "search")},
    }


class MyListQuery(Paging):
    """The query parameters of `GET me/assignments/`."""

    view = Choice(["dashboard", "all"], required=False, default="all")

    class Meta:
        ref_name = "MandatoryAssignmentsMyListQuery"


class Part(serializers.Field):
    """A course of a path: `{course, required}`."""

    def to_internal_value(self, data: Any) -> PathPart:
        """The part; `required` is true when left out."""
        part = PartBody(data=data)
        part.is_valid(raise_exception=True)
        return PathPart(**part.validated_data)


class PartBody(StrictSerializer):
    """What a course of a path is told by."""

    course = Text()
    required = serializers.BooleanField(required=False, default=True)  # type: ignore[assignment]

    class Meta:
        ref_name = "MandatoryAssignmentsPart"


class NewTraining(StrictSerializer):
    """The body of `POST trainings/`."""

    kind = Choice(TrainingKind)
    name = Text(required=False, default="", allow_blank=True)
    description = Text(required=False, default="", allow_blank=True, trim_whitespace=False)
    context = Text(  # type: ignore[assignment]
        required=False, default="", allow_blank=True, trim_whitespace=False
    )
    goals = Text(required=False, default="", allow_blank=True, trim_whitespace=False)
    organization = Text(required=False, default=None, allow_null=True)
    key = Text(required=False, default="", allow_blank=True)
    criterion = Text(required=False, default="", allow_blank=True)
    offline = serializers.BooleanField(required=False, default=False)
    shared_with = serializers.ListField(child=Text(), required=False, default=list)
    blocks = serializers.ListField(child=Text(), required=False, default=list)
    parts = serializers.ListField(child=Part(), required=False, default=list)

    class Meta:
        ref_name = "MandatoryAssignmentsNewTraining"


class ChangedTraining(NewTraining):
    """The body of `PATCH trainings/{id}/`; the verb tells what of it cannot be changed."""

    archived = serializers.BooleanField(required=False)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedTraining"


class TrainingQuery(Paging):
    """The query parameters of `GET trainings/`."""

    kind = Choice(TrainingKind, required=False, default="")
    organization = Text(required=False, default="", allow_blank=True)
    search = Text(required=False, default="", allow_blank=True, max_length=255)
    archived = serializers.BooleanField(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsTrainingQuery"


def public_id(text: str) -> uuid.UUID:
    """The id in an address; one that is malformed belongs to nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
