"""What may be asked of the calls about compliance and the audit trail."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from ...queries.reports import GroupBy
from .input import Choice, Day, Id, Paging, Text


class ComplianceQuery(Paging):
    """The query parameters of `GET compliance/`."""

    as_of = Day(required=False, default=None, help_text="The day at whose end it is asked for; without: now.")
    group_by = Choice(list(GroupBy), required=False, default=GroupBy.TRAINING)
    organization = Text(required=False, default="", allow_blank=True)
    department = Id(required=False, default=None)
    training = Text(required=False, default="", allow_blank=True, help_text="A uuid or a key.")

    class Meta:
        ref_name = "MandatoryAssignmentsComplianceQuery"


class AuditQuery(Paging):
    """The query parameters of `GET audit/`; the days are those of the site's zone, both inclusive."""

    learner = Text(required=False, default="", allow_blank=True, help_text="A username or an e-mail address.")
    training = Text(required=False, default="", allow_blank=True, help_text="A uuid or a key.")
    assignment = Id(required=False, default=None)
    organization = Text(required=False, default="", allow_blank=True)
    act = Text(required=False, default="", allow_blank=True)
    until = Day(required=False, default=None)

    class Meta:
        ref_name = "MandatoryAssignmentsAuditQuery"

    def get_fields(self) -> dict[str, Any]:
        """The fields, among them one whose name is a word of the language."""
        return {**super().get_fields(), "from": Day(required=False, default=None)}


def lies_ahead() -> serializers.ValidationError:
    """What is answered to whoever asks about a day to come."""
    message = _("This day lies ahead: nobody knows how things will stand.")
    return serializers.ValidationError({"as_of": [message]}, code="day_ahead")
