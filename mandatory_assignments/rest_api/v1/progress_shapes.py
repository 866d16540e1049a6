"""What is sent and answered about progress: lists, completions that staff record, revoking."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from ...data import ProgressState, Source, TrainingKind
from ...queries import people
from . import answers
from .answers import Answer, one_of
from .change_input import MOST_AT_ONCE
from .input import Choice, Day, Id, Number, Paging, StrictSerializer, Text
from .shapes import instant


class ProgressFilter(StrictSerializer):
    """Which rows are meant, of those that the role shows: as `GET progress/` takes it."""

    unknown = Paging.unknown

    kind = Choice(TrainingKind, required=False, default="", allow_blank=True)
    training = Text(required=False, default="", allow_blank=True, help_text="A uuid or a key.")
    learner = Text(required=False, default="", allow_blank=True, help_text="A username or an e-mail address.")
    organization = Text(required=False, default="", allow_blank=True, help_text="That of the people.")
    department = Id(required=False, default=None)
    group = Id(required=False, default=None)
    status = Choice(ProgressState, required=False, default="", allow_blank=True)
    search = Text(required=False, default="", allow_blank=True, max_length=255)

    class Meta:
        ref_name = "MandatoryAssignmentsProgressFilter"


class ProgressQuery(Paging, ProgressFilter):
    """The query parameters of `GET progress/`."""

    class Meta:
        ref_name = "MandatoryAssignmentsProgressQuery"


def conditions_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """A filter as `queries.progress.rows` takes it."""
    names = ("kind", "training", "learner", "organization", "department", "group", "status", "search")
    return {name: str(asked[name] or "") for name in names}


class NewCompletion(StrictSerializer):
    """The body of `POST progress/`."""

    kind = Choice(TrainingKind)
    training = Text(help_text="A uuid, or the key of a course.")
    learner = Text(help_text="A username or an e-mail address.")
    completed_on = Day()
    reference = Text(required=False, default="", allow_blank=True)

    class Meta:
        ref_name = "MandatoryAssignmentsNewCompletion"


MOST_TAKEN_BACK = 50
"""Rows whose revocation is taken back at once: each of them by itself."""


class RowIds(serializers.ListField):
    """Some rows of a list by their ids, at least one."""

    default_error_messages = {
        "empty": gettext_lazy("Name at least one id."),
        "max_length": gettext_lazy("At most {max_length} ids are taken at once."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Text(allow_blank=True, max_length=255), allow_empty=False, **options)


class Revocation(StrictSerializer):
    """The body of `POST progress/revoke/`: rows by their ids, or all that a filter finds with the number of them."""

    ids = RowIds(required=False, max_length=MOST_AT_ONCE)
    filter = ProgressFilter(required=False)
    expected_count = Number(0, 1_000_000_000, required=False)
    reason = Text(required=False, default="", allow_blank=True, trim_whitespace=False)
    reset_course_state = serializers.BooleanField(required=False, default=True)

    class Meta:
        ref_name = "MandatoryAssignmentsRevocation"

    def validate(self, attrs: Any) -> Any:
        """The values; raises ValidationError unless it is either ids, or a filter with what somebody saw of it."""
        by_ids, by_filter = "ids" in attrs, "filter" in attrs
        if by_ids == by_filter:
            told = _("Rows are named either by their ids or by a filter.")
            code = "not_available" if by_ids else "required"
            raise serializers.ValidationError({"ids": [ErrorDetail(told, code=code)]})
        if by_filter and "expected_count" not in attrs:
            told = _("With a filter the number of rows is sent that somebody saw.")
            raise serializers.ValidationError({"expected_count": [ErrorDetail(told, code="required")]})
        return attrs


class TakenBack(StrictSerializer):
    """The body of `POST progress/undo/`."""

    ids = RowIds(max_length=MOST_TAKEN_BACK)

    class Meta:
        ref_name = "MandatoryAssignmentsTakenBack"


class Progress(Answer):
    """How far somebody is in a training. `id` stays the same whatever is worked out anew.

    `percent` is null where nobody can tell; `completed_on` is set where a day is known and no instant.
    """

    id = serializers.UUIDField()
    learner = answers.Named()
    training = answers.AssignedTraining()
    status = one_of(ProgressState)
    percent = serializers.IntegerField(min_value=0, max_value=100, allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_on = serializers.DateField(allow_null=True)
    source = one_of(Source, allow_null=True)  # type: ignore[assignment]


class RefusedProgress(answers.Wrong):
    """A row that stays as it was."""

    id = serializers.CharField()


class Revoked(Answer):
    """What became of each of the rows, in their order."""

    changed = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedProgress(many=True)


def progress_of(rows: Collection[Any]) -> list[dict[str, Any]]:
    """Rows as the API shows them: one query for names."""
    names = people.names({row.learner for row in rows})
    return [
        {
            "id": str(row.uuid),
            "learner": {"username": row.learner.username, "name": names[row.learner_id]},
            "training": {
                "id": str(row.training.uuid),
                "kind": row.training.kind,
                "key": row.training.key,
                "name": row.training.name,
            },
            "status": row.state,
            "percent": row.percent,
            "started_at": instant(row.started_at),
            "completed_at": instant(row.completed_at),
            "completed_on": row.completed_on.isoformat() if row.completed_on else None,
            "source": row.source or None,
        }
        for row in rows
    ]
