"""What may be sent to the API: bodies and query parameters, with a code for everything that is wrong with them."""

import re
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, NotFound

from ...data import PathPart, PriorWork, TrainingKind
from ...queries import assignments

DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100

ONLY_BEHAVIOUR: Mapping[str, Any] = {
    "repeat": None,
    "reminders": [],
    "late_policy": "accept",
    "grace_days": 0,
}
"""Documented fields of an assignment with the one value each that can be had."""


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


class Day(serializers.Field):
    """A day as YYYY-MM-DD and nothing else."""

    default_error_messages = {"invalid_date": gettext_lazy("This is no date: write YYYY-MM-DD.")}

    def to_internal_value(self, data: Any) -> date:
        """The day."""
        if not isinstance(data, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", data):
            self.fail("invalid_date")
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid_date")

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


class NewAssignment(StrictSerializer):
    """The body of `POST assignments/`."""

    learner = Text()
    training = Text()
    due_on = Day()
    note = Text(required=False, default="", allow_blank=True, trim_whitespace=False)
    organization = Text(required=False, default=None, allow_null=True)
    notify_by_email = serializers.BooleanField(required=False, default=True)
    prior_work = serializers.ChoiceField(choices=[name.value for name in PriorWork], required=False, default="count")
    also_allowed = frozenset(ONLY_BEHAVIOUR)

    class Meta:
        ref_name = "MandatoryAssignmentsNewAssignment"

    def refusals(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Also the documented fields with a value that cannot be had."""
        found = super().refusals(data)
        for name, only in ONLY_BEHAVIOUR.items():
            if name in data and not (type(data[name]) is type(only) and data[name] == only):
                message = _("Only %(value)s is available.") % {"value": "null" if only is None else repr(only)}
                found[name] = [ErrorDetail(message, code="not_available")]
        return found


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


class ListQuery(Paging):
    """The query parameters of `GET assignments/`."""

    status = Text(required=False, default="", allow_blank=True)
    training = Text(required=False, default="", allow_blank=True)
    learner = Text(required=False, default="", allow_blank=True)
    organization = Text(required=False, default="", allow_blank=True)
    search = Text(required=False, default="", allow_blank=True, max_length=255)
    ordering = serializers.ChoiceField(
        choices=[f"{sign}{column}" for column in assignments.ORDERINGS for sign in ("", "-")],
        required=False,
        default="due_at",
        error_messages={"invalid_choice": gettext_lazy('The list cannot be ordered by "{input}".')},
    )

    class Meta:
        ref_name = "MandatoryAssignmentsListQuery"


class MyListQuery(Paging):
    """The query parameters of `GET me/assignments/`."""

    view = serializers.ChoiceField(
        choices=["dashboard", "all"],
        required=False,
        default="all",
        error_messages={"invalid_choice": gettext_lazy('There is no view "{input}".')},
    )

    class Meta:
        ref_name = "MandatoryAssignmentsMyListQuery"


class Part(serializers.Field):
    """A course of a path: `{course, required}`."""

    def to_internal_value(self, data: Any) -> PathPart:
        """The part; `required` is true when left out."""
        part = _Part(data=data)
        part.is_valid(raise_exception=True)
        return PathPart(**part.validated_data)


class _Part(StrictSerializer):
    course = Text()
    required = serializers.BooleanField(required=False, default=True)  # type: ignore[assignment]

    class Meta:
        ref_name = "MandatoryAssignmentsPart"


class NewTraining(StrictSerializer):
    """The body of `POST trainings/`."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in TrainingKind])
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

    kind = serializers.ChoiceField(choices=[kind.value for kind in TrainingKind], required=False, default="")
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
