"""What may be sent to assign, to change assignments, one or many, and to pause a person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from ...data import LatePolicy, PriorWork
from ...queries.policies import MOST_GRACE_DAYS
from .input import Choice, Day, Filter, Number, StrictSerializer, Text
from .schedule_input import RemindersOrSet, Repetition

MOST_AT_ONCE = 500


class AssignmentTerms(StrictSerializer):
    """What is asked of an assignment, whoever it is for."""

    training = Text()
    due_on = Day()
    note = Text(required=False, default="", allow_blank=True, trim_whitespace=False)
    organization = Text(required=False, default=None, allow_null=True)
    notify_by_email = serializers.BooleanField(required=False, default=True)
    late_policy = Choice(LatePolicy, required=False, default=None, allow_null=True)
    grace_days = Number(0, MOST_GRACE_DAYS, required=False, default=None, allow_null=True)
    prior_work = Choice(PriorWork, required=False, default=PriorWork.COUNT)
    repeat = Repetition(required=False, default=None, allow_null=True)
    reminders = RemindersOrSet(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsTerms"


class NewAssignment(AssignmentTerms):
    """The body of `POST assignments/`."""

    learner = Text()

    class Meta:
        ref_name = "MandatoryAssignmentsNewAssignment"


class ChangedAssignment(StrictSerializer):
    """The body of `PATCH assignments/{id}/`: what is sent changes."""

    due_on = Day(required=False)
    note = Text(required=False, allow_blank=True, trim_whitespace=False)
    late_policy = Choice(LatePolicy, required=False)
    grace_days = Number(0, MOST_GRACE_DAYS, required=False)
    notify_by_email = serializers.BooleanField(required=False)
    repeat = Repetition(required=False, allow_null=True)
    reminders = RemindersOrSet(required=False)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedAssignment"


class Withdrawal(StrictSerializer):
    """The body of `POST assignments/{id}/withdraw/`."""

    reason = Text(required=False, default="", allow_blank=True, trim_whitespace=False)
    unenroll = serializers.BooleanField(required=False, default=False)

    class Meta:
        ref_name = "MandatoryAssignmentsWithdrawal"


class Exemption(StrictSerializer):
    """The body of `POST assignments/{id}/exempt/`."""

    reason = Text(allow_blank=True, trim_whitespace=False)
    until = Day(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsExemption"


class Lifting(StrictSerializer):
    """The body of `POST assignments/{id}/lift/`."""

    reason = Text(required=False, default="", allow_blank=True, trim_whitespace=False)

    class Meta:
        ref_name = "MandatoryAssignmentsLifting"


class Ending(StrictSerializer):
    """The body of `POST assignments/{id}/end-repetition/`."""

    reason = Text(required=False, default="", allow_blank=True, trim_whitespace=False)

    class Meta:
        ref_name = "MandatoryAssignmentsEnding"


class Nothing(StrictSerializer):
    """The body of a call that is told nothing."""

    class Meta:
        ref_name = "MandatoryAssignmentsNothing"


class Extension(StrictSerializer):
    """What `bulk-update` is told with the action `extend`."""

    due_on = Day()

    class Meta:
        ref_name = "MandatoryAssignmentsExtension"


ACTIONS: Mapping[str, type[StrictSerializer]] = {
    "withdraw": Withdrawal,
    "extend": Extension,
    "exempt": Exemption,
    "lift": Lifting,
    "remind": Nothing,
    "end-repetition": Ending,
    "change": ChangedAssignment,
}
"""What can be done to many, and what each is told in `fields`."""


class Action(StrictSerializer):
    """What is to be done to many; `fields` are those of the action."""

    action = Choice(ACTIONS)
    fields_ = serializers.DictField(required=False, default=dict)

    class Meta:
        ref_name = "MandatoryAssignmentsAction"

    def get_fields(self) -> dict[str, serializers.Field]:
        """The fields; one is named like an attribute of every serializer."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}


class BulkUpdate(Action):
    """The body of `POST assignments/bulk-update/`."""

    ids = serializers.ListField(
        child=Text(allow_blank=True, max_length=255),
        allow_empty=False,
        max_length=MOST_AT_ONCE,
        error_messages={
            "empty": gettext_lazy("Name at least one id."),
            "max_length": gettext_lazy("At most {max_length} ids are taken at once."),
        },
    )

    class Meta:
        ref_name = "MandatoryAssignmentsBulkUpdate"

    def to_internal_value(self, data: Any) -> Any:
        """The values; a filter is previewed first."""
        if isinstance(data, Mapping) and data.get("filter") is not None:
            message = _("A filter is sent to preview/ first; what that answers with is confirmed here by its token.")
            raise serializers.ValidationError({"filter": [ErrorDetail(message, code="not_available")]})
        return super().to_internal_value(data)


class FilterUpdate(Action):
    """The body of `POST assignments/bulk-update/preview/`; `filter` is what `GET assignments/` takes, as an object."""

    filter = Filter()
    expected_count = Number(0, 1_000_000_000, required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsFilterUpdate"

    def to_internal_value(self, data: Any) -> Any:
        """The values; ids and a filter are two ways to say the same."""
        if isinstance(data, Mapping) and "ids" in data:
            message = _("Assignments are named by a filter or by their ids, never by both.")
            raise serializers.ValidationError({"ids": [ErrorDetail(message, code="not_available")]})
        return super().to_internal_value(data)


class NewAbsence(StrictSerializer):
    """The body of `POST people/{username}/pause/`: the first and the last day away."""

    organization = Text(required=False, default=None, allow_null=True)
    from_on = Day()
    until_on = Day()
    reason = Text(required=False, default="", allow_blank=True, trim_whitespace=False)

    class Meta:
        ref_name = "MandatoryAssignmentsNewAbsence"


class Return(StrictSerializer):
    """The body of `POST people/{username}/resume/`."""

    organization = Text(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsReturn"
